import os
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

Path("/tmp/ca.crt").write_text(os.environ["DATABASE_CA"])
url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
with create_engine(url, connect_args={"sslrootcert": "/tmp/ca.crt"}).connect() as connection:
    print(connection.execute(text("select current_user")).scalar())
