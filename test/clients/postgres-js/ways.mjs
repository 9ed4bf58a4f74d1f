// Connects as the matrix asks: ways.mjs <uri | uri-without-ca | keys> <mounted | environment>
import { readFileSync } from 'node:fs';
import postgres from 'postgres';

const [form, place] = process.argv.slice(2);
const { env } = process;
const file = (key) => readFileSync(`/bindings/spike/${key}`, 'utf8');
const ca = () => (place === 'mounted' ? file('ca.crt') : env.DATABASE_CA);
const uri = () => (place === 'mounted' ? file(form) : env.DATABASE_URL);
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
  uri: () => postgres(uri(), { connect_timeout: 10 }),
  'uri-without-ca': () => postgres(uri(), { ssl: { ca: ca() }, connect_timeout: 10 }),
  keys: () => postgres({ ...keys(), ssl: { ca: ca() }, connect_timeout: 10 }),
};
const sql = ways[form]();
try {
  const [row] = await sql`select current_user`;
  console.log(row.current_user);
} finally {
  await sql.end({ timeout: 1 });
}
