import os
from pathlib import Path

import psycopg2

Path("/tmp/ca.crt").write_text(os.environ["DATABASE_CA"])
connection = psycopg2.connect(os.environ["DATABASE_URL"], sslrootcert="/tmp/ca.crt")
with connection, connection.cursor() as cursor:
    cursor.execute("select current_user")
    print(cursor.fetchone()[0])
