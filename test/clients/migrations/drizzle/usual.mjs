import { readFileSync } from 'node:fs';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

// What everybody writes first. It says CREATE SCHEMA IF NOT EXISTS, which needs a right that no login has.
const pool = new pg.Pool({ connectionString: readFileSync('/bindings/spike.migrator/uri', 'utf8') });
try {
  await migrate(drizzle(pool), { migrationsFolder: 'drizzle', migrationsSchema: 'app' });
} finally {
  await pool.end();
}
