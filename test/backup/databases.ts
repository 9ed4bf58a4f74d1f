import type { Client } from 'pg';
import { connectPostgres, type PostgresConnection } from '../control-plane/postgres.ts';

/** Text that lies in rows, and may be in clear nowhere else. */
export const canary = 'canary-of-a-row';

/** What says whose database it is. */
export const mark = `squadkit_${'0123456789ab'.repeat(2)}`;

/** Password of every login that dumps. */
export const password = 'canary of a password with blanks, "quotes" and \\backslashes';

/** What Squadkit gives to the roles of a database in its schema, there and on what its owner makes. */
export const composedIn = (database: string): string[] => [
  `GRANT USAGE, CREATE ON SCHEMA app TO ${database}_owner`,
  `GRANT USAGE ON SCHEMA app TO ${database}_writer, ${database}_backup`,
  ...[
    `GRANT SELECT ON TABLES TO ${database}_backup`,
    `GRANT SELECT ON SEQUENCES TO ${database}_backup`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${database}_writer`,
    `GRANT USAGE, SELECT ON SEQUENCES TO ${database}_writer`,
  ].map((given) => `ALTER DEFAULT PRIVILEGES FOR ROLE ${database}_owner IN SCHEMA app ${given}`),
];

/** A database, its roles, and the schema of a squad, with the rights that Squadkit gives; who fills it is the owner. */
export const makeDatabase = async (
  server: PostgresConnection,
  database: string,
  fill: string[],
  words = '',
): Promise<void> => {
  const superuser = await connectPostgres(server);
  for (const role of ['owner', 'writer']) await superuser.query(`CREATE ROLE ${database}_${role} NOLOGIN`);
  await superuser.query(`CREATE ROLE ${database}_app LOGIN IN ROLE ${database}_writer`);
  await superuser.query(`CREATE ROLE ${database}_backup LOGIN BYPASSRLS CONNECTION LIMIT 3 PASSWORD '${password}'`);
  await superuser.query(`ALTER ROLE ${database}_backup SET default_transaction_read_only = on`);
  await superuser.query(`CREATE DATABASE ${database} OWNER ${server.admin.user} ${words}`);
  await superuser.query(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);
  await superuser.query(`GRANT CONNECT ON DATABASE ${database} TO ${database}_backup, ${database}_app`);
  await superuser.end();
  const inside = await connectPostgres(server, { database });
  for (const statement of [
    `CREATE SCHEMA ${mark} AUTHORIZATION ${server.admin.user}`,
    `CREATE SCHEMA app AUTHORIZATION ${server.admin.user}`,
    ...composedIn(database),
    `SET ROLE ${database}_owner`,
    'SET search_path = app',
    ...fill,
  ])
    await inside.query(statement);
  await inside.end();
};

/** Tables of kinds that a dump, or a look at rows, could miss or take for something else. */
export const statements = [
  'CREATE TABLE invoice (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb NOT NULL, at timestamptz, price money, share float8)',
  `INSERT INTO invoice (body, at, price, share) SELECT jsonb_build_object('n', n, 'text', '${canary}'),
     timestamptz '2026-01-01 00:00Z' + n * interval '1 hour', n::money, n / 3.0 FROM generate_series(1, 2000) n`,
  "CREATE TYPE state AS ENUM ('open', 'paid')",
  'CREATE TABLE "Odd; Näme --\'%s" (whole state, "a "" b" text, squadkit bytea)',
  `INSERT INTO "Odd; Näme --'%s" VALUES ('open', E'line\\nand\\ttab', '\\x00ff'), (NULL, NULL, NULL)`,
  'CREATE TABLE measured (day date, value numeric) PARTITION BY RANGE (day)',
  "CREATE TABLE measured_2026 PARTITION OF measured FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  "INSERT INTO measured SELECT date '2026-01-01' + n, n * 1.5 FROM generate_series(0, 99) n",
  'CREATE TABLE parent (a int); CREATE TABLE child (b text) INHERITS (parent)',
  "INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (3, 'three')",
  'CREATE TABLE secret (id int, note text); ALTER TABLE secret ENABLE ROW LEVEL SECURITY; ALTER TABLE secret FORCE ROW LEVEL SECURITY',
  "CREATE POLICY own ON secret USING (id < 3); INSERT INTO secret VALUES (1, 'seen'), (2, 'seen')",
  "ALTER TABLE secret NO FORCE ROW LEVEL SECURITY; INSERT INTO secret VALUES (3, 'hidden'); ALTER TABLE secret FORCE ROW LEVEL SECURITY",
  'CREATE TABLE nothing ()',
  'CREATE TABLE empty (id int PRIMARY KEY, doubled int GENERATED ALWAYS AS (id * 2) STORED)',
  'CREATE UNLOGGED TABLE scratch (id int); INSERT INTO scratch VALUES (7)',
  'CREATE VIEW paid AS SELECT id FROM invoice WHERE price > 100::money',
  'CREATE MATERIALIZED VIEW total AS SELECT count(*) FROM invoice',
  "CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2'; CREATE INDEX ON empty (app.twice(id))",
  // A cast of the squad's own, which would count rows as something else if a look called it.
  "CREATE FUNCTION lie(measured_2026) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''the same'''",
  'CREATE CAST (measured_2026 AS text) WITH FUNCTION lie(measured_2026) AS IMPLICIT',
];

/** As many bytes that cannot be compressed as need several parts. */
const large = [
  'CREATE TABLE entry (id int PRIMARY KEY, body bytea)',
  `INSERT INTO entry SELECT n, (SELECT string_agg(sha512((n || '/' || m)::text::bytea), '') FROM generate_series(1, 1000) m)
   FROM generate_series(1, 1200) n`,
];

/** So many tables that the list of a dump of them is longer than what is kept of what a program writes. */
export const many = [
  "DO $$BEGIN FOR n IN 1..600 LOOP EXECUTE format('CREATE TABLE many_%s (id int); INSERT INTO many_%s VALUES (%s)', n, n, n); END LOOP; END$$",
];

/** `galaxy_billing`, with many kinds of things in it, and `galaxy_ledger`, with 75 MB. */
export const makeDatabases = async (server: PostgresConnection): Promise<void> => {
  await makeDatabase(server, 'galaxy_billing', statements);
  await makeDatabase(server, 'galaxy_ledger', large);
};

/** Runs statements as the superuser in a database. */
export const inDatabase = async <Result>(
  server: PostgresConnection,
  database: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> => {
  const client = await connectPostgres(server, { database });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
