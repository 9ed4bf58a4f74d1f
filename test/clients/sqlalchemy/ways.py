# Connects as the matrix asks: ways.py <uri | uri-without-ca | keys> <mounted | environment>
import os
import sys
from pathlib import Path

from sqlalchemy import URL, create_engine, text
from sqlalchemy.engine import make_url

form, place = sys.argv[1:]


def value(key, variable):
    return Path("/bindings/spike", key).read_text() if place == "mounted" else os.environ[variable]


def authority():
    Path("/tmp/ca.crt").write_text(value("ca.crt", "DATABASE_CA"))
    return "/tmp/ca.crt"


def url():
    return make_url(value(form, "DATABASE_URL")).set(drivername="postgresql+psycopg")


def keys():
    return URL.create(
        "postgresql+psycopg",
        host=value("host", "PGHOST"),
        port=int(value("port", "PGPORT")),
        database=value("database", "PGDATABASE"),
        username=value("username", "PGUSER"),
        password=value("password", "PGPASSWORD"),
        query={"sslmode": value("sslmode", "PGSSLMODE"), "sslrootcert": authority()},
    )


ways = {
    "uri": lambda: create_engine(url()),
    "uri-without-ca": lambda: create_engine(url(), connect_args={"sslrootcert": authority()}),
    "keys": lambda: create_engine(keys()),
}
with ways[form]().connect() as connection:
    print(connection.execute(text("select current_user")).scalar())
