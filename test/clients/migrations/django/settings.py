from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

connection = conninfo_to_dict(Path("/bindings/spike.migrator/uri").read_text())

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": connection.pop("dbname"),
        "USER": connection.pop("user"),
        "PASSWORD": connection.pop("password"),
        "HOST": connection.pop("host"),
        "PORT": connection.pop("port"),
        "OPTIONS": connection,  # sslmode and sslrootcert
    }
}
INSTALLED_APPS = ["things"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
