import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GetObjectCommand, GetObjectRetentionCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Contents } from '../../functions/backup/contents.ts';
import type { Manifest } from '../../functions/backup/manifest.ts';
import { connectPostgres } from '../control-plane/postgres.ts';
import { blockWith } from '../install/page.ts';
import { canary, inDatabase, makeDatabase, password } from './databases.ts';
import { type Outcome, openScene, runProgram, type Scene } from './scene.ts';
import { secretOf } from './store.ts';

let scene: Scene;
let outcome: Outcome;
let said: Omit<Manifest, 'sealedContents'>;
const since = Date.now();

beforeAll(async () => {
  scene = await openScene();
  outcome = await scene.backUp();
  said = JSON.parse(outcome.out || '{}');
}, 600_000);
afterAll(() => scene?.close());

const bytesOf = async (key: string): Promise<Buffer> => {
  const { Body } = await scene.store.as('reader').send(new GetObjectCommand({ Bucket: 'backups', Key: key }));

  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

const manifestKey = () => said.dump.key.replace('.dump.age', '.json');
const manifest = async (): Promise<Manifest> => JSON.parse((await bytesOf(manifestKey())).toString());

/** What age of Go makes of something, with one of the private keys. */
const opened = (sealed: Buffer, identity: string): Buffer =>
  execFileSync(scene.age.binary('age'), ['-d', '-i', identity], { input: sealed, maxBuffer: 1 << 28 });

/** Types what a page says into a shell, with tools that others wrote. */
const typed = (block: string, room: string): void => {
  const { host, port, caPath } = scene.server;
  execFileSync('bash', ['-euo', 'pipefail', '-c', block], {
    cwd: room,
    stdio: 'pipe',
    env: {
      PATH: [dirname(scene.age.binary('age')), scene.programs, process.env.PATH].join(':'),
      ...{ PGHOST: host, PGPORT: `${port}`, PGPASSWORD: password, PGSSLMODE: 'verify-full', PGSSLROOTCERT: caPath },
    },
  });
};

/** Rows of every table as text in order, by a question of another kind than the program's. */
const rowsIn = (database: string) =>
  inDatabase(scene.server, database, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT c.oid::regclass::text AS name FROM pg_class c WHERE relnamespace = 'app'::regnamespace AND relkind = 'r' ORDER BY 1",
    );
    const found: Record<string, unknown> = {};
    for (const { name } of tables) {
      const { rows } = await client.query({ text: `SELECT * FROM ONLY ${name}`, rowMode: 'array' });
      found[name] = rows.map((row) => JSON.stringify(row)).sort();
    }

    return found;
  });

test('a backup is two objects under the names of hub, server, squad, service and time, and one line says so', async () => {
  expect(outcome).toMatchObject({ status: 0, error: '' });
  expect(said).toMatchObject({
    form: 1,
    of: 'main/frontier.spike/galaxy/billing',
    tables: 9,
    rows: 2109,
    server: '18.4',
  });
  expect(said.dump.key).toMatch(/^main\/frontier[.]spike\/galaxy\/billing\/\d{4}-\d\d-\d\dT\d{6}Z[.]dump[.]age$/);
  expect((await scene.store.versions('backups')).map(({ key }) => key)).toEqual([said.dump.key, manifestKey()]);
  expect(said.roles).toEqual([
    ...[
      'galaxy_billing_app',
      'galaxy_billing_backup',
      'galaxy_billing_owner',
      'galaxy_billing_writer',
      'squadkit_admin',
    ],
  ]);
});

test('the manifest says of the dump what is true of it', async () => {
  const dump = await bytesOf(said.dump.key);
  const { sealedContents, ...rest } = await manifest();

  expect(rest).toEqual(said);
  expect(dump.length).toBe(said.dump.bytes);
  expect(createHash('sha256').update(dump).digest('hex')).toBe(said.dump.sha256);
  expect(sealedContents).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
});

test('the store keeps both as long as the manifest says, and its own administrator cannot shorten it', async () => {
  for (const { key, version } of await scene.store.versions('backups')) {
    const { Retention } = await scene.store
      .as('root')
      .send(new GetObjectRetentionCommand({ Bucket: 'backups', Key: key, VersionId: version }));

    expect(Retention?.Mode).toBe('COMPLIANCE');
    expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThanOrEqual(Date.parse(said.keptUntil));
  }
  const kept = Date.parse(said.keptUntil) - Date.parse(said.at) - 14 * 86_400_000;
  expect([0, 1000]).toContain(kept);
  expect(Date.parse(said.at)).toBeGreaterThan(since - 1000);
});

