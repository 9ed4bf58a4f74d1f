import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresNames } from '../../../functions/providers/postgres/names.ts';
import { evil, holds, makeNeighbour, pins } from '../advice/neighbour.ts';
import { administrator, makeDatabase, makeService, rolesOf, type Server, startServer } from '../advice/server.ts';
import { handOverOf, partOf, refusal, saidOf, typeForRole } from '../advice/typed.ts';
import { commandsOf } from '../support/lost.ts';

/** A server of its own, without a control plane: what a status advises is typed there. */
let server: Server;

beforeAll(async () => {
  server = await startServer();
  await makeNeighbour(server);
  // What a creation that broke off leaves, and everybody may enter.
  await server.say('postgres', administrator, 'CREATE DATABASE quasar_leftover TEMPLATE template0');
});

afterAll(() => server?.stop());

/** What of others must be there afterwards as before. */
const rowsOfOthers = async () => [
  ...(await server.say(evil.database, undefined, 'SELECT * FROM app.bait ORDER BY id')),
  ...(await server.say(evil.database, undefined, 'SELECT count(*)::int FROM app.entry')),
  ...(await server.say(
    evil.database,
    undefined,
    'SELECT oid::int, lomowner::regrole::text FROM pg_largeobject_metadata',
  )),
];

/** Drops the database of a Service, and then its roles, as provider-sql does where it says Delete; types what is said. */
const removeAndType = async (service: string, { isDropped = true } = {}): Promise<Record<string, string[]>> => {
  const names = postgresNames('quasar', service);
  const { groups, logins } = rolesOf('quasar', service);
  if (isDropped) await server.say('postgres', administrator, `DROP DATABASE "${names.database}"`);
  const typed: Record<string, string[]> = {};
  for (const role of [...logins, ...groups]) {
    const error = await refusal(server, 'postgres', administrator, `DROP ROLE ${role}`);
    if (error === undefined) continue;
    const said = saidOf({ squad: 'quasar', service }, { kind: 'Role', name: role }, error);
    expect(said).toMatch(/^SRE: .*keeps it/);
    typed[role] = await typeForRole(server, said);
    const [kind] = role.split('_').slice(-1);
    const again = await refusal(server, 'postgres', administrator, `DROP ROLE ${role}`);
    expect([kind, again]).toEqual([kind, undefined]);
  }

  return typed;
};

test.each(pins)('a neighbour keeps every role by %s, and what is said lets them go', async (what, statements) => {
  const service = what.replaceAll(/[^a-z]/g, '');
  await makeService(server, 'quasar', service);
  const { groups, logins } = rolesOf('quasar', service);
  await server.say(evil.database, evil.migrator, ...[...groups, ...logins].flatMap(statements));
  const before = await rowsOfOthers();

  const typed = await removeAndType(service);

  expect(typed).toEqual(Object.fromEntries([...groups, ...logins].map((role) => [role, [evil.database]])));
  expect(await rowsOfOthers()).toEqual(before);
});

test('what a role was given by somebody who was given it is found, and the role may be let go of', async () => {
  await makeService(server, 'quasar', 'chained');
  const { database, app, owner } = postgresNames('quasar', 'chained');
  await server.say(evil.database, evil.app, `GRANT SELECT ON app.bait TO ${app}, ${owner}`);
  await server.say('postgres', administrator, `DROP DATABASE ${database}`);

  for (const role of [app, owner]) {
    const drop = `DROP ROLE ${role}`;
    const error = await refusal(server, 'postgres', administrator, drop);
    const said = saidOf({ squad: 'quasar', service: 'chained' }, { kind: 'Role', name: role }, error ?? '');

    // PostgreSQL 18 takes only what the owner gave (acl.c, select_best_grantor).
    expect(await typeForRole(server, said)).toEqual([evil.database]);
    expect(await refusal(server, 'postgres', administrator, drop)).toBe(error);
    expect(said).toMatch(/let go of by kubectl patch -n quasar role\.\S+ chained\.frontier\.spike\.thing .*"Observe"/);
  }
});

