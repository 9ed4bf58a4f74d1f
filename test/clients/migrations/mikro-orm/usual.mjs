import { readFileSync } from 'node:fs';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';

class Usual extends Migration {
  async up() {
    this.addSql('create table mikro_orm_usual (id serial primary key)');
  }
}

// Without a schema.
const orm = await MikroORM.init({
  clientUrl: readFileSync('/bindings/spike.migrator/uri', 'utf8'),
  driverOptions: { connection: { ssl: { ca: readFileSync('/bindings/spike.migrator/ca.crt', 'utf8') } } },
  entities: [],
  discovery: { warnWhenNoEntities: false },
  extensions: [Migrator],
  migrations: { migrationsList: [{ name: 'Usual', class: Usual }], snapshot: false },
});
try {
  await orm.getMigrator().up();
} finally {
  await orm.close(true);
}
