import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';

// drizzle's own migrate() begins with CREATE SCHEMA IF NOT EXISTS, which needs a right on the database that no login has.
const pool = new pg.Pool({ connectionString: readFileSync('/bindings/spike.migrator/uri', 'utf8'), max: 1 });
const database = drizzle(pool);
await database.execute(sql`create table if not exists drizzle_migrations (hash text primary key)`);
await database.transaction(async (transaction) => {
  await transaction.execute(sql`lock table drizzle_migrations in exclusive mode`);
  const { rows } = await transaction.execute(sql`select hash from drizzle_migrations`);
  const done = new Set(rows.map(({ hash }) => hash));
  for (const migration of readMigrationFiles({ migrationsFolder: 'drizzle' })) {
    if (done.has(migration.hash)) continue;
    for (const statement of migration.sql) await transaction.execute(sql.raw(statement));
    await transaction.execute(sql`insert into drizzle_migrations values (${migration.hash})`);
  }
});
await pool.end();
