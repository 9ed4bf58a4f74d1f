# Connects as the matrix asks: ways.py <uri | uri-without-ca | keys> <mounted | environment>
import os
import sys
from pathlib import Path

import psycopg

form, place = sys.argv[1:]


def value(key, variable):
    return Path("/bindings/spike", key).read_text() if place == "mounted" else os.environ[variable]


def authority():
    Path("/tmp/ca.crt").write_text(value("ca.crt", "DATABASE_CA"))
    return "/tmp/ca.crt"


def keys():
    return {
        "host": value("host", "PGHOST"),
        "port": value("port", "PGPORT"),
        "dbname": value("database", "PGDATABASE"),
        "user": value("username", "PGUSER"),
        "password": value("password", "PGPASSWORD"),
        "sslmode": value("sslmode", "PGSSLMODE"),
    }


ways = {
    "uri": lambda: psycopg.connect(value("uri", "DATABASE_URL")),
    "uri-without-ca": lambda: psycopg.connect(value("uri-without-ca", "DATABASE_URL"), sslrootcert=authority()),
    "keys": lambda: psycopg.connect(**keys(), sslrootcert=authority()),
}
with ways[form]() as connection:
    print(connection.execute("select current_user").fetchone()[0])
