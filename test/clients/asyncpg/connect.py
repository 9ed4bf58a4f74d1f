import asyncio
from pathlib import Path

import asyncpg


async def main():
    connection = await asyncpg.connect(Path("/bindings/spike/uri").read_text())
    print(await connection.fetchval("select current_user"))
    await connection.close()


asyncio.run(main())
