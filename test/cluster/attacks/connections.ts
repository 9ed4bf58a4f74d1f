import { readFileSync } from 'node:fs';
import type { Client, ClientConfig } from 'pg';
import { limits } from '../../../functions/providers/postgres/connections.ts';
import type { Attack } from './attack.ts';
import { connections, type Login, logins, type World } from './world.ts';

/** One more than the login has, beside the one that is kept open. */
const beyondLogin = connections;

/** More than the database has, whatever the login has: by what is composed, so that none of a smaller number is taken for it. */
export const ofDatabase = limits.database(connections, true, false);

/** Opens connections until one is refused, and closes all of them; `SET statement_timeout` is nobody's guard rail. */
const flood = async ({ connect }: World, login: Login, count: number): Promise<void> => {
  const open: Client[] = [];
  try {
    for (let index = 0; index < count; index += 1) open.push(await connect(login));
  } finally {
    await Promise.all(open.map((client) => client.end()));
  }
};

const floods: Attack[] = [
  { actor: 'the app of galaxy/moon', login: logins.app, what: 'than it has', count: beyondLogin },
  { actor: 'the migrator of galaxy/moon', login: logins.migrator, what: 'than it has', count: 3 },
  { actor: 'the reader of galaxy/moon', login: logins.readonly, what: 'than it has', count: beyondLogin },
  { actor: 'the app of galaxy/moon', login: logins.app, what: 'than its database has', count: ofDatabase },
].map(({ actor, login, what, count }) => ({
  actor,
  attempt: `open more connections ${what}`,
  refused: ['53300'],
  run: async (world) => {
    await world.client(login);
    await flood(world, login, count);
  },
}));

/** A connection that must not come about. */
const connection = (
  actor: string,
  login: Login,
  attempt: string,
  change: ClientConfig,
  refused: string[] = ['42501'],
): Attack => ({
  actor,
  attempt,
  refused,
  run: async ({ connect }) => {
    const client = await connect(login, change);
    await client.end();
  },
});

const elsewhere = (['app', 'migrator', 'readonly', 'neighbour'] as const).flatMap((name) => {
  const actor = `the ${name === 'neighbour' ? 'app of quasar/sun' : `${name === 'readonly' ? 'reader' : name} of galaxy/moon`}`;
  const other = name === 'neighbour' ? 'galaxy_moon' : 'quasar_sun';

  return [
    ...['postgres', 'template1', other].map((database) =>
      connection(actor, logins[name], `connect to database ${database}`, { database }),
    ),
    connection(actor, logins[name], 'connect without TLS', { ssl: false }, ['28000']),
  ];
});

const guesses = ['galaxy_moon_owner', 'galaxy_moon_writer', 'quasar_sun_app', 'squadkit_admin', 'postgres'].map(
  (user) =>
    connection(
      'somebody on the network',
      logins.app,
      `log in as ${user} without a password`,
      { user, password: 'guess' },
      ['28P01'],
    ),
);

/** Engineering has the same names as production, and other passwords: neither opens the other. */
const otherServer: Attack[] = [
  { actor: 'the app of quasar/sun, in engineering', login: logins.engineering, where: 'production' },
  { actor: 'the app of quasar/sun', login: logins.neighbour, where: 'engineering' },
].map(({ actor, login, where }) => ({
  actor,
  attempt: `log in at the server of ${where}`,
  refused: ['28P01'],
  run: async ({ connect, controlPlane }) => {
    const { host, port, caPath } = (where === 'production' ? controlPlane : controlPlane.meadow).postgres;
    const client = await connect(login, { host, port, ssl: { ca: readFileSync(caPath, 'utf8') } });
    await client.end();
  },
}));

/** What the server says instead of somebody else's query. */
const hidden = '<insufficient privilege>';

const queries: Attack[] = (['app', 'migrator', 'readonly'] as const).map((name) => ({
  actor: `the ${name === 'readonly' ? 'reader' : name} of galaxy/moon`,
  attempt: "read another squad's queries",
  refused: [hidden],
  run: async ({ client }) => {
    const { rows } = await (await client(logins[name])).query(
      "SELECT DISTINCT query FROM pg_stat_activity WHERE usename = 'quasar_sun_app'",
    );
    if (rows.length === 1 && rows[0].query === hidden) throw { code: hidden, message: 'the query of another squad' };
  },
}));

/** Ways for the migrator to have unqualified names of whoever comes into its database mean something of its own. */
const traps = [
  { where: 'in schema public', setUp: '', schema: 'public' },
  {
    where: 'by a search_path of its database',
    setUp:
      'CREATE SCHEMA trap; ALTER DATABASE galaxy_moon SET search_path = trap, pg_catalog; GRANT USAGE ON SCHEMA trap TO PUBLIC;',
    schema: 'trap',
  },
];

/** Code of the squad that runs as the administrator could give the squad every database of the server. */
const takeovers: Attack[] = traps.map(({ where, setUp, schema }) => ({
  actor: 'the migrator of galaxy/moon',
  attempt: `run code as the administrator, ${where}`,
  refused: ['42501'],
  run: async ({ client, controlPlane }) => {
    const migrator = await client(logins.migrator);
    try {
      await migrator.query(
        `${setUp} CREATE FUNCTION ${schema}.unnest(text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION 'this ran as %', current_user; END $$`,
      );
      // As provider-sql v0.16.0 asks (grant/reconciler.go:667); it does so once a minute.
      const { admin } = controlPlane.postgres;
      const administrator = await controlPlane.postgres.connect({ ...admin, database: 'galaxy_moon' });
      await administrator
        .query("SELECT array(SELECT unnest('{a}'::text[]) AS permissions)")
        .finally(() => administrator.end());
    } finally {
      await migrator.query(`DROP FUNCTION IF EXISTS ${schema}.unnest(text[])`);
      if (setUp)
        await migrator
          .query('DROP SCHEMA IF EXISTS trap CASCADE; ALTER DATABASE galaxy_moon RESET search_path')
          .catch(() => undefined);
    }
  },
}));

/** At the door of the PostgreSQL server. */
export const connectionAttacks: Attack[] = [
  ...floods,
  ...elsewhere,
  ...guesses,
  ...otherServer,
  ...queries,
  ...takeovers,
];
