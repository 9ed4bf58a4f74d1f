from pathlib import Path

import psycopg

with psycopg.connect(Path("/bindings/spike/uri").read_text()) as connection:
    print(connection.execute("select current_user").fetchone()[0])
