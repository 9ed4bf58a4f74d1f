import asyncio
import os
import ssl

import asyncpg


async def main():
    verified = ssl.create_default_context(cadata=os.environ["DATABASE_CA"])
    connection = await asyncpg.connect(os.environ["DATABASE_URL"], ssl=verified)
    print(await connection.fetchval("select current_user"))
    await connection.close()


asyncio.run(main())
