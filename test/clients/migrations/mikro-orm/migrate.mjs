import { readFileSync } from 'node:fs';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';

class Things extends Migration {
  async up() {
    this.addSql('create table mikro_orm_things (id serial primary key, name text not null)');
  }
}

const binding = (key) => readFileSync(`/bindings/spike.migrator/${key}`, 'utf8');
const orm = await MikroORM.init({
  clientUrl: binding('uri'),
  // What the uri says of certificates is not read.
  driverOptions: { connection: { ssl: { ca: binding('ca.crt') } } },
  schema: 'app', // else its own table is to lie in schema public
  entities: [],
  discovery: { warnWhenNoEntities: false },
  extensions: [Migrator],
  migrations: { migrationsList: [{ name: 'Things', class: Things }], snapshot: false },
});
try {
  await orm.getMigrator().up();
} finally {
  await orm.close(true);
}