test('what a login made in a database of nobody goes, and what it made in its own stays with the squad', async () => {
  await makeService(server, 'quasar', 'painter');
  const { database, app, migrator, owner } = postgresNames('quasar', 'painter');
  await server.say('quasar_leftover', app, 'SELECT lo_create(0)');
  await server.say(database, app, 'SELECT lo_create(4712)');
  await server.say(database, migrator, 'SET ROLE NONE', 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC');

  for (const role of [app, migrator]) {
    const error = await refusal(server, 'postgres', administrator, `DROP ROLE ${role}`);
    const said = saidOf({ squad: 'quasar', service: 'painter' }, { kind: 'Role', name: role }, error ?? '');
    await typeForRole(server, said);
    expect(await refusal(server, 'postgres', administrator, `DROP ROLE ${role}`)).toBeUndefined();
  }

  const objects = 'SELECT oid::int, lomowner::regrole::text AS owner FROM pg_largeobject_metadata';
  expect(await server.say(database, undefined, objects)).toEqual([{ oid: 4712, owner }]);
  expect(await server.say(database, undefined, 'SELECT * FROM app.entry')).toEqual([{ id: 1 }]);
  expect(await server.say('quasar_leftover', undefined, objects)).toEqual([]);
});

test('a large object of the app is not readable for the login in its place', async () => {
  await makeService(server, 'quasar', 'picture');
  const { database, app, writer } = postgresNames('quasar', 'picture');
  await server.say(database, app, "SELECT lo_from_bytea(4713, 'mine')");
  await server.say(
    'postgres',
    administrator,
    `CREATE ROLE ${app}_2 LOGIN PASSWORD 'of a test'`,
    `GRANT ${writer} TO ${app}_2`,
  );

  for (const statement of ['SELECT lo_get(4713)', 'SELECT lo_unlink(4713)'])
    expect(await refusal(server, database, `${app}_2`, statement)).toMatch(/permission denied|must be owner/);
});

test('what was restored is dropped only as a whole, and a neighbour who names its roles hides nothing', async () => {
  await makeService(server, 'quasar', 'again');
  const { database, owner } = postgresNames('quasar', 'again');
  await makeDatabase(server, 'quasar', 'again', `${database}-t5k2a1`);
  await makeService(server, 'quasar', 'again-more');
  await server.say(evil.database, evil.migrator, `GRANT SELECT ON app.bait TO ${owner}`);
  const before = await rowsOfOthers();

  const typed = await removeAndType('again');

  expect(typed[owner]).toEqual(expect.arrayContaining([evil.database, `${database}-t5k2a1`]));
  expect(await server.say('quasar_again_more', undefined, 'SELECT * FROM app.entry')).toEqual([{ id: 1 }]);
  expect(await rowsOfOthers()).toEqual(before);
});

test('whoever holds a database or a role is ended, wherever the session is, and nobody else is', async () => {
  const open: Client[] = [];
  const hold = async (database: string, user: string, ...statements: string[]) => {
    const client = await server.session(database, user);
    open.push(client);
    for (const statement of ['BEGIN', ...statements]) await client.query(statement);

    return client;
  };
  const services = holds.map((_, index) => `held${'abcdefgh'[index]}`);
  for (const service of [...services, 'held']) await makeService(server, 'quasar', service);
  for (const [index, [, where, held]] of holds.entries()) {
    const { database, migrator } = postgresNames('quasar', services[index] as string);
    await (where === 'own'
      ? hold(database, migrator, held(database))
      : hold(evil.database, evil.migrator, held(database)));
  }
  const innocent = [
    await hold(evil.database, evil.app, 'SELECT FROM app.entry'),
    await hold(
      evil.database,
      evil.migrator,
      'CREATE TABLE app.slow (id int)',
      'GRANT SELECT ON app.slow TO nova_evil_reader',
    ),
    await hold('quasar_held', 'quasar_held_app', 'SELECT FROM app.entry'),
  ];
  await sleep(10_500);

  for (const [index, [what, where, , wanted]] of holds.entries()) {
    const service = services[index] as string;
    const { database } = postgresNames('quasar', service);
    const place = where === 'own' ? database : 'postgres';
    const error = await refusal(server, place, administrator, wanted(database));
    expect([what, error]).toEqual([what, 'canceling statement due to lock timeout']);
    const object = { kind: 'Role', name: `${database}_owner` };
    const said = saidOf({ squad: 'quasar', service }, object, error ?? '');
    const statement = partOf(said, /(SELECT datname, usename, pg_terminate_backend.*?), which says/);
    const ended = await server.say('postgres', administrator, statement);
    expect(ended.map(({ datname }) => datname)).toEqual([where === 'own' ? database : evil.database]);
    const again = await refusal(server, place, administrator, wanted(database));
    expect(again ?? '').not.toContain('lock timeout');
  }

  for (const client of innocent) expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  for (const client of open) await client.end().catch(() => undefined);
}, 120_000);

test('a role of somebody else is renamed as it is said, and then there is room for ours', async () => {
  await server.say('postgres', undefined, 'CREATE ROLE quasar_taken_app');
  const error = await refusal(server, 'postgres', administrator, 'ALTER ROLE quasar_taken_app CONNECTION LIMIT 3');
  expect(error).toBe('permission denied to alter role');
  const said = saidOf({ squad: 'quasar', service: 'taken' }, { kind: 'Role', name: 'quasar_taken_app' }, `${error}`);

  await server.say('postgres', undefined, partOf(said, /by (ALTER ROLE \w+ RENAME TO \w+)/));

  expect(await refusal(server, 'postgres', administrator, 'CREATE ROLE quasar_taken_app')).toBeUndefined();
  expect(
    await refusal(server, 'postgres', administrator, 'ALTER ROLE quasar_taken_app CONNECTION LIMIT 3'),
  ).toBeUndefined();
});

test('a database that is handed over as it is said lets nobody of before in, and has every row', async () => {
  const { owner, writer } = postgresNames('quasar', 'given');
  const { groups, logins } = rolesOf('quasar', 'given');
  const roles = ['stranger', 'stranger_app', 'stranger_guest'];
  const login = (role: string) => `CREATE ROLE ${role} LOGIN PASSWORD 'of a test'`;
  await server.say('postgres', undefined, ...roles.map(login), 'CREATE DATABASE quasar_given OWNER stranger');
  await server.say(
    'quasar_given',
    'stranger',
    'CREATE SCHEMA app',
    'CREATE TABLE app.entry (id int)',
    'INSERT INTO app.entry VALUES (1), (2)',
    'GRANT CONNECT ON DATABASE quasar_given TO stranger_app WITH GRANT OPTION',
    'GRANT USAGE ON SCHEMA app TO stranger_app WITH GRANT OPTION',
    'GRANT SELECT ON app.entry TO stranger_app, stranger_guest, PUBLIC',
  );
  const passOn = [
    'GRANT CONNECT ON DATABASE quasar_given TO stranger_guest',
    'GRANT USAGE ON SCHEMA app TO stranger_guest',
  ];
  await server.say('quasar_given', 'stranger_app', ...passOn);
  // What is looked for first there is theirs: each operator of what is typed would run as who types it.
  const takes = (type: string, operator: string, as: string) => [
    `CREATE FUNCTION evil.${as}(${type}, ${type}) RETURNS boolean LANGUAGE plpgsql AS $f$BEGIN IF current_user <> 'stranger'::pg_catalog.name THEN ALTER ROLE stranger SUPERUSER; END IF; RETURN true; END$f$`,
    `CREATE OPERATOR evil.${operator} (LEFTARG = ${type}, RIGHTARG = ${type}, FUNCTION = evil.${as})`,
  ];
  const types = ['oid', 'name', 'text', 'int'];
  await server.say(
    'quasar_given',
    'stranger',
    'CREATE SCHEMA evil',
    'GRANT USAGE ON SCHEMA evil TO PUBLIC',
    ...types.flatMap((type) => [...takes(type, '=', `same_${type}`), ...takes(type, '<>', `other_${type}`)]),
    'ALTER DATABASE quasar_given SET search_path = evil, pg_catalog, public',
  );
  const open = await Promise.all(roles.map((role) => server.session('quasar_given', role)));

  const said = handOverOf({ administrator, mark: 'squadkit_of_given' }, 'quasar_given');
  await server.say('quasar_given', undefined, partOf(said, /^saying in it as a superuser (.*)$/));

  expect(
    await server.say('postgres', undefined, "SELECT rolname FROM pg_roles WHERE rolsuper AND rolname <> 'postgres'"),
  ).toEqual([]);
  for (const session of open) await expect(session.query('SELECT * FROM app.entry')).rejects.toThrow();
  for (const role of roles)
    expect(await refusal(server, 'quasar_given', role, 'SELECT 1')).toBe(
      'permission denied for database "quasar_given"',
    );
  const rights = `SELECT rolname FROM pg_roles WHERE rolname ~ '^stranger' AND (has_schema_privilege(rolname, 'app', 'USAGE') OR has_database_privilege(rolname, 'quasar_given', 'CONNECT'))`;
  expect(await server.say('quasar_given', undefined, rights)).toEqual([]);
  expect(await server.say('quasar_given', undefined, 'SELECT count(*)::int FROM app.entry')).toEqual([{ count: 2 }]);
  // What provider-sql says there then, as the administrator.
  await server.say('postgres', administrator, ...[...groups, ...logins].map((role) => `CREATE ROLE ${role}`));
  await server.say(
    'quasar_given',
    administrator,
    'ALTER DATABASE quasar_given CONNECTION LIMIT 33',
    `GRANT CONNECT, TEMPORARY ON DATABASE quasar_given TO ${owner}, ${writer}`,
    `GRANT CREATE, USAGE ON SCHEMA app TO ${owner}`,
    `ALTER SCHEMA app OWNER TO ${administrator}`,
    'ALTER SCHEMA squadkit_of_given RENAME TO squadkit_of_given_2',
  );
});

test('what is typed where a hub was lost ends what its passwords opened, and logins that took their mark off', async () => {
  const { owner, migrator } = postgresNames('quasar', 'lost');
  await makeService(server, 'quasar', 'lost');
  const mark = `squadkit_${'0'.repeat(24)}`;
  const [exchanged, backup] = [`${migrator}_2`, 'quasar_lost_backup'];
  await server.say(
    'postgres',
    administrator,
    ...[exchanged, backup].map((role) => `CREATE ROLE ${role} LOGIN PASSWORD 'of a test'`),
    ...[exchanged, backup].map((role) => `ALTER ROLE ${role} SET application_name = '${mark}'`),
    `GRANT ${owner} TO ${exchanged}`,
    `GRANT CONNECT ON DATABASE quasar_lost TO ${backup}, ${owner}`,
  );
  await server.say(
    'quasar_lost',
    exchanged,
    "ALTER ROLE CURRENT_USER SET application_name = 'me'",
    `SET ROLE ${owner}`,
  );
  const open = await Promise.all([server.session('postgres', administrator), server.session('quasar_lost', backup)]);
  for (const session of open) session.on('error', () => undefined);
  const { admin, janitor } = server.connection;
  const passwords = [admin.password, janitor?.password];

  const lost = commandsOf('1. The old hub is cut off', 'sql').replaceAll('…', () => `${passwords.shift()}`);
  await server.say('postgres', undefined, lost);
  await server.say('postgres', administrator, commandsOf('4. Logins that only the old hub knew', 'sql'));

  for (const session of open) await expect(session.query('SELECT 1')).rejects.toThrow();
  expect(await refusal(server, 'quasar_lost', exchanged, 'SELECT 1')).toContain('permission denied for database');
  expect(await refusal(server, 'quasar_lost', backup, 'SELECT 1')).toContain('is not permitted to log in');
});
