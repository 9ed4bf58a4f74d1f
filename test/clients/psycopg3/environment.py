import os
from pathlib import Path

import psycopg

Path("/tmp/ca.crt").write_text(os.environ["DATABASE_CA"])
with psycopg.connect(os.environ["DATABASE_URL"], sslrootcert="/tmp/ca.crt") as connection:
    print(connection.execute("select current_user").fetchone()[0])
