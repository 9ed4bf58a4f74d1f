import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { DataSource, EntitySchema } from 'typeorm';

// Without uuidExtension: an id that the database makes asks for the extension uuid-ossp.
const source = new DataSource({
  type: 'postgres',
  url: readFileSync('/bindings/spike.migrator/uri', 'utf8'),
  synchronize: true,
  entities: [
    new EntitySchema({ name: 'typeorm_usual', columns: { id: { type: 'uuid', primary: true, generated: 'uuid' } } }),
  ],
});
try {
  await source.initialize();
} finally {
  if (source.isInitialized) await source.destroy();
}
