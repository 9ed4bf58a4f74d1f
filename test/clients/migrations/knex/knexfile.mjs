import { readFileSync } from 'node:fs';

export default {
  client: 'pg',
  connection: readFileSync('/bindings/spike.migrator/uri', 'utf8'),
};
