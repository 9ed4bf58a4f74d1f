import { readFileSync } from 'node:fs';
import { runner } from 'node-pg-migrate';

// It says public unless it is told otherwise, for its own table and for search_path.
await runner({
  databaseUrl: readFileSync('/bindings/spike.migrator/uri', 'utf8'),
  dir: 'migrations',
  direction: 'up',
  migrationsTable: 'pgmigrations',
  schema: 'app',
  migrationsSchema: 'app',
});
