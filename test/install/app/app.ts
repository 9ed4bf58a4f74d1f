/**
 * What a squad would run: `migrate` makes its table, `serve` writes a row by `uri`, says how many there are by `read-uri`, and
 * stays. It knows these two of the mounted Secret and nothing else; they name the file with the authority beside them. `reach` tries what a
 * squad may not, and says what came of it.
 */
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { reached } from './reach.ts';

const [task = '', binding = ''] = process.argv.slice(2);

const work = async () => {
  if (task === 'reach') {
    console.log(JSON.stringify(await reached(JSON.parse(process.env.SERVERS ?? '{}'), process.env.NODE_ADDRESS ?? '')));
    return;
  }
  const connect = async (key: string): Promise<Client> => {
    const client = new Client({ connectionString: readFileSync(`${binding}/${key}`, 'utf8') });
    await client.connect();

    return client;
  };
  const client = await connect('uri');
  if (task === 'migrate') {
    await client.query('CREATE TABLE IF NOT EXISTS app.invoices (id serial PRIMARY KEY, paid boolean)');
    await client.end();
    return;
  }
  await client.query('INSERT INTO app.invoices (paid) VALUES (true)');
  const reader = await connect('read-uri');
  const { rows } = await reader.query(
    'SELECT count(*)::int AS count, (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) FROM app.invoices',
  );
  console.log(`${rows[0].count} invoices, over ${rows[0].ssl ? 'TLS' : 'nothing'}`);
  for (const each of [client, reader]) setInterval(() => each.query('SELECT 1'), 10_000);
};

void work();
