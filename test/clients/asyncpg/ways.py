# Connects as the matrix asks: ways.py <uri | uri-without-ca | keys> <mounted | environment>
import asyncio
import os
import ssl
import sys
from pathlib import Path

import asyncpg

form, place = sys.argv[1:]


def value(key, variable):
    return Path("/bindings/spike", key).read_text() if place == "mounted" else os.environ[variable]


def verified():
    return ssl.create_default_context(cadata=value("ca.crt", "DATABASE_CA"))


def keys():
    return {
        "host": value("host", "PGHOST"),
        "port": value("port", "PGPORT"),
        "database": value("database", "PGDATABASE"),
        "user": value("username", "PGUSER"),
        "password": value("password", "PGPASSWORD"),
    }


ways = {
    "uri": lambda: asyncpg.connect(value("uri", "DATABASE_URL")),
    "uri-without-ca": lambda: asyncpg.connect(value("uri-without-ca", "DATABASE_URL"), ssl=verified()),
    "keys": lambda: asyncpg.connect(**keys(), ssl=verified()),
}


async def main():
    connection = await ways[form]()
    print(await connection.fetchval("select current_user"))
    await connection.close()


asyncio.run(main())
