import { readFileSync } from 'node:fs';
import { runner } from 'node-pg-migrate';

// Without a schema: it makes its own table in public, where nobody may.
await runner({
  databaseUrl: readFileSync('/bindings/spike.migrator/uri', 'utf8'),
  dir: 'migrations',
  direction: 'up',
  migrationsTable: 'pgmigrations',
});
