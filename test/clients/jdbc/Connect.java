import java.nio.file.*;
import java.sql.*;

public class Connect {
  static String read(String key) throws Exception {
    return Files.readString(Path.of("/bindings/spike", key));
  }

  public static void main(String[] arguments) throws Exception {
    try (var connection = DriverManager.getConnection(read("jdbc-uri"), read("username"), read("password"));
        var rows = connection.createStatement().executeQuery("select current_user")) {
      rows.next();
      System.out.println(rows.getString(1));
    }
  }
}
