import java.nio.file.*;
import org.flywaydb.core.Flyway;

public class Migrate {
  static String read(String key) throws Exception {
    return Files.readString(Path.of("/bindings/spike.migrator", key));
  }

  public static void main(String[] arguments) throws Exception {
    Flyway.configure()
        .dataSource(read("jdbc-uri"), read("username"), read("password"))
        .schemas("app") // it is there: Flyway makes none
        .locations("filesystem:migrations")
        .load()
        .migrate();
  }
}