test.each([0, 1])(
  'recipient %i opens it by the page, with tools that others wrote, and PostgreSQL restores every row as nobody much',
  async (which) => {
    const page = 'package/install/README.md';
    const room = mkdtempSync(join(scene.state, 'by-hand-'));
    const named = (text: string) => text.replaceAll('restored', `restored_${which}`);
    copyFileSync(scene.identities[which] as string, join(room, 'backups-1.txt'));
    writeFileSync(join(room, '2026-11-28T023704Z.dump.age'), await bytesOf(said.dump.key));
    const somebody = { user: `somebody_${which}`, password };
    await inDatabase(scene.server, 'postgres', async (client) => {
      await client.query(`CREATE ROLE ${somebody.user} LOGIN CREATEDB CREATEROLE PASSWORD '${password}'`);
      await client.query(`GRANT CONNECT ON DATABASE postgres TO ${somebody.user}`);
    });
    const client = await connectPostgres(scene.server, { ...somebody, database: 'postgres' });
    for (const statement of named(blockWith(page, 'CREATE DATABASE restored', 'sql'))
      .replace('…', password)
      .split('\n'))
      await client.query(statement);
    await client.end();
    typed(named(blockWith(page, 'age --decrypt', 'sh')), room);
    const [was, is] = [await rowsIn('galaxy_billing'), await rowsIn(`restored_${which}`)];

    expect(Object.keys(is)).toHaveLength(9);
    expect(is).toEqual(was);
  },
);

describe('what was opened by hand fills the empty database of a Service', () => {
  const again = 'galaxy_again';
  const asAgain = (text: string): string => text.replaceAll('galaxy_billing', again);

  beforeAll(async () => {
    await makeDatabase(scene.server, again, []);
    await inDatabase(scene.server, 'postgres', async (client) => {
      await client.query(`CREATE ROLE ${again}_migrator LOGIN IN ROLE ${again}_owner PASSWORD '${password}'`);
      await client.query(`ALTER ROLE ${again}_migrator SET role = '${again}_owner'`);
      await client.query(`GRANT CONNECT ON DATABASE ${again} TO ${again}_owner`);
    });
  });

  test('as its migrator, by the page: its app reads it, and nothing is left beside', async () => {
    const room = mkdtempSync(join(scene.state, 'by-hand-'));
    const dump = opened(await bytesOf(said.dump.key), scene.identities[0] as string);
    writeFileSync(join(room, 'billing.dump'), dump);
    typed(asAgain(blockWith('package/install/README.md', '--use-list', 'sh')), room);

    expect(await rowsIn(again)).toEqual(await rowsIn('galaxy_billing'));
    expect(readdirSync(room)).toEqual([]);
    const counted = await inDatabase(scene.server, again, async (client) => {
      await client.query(`SET ROLE ${again}_app`);
      return (await client.query('SELECT count(*)::int AS rows FROM app.invoice')).rows;
    });
    expect(counted).toEqual([{ rows: 2000 }]);
  });

  test('single rows that are only in the other one come over, as the page of squads says', async () => {
    const room = mkdtempSync(join(scene.state, 'rows-'));
    const { host, port, caPath } = scene.server;
    const query = `sslmode=verify-full&sslrootcert=${encodeURIComponent(caPath)}`;
    writeFileSync(
      join(room, 'uri'),
      `postgresql://${again}_migrator:${encodeURIComponent(password)}@${host}:${port}/${again}?${query}`,
    );
    const here = (part: string) =>
      blockWith('examples/README.md', part, 'sh').replaceAll('/bindings/spike', room).replaceAll('/dump', room);
    const before = await rowsIn(again);
    typed(here('/dump/invoice.copy\'"'), room);
    await inDatabase(scene.server, again, (client) => client.query('DELETE FROM app.invoice WHERE id > 1000'));
    typed(here('ON CONFLICT DO NOTHING'), room);
    const is = await rowsIn(again);

    expect(is['app.invoice']).toEqual(before['app.invoice']);
    expect(is['app.invoice_before']).toHaveLength(2000);
  });
});

