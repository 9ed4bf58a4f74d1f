import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { DataSource } from 'typeorm';

class Things1700000000000 {
  async up(runner) {
    await runner.query(
      'create table typeorm_things (id uuid primary key default gen_random_uuid(), name text not null)',
    );
  }

  async down(runner) {
    await runner.query('drop table typeorm_things');
  }
}

const source = new DataSource({
  type: 'postgres',
  url: readFileSync('/bindings/spike.migrator/uri', 'utf8'),
  schema: 'app',
  uuidExtension: 'pgcrypto', // else ids are made by uuid_generate_v4() of an extension that is not there
  installExtensions: false,
  migrations: [Things1700000000000],
});
await source.initialize();
await source.runMigrations();
await source.destroy();
