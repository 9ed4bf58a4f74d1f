import io.quarkus.kubernetes.service.binding.runtime.DatasourceServiceBindingConfigSourceFactory;
import io.quarkus.kubernetes.service.binding.runtime.ServiceBinding;
import java.nio.file.Path;
import java.sql.DriverManager;

/** What Quarkus makes of a mounted binding when quarkus.kubernetes-service-binding.enabled is true, used as it would. */
public class Connect {
  public static void main(String[] arguments) throws Exception {
    var binding = new ServiceBinding(Path.of(System.getenv("SERVICE_BINDING_ROOT"), "spike"));
    var properties = new DatasourceServiceBindingConfigSourceFactory.Jdbc().apply(binding).getProperties();
    try (var connection = DriverManager.getConnection(
            properties.get("quarkus.datasource.jdbc.url"),
            properties.get("quarkus.datasource.username"),
            properties.get("quarkus.datasource.password"));
        var rows = connection.createStatement().executeQuery("select current_user")) {
      rows.next();
      System.out.println(rows.getString(1));
    }
  }
}
