import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectControlPlane } from '../../control-plane/control-plane.ts';
import { createWorld, type Login, logins, type World } from '../attacks/world.ts';
import { asProvider, holdEverything } from '../shared-server/holds.ts';
import { guardedSettings, madeBy, reservedFor } from '../shared-server/server-wide.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(connectControlPlane());
});

afterAll(() => world?.close());

/** Who comes to a server that others share. */
const who = [
  { name: 'the app', login: logins.app, role: 'galaxy_moon_app' },
  { name: 'the migrator', login: logins.migrator, role: 'galaxy_moon_migrator' },
  { name: 'the reader', login: logins.readonly, role: 'galaxy_moon_readonly' },
];

/** More than fits into memory, and so goes to disk. */
const spill =
  'SELECT count(*) FROM (SELECT repeat(md5(i::text), 30) AS a FROM generate_series(1, 400000) i ORDER BY a) AS s';

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

/** Runs on a session of its own, and ends it. */
const alone = async (login: Login, ...statements: string[]): Promise<string> => {
  const client = await world.connect(login);
  try {
    for (const statement of statements.slice(0, -1)) await client.query(statement);

    return await codeOf(client.query(statements.at(-1) ?? ''));
  } finally {
    await client.end().catch(() => undefined);
  }
};

describe.each(who)('$name', ({ name, login, role }) => {
  test('makes no setting of the server', async () => {
    const settings = await guardedSettings(world);
    const client = await world.connect(login);
    const made = await madeBy(client, settings);
    await client.end();
    console.log(`${name}: ${settings.length} settings of the server, ${made.length} of them made`);

    expect(settings.length).toBeGreaterThan(100);
    expect(made).toEqual([]);
  });

  test('has nothing that PostgreSQL reserves', async () => {
    const { functions, roles, has } = await reservedFor(world, role);
    console.log(`${name}: ${functions} functions and ${roles} roles that are not everybody's`);

    expect(functions).toBeGreaterThan(50);
    expect(has).toEqual([]);
  });

  // Guard rail: postgres-connections
  test('whatever it holds in a transaction, keeps nobody waiting', async () => {
    const client = await world.connect(login);
    const { tried, held } = await holdEverything(client);
    const { others, itself } = await asProvider(world, role);
    await client.query('ROLLBACK').finally(() => client.end());
    const longest = Math.max(...[...others, ...itself].map(({ seconds }) => seconds));
    console.log(`${name}: holds ${held} of ${tried}; the administrator waits ${longest.toFixed(1)} s at most`);

    expect(held).toBeGreaterThan(3);
    expect(others.filter(({ answer }) => answer !== 'done')).toEqual([]);
    expect(itself.filter(({ answer }) => !['done', '55P03'].includes(answer))).toEqual([]);
    expect([...others, ...itself].filter(({ seconds }) => seconds > 10)).toEqual([]);
  });

  test('fills no disk with what it sorts, and leaves no transaction behind', async () => {
    expect(await alone(login, 'SET statement_timeout = 0', spill)).toBe('53400');
    expect(await alone(login, 'BEGIN', "PREPARE TRANSACTION 'walls'")).toBe('55000');
  });
});

describe('without what package/install has set', () => {
  test('the disk is filled', async () => {
    const setting = 'ALTER ROLE galaxy_moon_app IN DATABASE galaxy_moon';
    await world.asSuperuser(`${setting} SET temp_file_limit = -1`);
    try {
      expect(await alone(logins.app, 'SET statement_timeout = 0', spill)).toBe('done');
    } finally {
      await world.asSuperuser(`${setting} RESET temp_file_limit`);
    }
  });

  test('a provider waits as long as a login likes', async () => {
    const client = await world.connect(logins.app);
    await client.query("BEGIN; ALTER ROLE SESSION_USER SET application_name = 'walls'");
    const { controlPlane } = world;
    const administrator = await controlPlane.postgres.connect({ ...controlPlane.postgres.admin });
    // In the place of 60 s.
    await administrator.query('SET lock_timeout = 0; SET statement_timeout = 3000');
    const answer = await codeOf(administrator.query("ALTER ROLE galaxy_moon_app SET application_name = 'moon'"));
    await administrator.end();
    await client.query('ROLLBACK').finally(() => client.end());

    expect(answer).toBe('57014');
  });
});

/** The process of which the server's log says first that it has no room for one more lock. */
const culpritIn = (log: string): number => Number(/ \[(\d+)\] ERROR: {2}out of shared memory/.exec(log)?.[1]);

// PostgreSQL has no limit for it: package/install/README.md says so, and what to do.
test('who fills the table of locks is found in the log, and ended on the host', async () => {
  const { controlPlane } = world;
  const culprit = await world.connect(logins.app);
  await culprit.query('SET statement_timeout = 0');
  const filled = await codeOf(culprit.query('SELECT pg_advisory_lock(i) FROM generate_series(1, 1000000) AS i'));
  // Nobody comes in any more, the superuser neither.
  const neighbour = await codeOf(world.connect(logins.neighbourMigrator));
  const superuser = await codeOf(controlPlane.postgres.connect());
  // As `pg_ctl kill TERM` does.
  process.kill(culpritIn(readFileSync(controlPlane.log('postgres'), 'utf8')), 'SIGTERM');
  const isOpen = async () => (await codeOf(controlPlane.postgres.connect().then((client) => client.end()))) === 'done';
  await expect.poll(isOpen, { timeout: 20_000 }).toBe(true);
  await culprit.end().catch(() => undefined);

  expect([filled, neighbour, superuser]).toEqual(['53200', '53200', '53200']);
  expect(await alone(logins.neighbourMigrator, 'CREATE TABLE app.walls (id int PRIMARY KEY)')).toBe('done');
  expect(await alone(logins.neighbourMigrator, 'DROP TABLE app.walls')).toBe('done');
});
