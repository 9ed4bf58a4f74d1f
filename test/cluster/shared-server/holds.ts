import type { Client } from 'pg';
import type { World } from '../attacks/world.ts';

/** What a login may leave open in a transaction; what it may not is refused, and the next one is tried. */
const statements = [
  "ALTER ROLE SESSION_USER SET application_name = 'walls'",
  "ALTER ROLE SESSION_USER PASSWORD 'walls'",
  'ALTER ROLE SESSION_USER RESET ALL',
  'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC',
  'GRANT SELECT ON ALL TABLES IN SCHEMA app TO PUBLIC',
  'CREATE TABLE app.walls (id int)',
  'CREATE TEMPORARY TABLE walls (id int)',
  'ALTER TABLE app.invoice ADD COLUMN walls int',
  'LOCK TABLE app.invoice IN ACCESS EXCLUSIVE MODE NOWAIT',
  'SELECT lo_create(0)',
  'SELECT pg_advisory_xact_lock(generate_series(1, 1000))',
  'LISTEN walls',
  "NOTIFY walls, 'a'",
  'DROP OWNED BY SESSION_USER',
  'COMMENT ON DATABASE galaxy_moon IS NULL',
  'ALTER SCHEMA app RENAME TO walls',
  'DROP SCHEMA app CASCADE',
];

const modes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

/**
 * Opens a transaction and takes everything in it that can be held: every lock on every table of the catalog, shared ones
 * among them, and what changes the own role and database. Answers how much was tried and how much is held.
 */
export const holdEverything = async (client: Client): Promise<{ tried: number; held: number }> => {
  const { rows } = await client.query(
    "SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'",
  );
  const locks = rows.flatMap(({ name }) => modes.map((mode) => `LOCK TABLE ${name} IN ${mode} MODE NOWAIT`));
  let held = 0;
  await client.query('SET statement_timeout = 0; BEGIN');
  for (const statement of [...locks, ...statements]) {
    await client.query('SAVEPOINT walls');
    await client.query(statement).then(
      () => {
        held += 1;
      },
      () => client.query('ROLLBACK TO walls'),
    );
  }

  return { tried: locks.length + statements.length, held };
};

/** How the administrator's statement ended, after how many seconds: `done`, or the SQLSTATE. */
export interface Waited {
  statement: string;
  answer: string;
  seconds: number;
}

/** What a provider says for somebody else on the same server: all of it must be done. */
const forOthers = [
  'CREATE ROLE quasar_walls NOLOGIN',
  'ALTER ROLE quasar_sun_app CONNECTION LIMIT 3',
  'GRANT quasar_sun_writer TO quasar_walls',
  'REVOKE quasar_sun_writer FROM quasar_walls',
  'CREATE DATABASE quasar_walls TEMPLATE template0',
  'GRANT CONNECT ON DATABASE quasar_walls TO quasar_walls',
  'REVOKE CONNECT ON DATABASE quasar_walls FROM PUBLIC',
  'DROP DATABASE quasar_walls',
  'DROP ROLE quasar_walls',
];

/** What it says of that login and its database: it may fail, and must not wait. */
const forItself = (login: string) => [
  `ALTER ROLE ${login} CONNECTION LIMIT 3`,
  `GRANT galaxy_moon_writer TO ${login}`,
  `GRANT CONNECT ON DATABASE galaxy_moon TO galaxy_moon_writer`,
  `ALTER DATABASE galaxy_moon CONNECTION LIMIT 100`,
];

/** Says all of this as the administrator, one session each as provider-sql v0.16.0 has it, and answers how it went. */
export const asProvider = async (
  { controlPlane: { postgres } }: World,
  login: string,
): Promise<{ others: Waited[]; itself: Waited[] }> => {
  const say = async (statement: string): Promise<Waited> => {
    const client = await postgres.connect({ ...postgres.admin });
    const since = Date.now();
    try {
      const answer = await client.query(statement).then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
      return { statement, answer, seconds: (Date.now() - since) / 1000 };
    } finally {
      await client.end();
    }
  };
  const all = async (some: string[]) => {
    const waited: Waited[] = [];
    for (const statement of some) waited.push(await say(statement));

    return waited;
  };

  return { others: await all(forOthers), itself: await all(forItself(login)) };
};
