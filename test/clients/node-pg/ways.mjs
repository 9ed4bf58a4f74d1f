// Connects as the matrix asks: ways.mjs <uri | uri-without-ca | keys> <mounted | environment>
import { readFileSync } from 'node:fs';
import pg from 'pg';

const [form, place] = process.argv.slice(2);
const { env } = process;
const file = (key) => readFileSync(`/bindings/spike/${key}`, 'utf8');
const ca = () => (place === 'mounted' ? file('ca.crt') : env.DATABASE_CA);
const connectionString = () => (place === 'mounted' ? file(form) : env.DATABASE_URL);
const keys = () =>
  place === 'mounted'
    ? {
        host: file('host'),
        port: file('port'),
        database: file('database'),
        user: file('username'),
        password: file('password'),
      }
    : {};
const ways = {
  uri: () => ({ connectionString: connectionString() }),
  'uri-without-ca': () => ({ connectionString: connectionString(), ssl: { ca: ca() } }),
  keys: () => ({ ...keys(), ssl: { ca: ca() } }),
};
const client = new pg.Client(ways[form]());
await client.connect();
const { rows } = await client.query('select current_user');
console.log(rows[0].current_user);
await client.end();