test('the facts of each table are for the recipients only, and tell one byte and one row from another', async () => {
  const {
    tables: facts,
    sequences,
    things,
  } = JSON.parse(
    opened(Buffer.from((await manifest()).sealedContents), scene.identities[0] as string).toString(),
  ) as Contents;
  const rows = Object.fromEntries(Object.entries(facts).map(([name, table]) => [name.slice(0, 8), table.rows]));
  expect(rows).toEqual({
    ...{
      'Odd; Näm': 2,
      child: 1,
      empty: 0,
      invoice: 2000,
      measured: 100,
      nothing: 0,
      parent: 2,
      scratch: 1,
      secret: 3,
    },
  });
  expect(sequences).toEqual({ invoice_id_seq: { next: '2001', goes: 'up' } });
  expect(things).toEqual([
    ...['constraint empty_pkey on empty', 'constraint invoice_pkey on invoice', 'default of doubled on empty'],
    ...['function lie(app.measured_2026)', 'function twice(n integer)'],
    ...['index empty_pkey', 'index empty_twice_idx', 'index invoice_pkey'],
    ...['materialized view total', 'partitioned table measured', 'policy own on secret', 'type state', 'view paid'],
  ]);
  const again = async () => {
    const { out } = await scene.backUp();
    const { dump } = JSON.parse(out) as Manifest;
    const { sealedContents } = JSON.parse(
      (await bytesOf(dump.key.replace('.dump.age', '.json'))).toString(),
    ) as Manifest;

    return (JSON.parse(opened(Buffer.from(sealedContents), scene.identities[1] as string).toString()) as Contents)
      .tables;
  };
  expect(await again()).toEqual(facts);
  await inDatabase(scene.server, 'galaxy_billing', (client) =>
    client.query('UPDATE app.measured SET value = value + 0.1 WHERE day = $1', ['2026-01-05']),
  );
  const { measured_2026: changed, ...others } = await again();
  const { measured_2026: before, ...same } = facts;

  expect(others).toEqual(same);
  expect(changed).toEqual({ rows: 100, sum: expect.not.stringMatching(before?.sum ?? '') });
});

test('what is written while it looks, and before it dumps, is in neither: all of it is of one moment', async () => {
  const waits = () =>
    inDatabase(scene.server, 'postgres', async (client) => {
      const { rowCount } = await client.query(
        "SELECT FROM pg_locks l JOIN pg_roles r ON r.rolname = 'galaxy_billing_backup' JOIN pg_stat_activity a ON a.pid = l.pid AND a.usesysid = r.oid WHERE NOT granted",
      );

      return rowCount;
    });
  const backup = await inDatabase(scene.server, 'galaxy_billing', async (client) => {
    // Tables are looked at in the order of their names: this one after invoice, and before secret.
    await client.query('BEGIN; LOCK TABLE app.nothing IN ACCESS EXCLUSIVE MODE');
    const running = scene.backUp();
    await expect.poll(waits, { timeout: 20_000 }).toBe(1);
    await client.query("INSERT INTO app.secret VALUES (4, 'later'); INSERT INTO app.invoice (body) VALUES ('{}')");
    await client.query('COMMIT');

    return running;
  });
  const { dump, rows } = JSON.parse(backup.out) as Manifest;
  const file = join(scene.state, 'dump-of-a-moment');
  writeFileSync(file, opened(await bytesOf(dump.key), scene.identities[0] as string));
  const text = await runProgram(join(scene.programs, 'pg_restore'), ['--data-only', '-f', '-', file]);

  expect(rows).toBe(2109);
  expect(text.toString()).toContain('hidden');
  expect(text.toString()).not.toContain('later');
});

describe('nothing is in clear', () => {
  test.each([
    ['text of a row', canary],
    ['password of the login', password],
    ['secret key of the writer', secretOf('writer')],
  ])('%s is neither in the store nor in what the program says', (_, secret) => {
    expect(outcome.out + outcome.error).not.toContain(secret);
    const objects = join(scene.store.directory, 'objects');
    expect(() => execFileSync('grep', ['-rqaF', secret, objects])).toThrow();
    // The search finds what is there.
    expect(() => execFileSync('grep', ['-rqaF', said.dump.sha256, objects])).not.toThrow();
  });
});

test('what a backup does not have is counted', async () => {
  await inDatabase(scene.server, 'galaxy_billing', async (client) => {
    await client.query('CREATE TABLE public.elsewhere (id int)');
    await client.query('SET ROLE galaxy_billing_app');
    await client.query('SELECT lo_create(0) FROM generate_series(1, 3)');
  });

  expect(JSON.parse((await scene.backUp()).out)).toMatchObject({ leftOut: { largeObjects: 3, tables: 1 } });
});
