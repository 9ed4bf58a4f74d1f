import { postgresNames } from '../../../functions/providers/postgres/names.ts';
import { makeService, type Server } from './server.ts';

/** A Service of another squad on the same server. */
export const evil = postgresNames('nova', 'evil');

/** Makes it, with something of each sort that others may be given. */
export const makeNeighbour = async (server: Server): Promise<void> => {
  await makeService(server, 'nova', 'evil');
  await server.say(
    evil.database,
    evil.migrator,
    'CREATE TABLE app.bait (id serial PRIMARY KEY, what text)',
    "INSERT INTO app.bait (what) VALUES ('hers')",
    'ALTER TABLE app.bait ENABLE ROW LEVEL SECURITY',
    'CREATE FUNCTION app.one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'CREATE TYPE app.kind AS ENUM ($$a$$)',
    'SELECT lo_create(4711)',
    'GRANT SELECT ON app.bait TO nova_evil_writer WITH GRANT OPTION',
  );
};

/** By each a neighbour has a role of others named in her own database. */
export const pins: [what: string, statements: (role: string) => string[]][] = [
  ['a grant', (role) => [`GRANT SELECT ON app.bait TO ${role}`]],
  ['a grant that may be passed on', (role) => [`GRANT ALL ON app.bait TO ${role} WITH GRANT OPTION`]],
  ['a grant of one column', (role) => [`GRANT UPDATE (what) ON app.bait TO ${role}`]],
  ['default privileges', (role) => [`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${role}`]],
  [
    'default privileges in a schema',
    (role) => [`ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SEQUENCES TO ${role}`],
  ],
  ['a policy for it', (role) => [`CREATE POLICY of_${role} ON app.bait TO ${role}`]],
  ['a policy for it and others', (role) => [`CREATE POLICY of_${role} ON app.bait TO ${role}, nova_evil_writer`]],
  ['a function', (role) => [`GRANT EXECUTE ON FUNCTION app.one() TO ${role}`]],
  ['a type', (role) => [`GRANT USAGE ON TYPE app.kind TO ${role}`]],
  ['a sequence', (role) => [`GRANT USAGE ON SEQUENCE app.bait_id_seq TO ${role}`]],
  ['a large object', (role) => [`GRANT SELECT ON LARGE OBJECT 4711 TO ${role}`]],
];

/** Each holds something by a transaction that stays open, and what the administrator then cannot say. */
export const holds: [
  what: string,
  where: 'own' | 'other',
  held: (of: string) => string,
  wanted: (of: string) => string,
][] = [
  [
    'settings in its database',
    'other',
    (of) => `ALTER ROLE CURRENT_USER IN DATABASE ${of} SET application_name = 'x'`,
    (of) => `DROP DATABASE ${of}`,
  ],
  [
    'a grant to its owner',
    'other',
    (of) => `GRANT SELECT ON app.entry TO ${of}_owner`,
    (of) => `DROP ROLE ${of}_owner`,
  ],
  [
    'default privileges for its app',
    'other',
    (of) => `ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${of}_app`,
    (of) => `DROP ROLE ${of}_app`,
  ],
  [
    'a password of its own',
    'own',
    () => "SET ROLE NONE; ALTER ROLE SESSION_USER PASSWORD 'y'",
    (of) => `ALTER ROLE ${of}_migrator CONNECTION LIMIT 3`,
  ],
  ['a table', 'own', () => 'LOCK TABLE app.entry', (of) => `GRANT SELECT ON app.entry TO ${of}_reader`],
];
