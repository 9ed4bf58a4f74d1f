import java.nio.file.*;
import java.sql.*;
import java.util.*;

/** Connects as the matrix asks: Ways <uri | keys> <mounted | environment>. */
public class Ways {
  static String place;

  static String value(String key, String variable) throws Exception {
    return place.equals("mounted") ? Files.readString(Path.of("/bindings/spike", key)) : System.getenv(variable);
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("uri-without-ca")) throw new IllegalArgumentException("JDBC has a form of its own");
    place = arguments[1];
    var properties = new Properties();
    properties.put("user", value("username", "PGUSER"));
    properties.put("password", value("password", "PGPASSWORD"));
    var url = value("jdbc-uri", "JDBC_URL");
    if (arguments[0].equals("keys")) {
      Files.writeString(Path.of("/tmp/ca.crt"), value("ca.crt", "DATABASE_CA"));
      properties.put("sslmode", value("sslmode", "PGSSLMODE"));
      properties.put("sslrootcert", "/tmp/ca.crt");
      url = "jdbc:postgresql://%s:%s/%s".formatted(
          value("host", "PGHOST"), value("port", "PGPORT"), value("database", "PGDATABASE"));
    }
    try (var connection = DriverManager.getConnection(url, properties);
        var rows = connection.createStatement().executeQuery("select current_user")) {
      rows.next();
      System.out.println(rows.getString(1));
    }
  }
}
