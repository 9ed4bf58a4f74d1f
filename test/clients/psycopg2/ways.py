# Connects as the matrix asks: ways.py <uri | uri-without-ca | keys> <mounted | environment>
import os
import sys
from pathlib import Path

import psycopg2

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
    "uri": lambda: psycopg2.connect(value("uri", "DATABASE_URL")),
    "uri-without-ca": lambda: psycopg2.connect(value("uri-without-ca", "DATABASE_URL"), sslrootcert=authority()),
    "keys": lambda: psycopg2.connect(**keys(), sslrootcert=authority()),
}
with ways[form]().cursor() as cursor:
    cursor.execute("select current_user")
    print(cursor.fetchone()[0])
