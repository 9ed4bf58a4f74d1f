/**
 * What a squad would run: `migrate` makes its table, `serve` writes a row, says how many there are, and stays. It knows the
 * `uri` of the mounted Secret and nothing else, which names the file with the authority beside it.
 */
import { readFileSync } from 'node:fs';
import { Client } from 'pg';

const [task = '', binding = ''] = process.argv.slice(2);

const work = async () => {
  const client = new Client({ connectionString: readFileSync(`${binding}/uri`, 'utf8') });
  await client.connect();
  if (task === 'migrate') {
    await client.query('CREATE TABLE IF NOT EXISTS app.invoices (id serial PRIMARY KEY, paid boolean)');
    await client.end();
    return;
  }
  await client.query('INSERT INTO app.invoices (paid) VALUES (true)');
  const { rows } = await client.query(
    'SELECT count(*)::int AS count, (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) FROM app.invoices',
  );
  console.log(`${rows[0].count} invoices, over ${rows[0].ssl ? 'TLS' : 'nothing'}`);
  setInterval(() => client.query('SELECT 1'), 10_000);
};

void work();
