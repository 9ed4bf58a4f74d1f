import java.nio.file.*;
import java.sql.*;
import java.util.*;

public class Environment {
  public static void main(String[] arguments) throws Exception {
    Files.writeString(Path.of("/tmp/ca.crt"), System.getenv("DATABASE_CA"));
    var properties = new Properties();
    properties.put("user", System.getenv("PGUSER"));
    properties.put("password", System.getenv("PGPASSWORD"));
    properties.put("sslmode", "verify-full");
    properties.put("sslrootcert", "/tmp/ca.crt");
    var url = "jdbc:postgresql://%s:%s/%s"
        .formatted(System.getenv("PGHOST"), System.getenv("PGPORT"), System.getenv("PGDATABASE"));
    try (var connection = DriverManager.getConnection(url, properties);
        var rows = connection.createStatement().executeQuery("select current_user")) {
      rows.next();
      System.out.println(rows.getString(1));
    }
  }
}
