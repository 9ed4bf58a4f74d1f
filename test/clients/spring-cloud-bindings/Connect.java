import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;

// With SERVICE_BINDING_ROOT=/bindings, the library makes spring.datasource.* of what is mounted there.
@EnableAutoConfiguration
public class Connect {
  public static void main(String[] arguments) {
    System.setProperty("org.springframework.cloud.bindings.boot.enable", "true");
    try (var application = SpringApplication.run(Connect.class, arguments)) {
      var database = application.getBean(JdbcTemplate.class);
      System.out.println(database.queryForObject("select current_user", String.class));
    }
  }
}
