from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

url = make_url(Path("/bindings/spike/uri").read_text()).set(drivername="postgresql+psycopg")
with create_engine(url).connect() as connection:
    print(connection.execute(text("select current_user")).scalar())
