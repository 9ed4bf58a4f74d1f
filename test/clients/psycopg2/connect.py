from pathlib import Path

import psycopg2

connection = psycopg2.connect(Path("/bindings/spike/uri").read_text())
with connection, connection.cursor() as cursor:
    cursor.execute("select current_user")
    print(cursor.fetchone()[0])
