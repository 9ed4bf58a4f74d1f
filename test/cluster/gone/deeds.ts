import type { namesOf } from '../../../functions/providers/postgres/names.ts';

/** Names of what a Service has on the server. */
export type Names = ReturnType<typeof namesOf>;

/** What somebody with a login does, and what PostgreSQL makes of it is not asked here. */
export interface Deed {
  name: string;
  statements: (names: Names) => string[];
  /**
   * It holds a row or a lock that a removal or a return needs, for as long as its transaction is open. Nothing but the end
   * of the session ends that, so it has to be said.
   */
  holds?: 'rights' | 'role';
  /**
   * Nobody but the login can take it away again, by these statements: provider-sql 0.16 knows no settings in a database. The
   * page says so.
   */
  undo?: (names: Names) => string[];
}

const deed = (
  name: string,
  statements: Deed['statements'],
  holds?: Deed['holds'],
  undo?: NonNullable<Deed['undo']>,
): Deed => ({
  name,
  statements,
  ...(holds && { holds }),
  ...(undo && { undo }),
});

/** A password of one's own. */
export const ownPassword = 'of-my-own';

/** Everything that PostgreSQL 18 lets somebody without rights do to himself, to what is his, and to what is shared. */
export const deeds: Deed[] = [
  deed('nothing', () => ['SELECT 1']),
  deed('a large object', () => ['SELECT lo_create(0)']),
  deed('a large object given away', ({ app }) => [
    `DO $$ DECLARE o oid := lo_create(0); BEGIN EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO ${app}', o); END $$`,
  ]),
  deed('default privileges', ({ app }) => [`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${app}`]),
  deed('default privileges for all', () => ['ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC']),
  deed('default privileges on schemas', ({ migrator }) => [
    `ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO ${migrator}`,
  ]),
  deed('default privileges taken away', () => ['ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC']),
  deed('a grant on a table to app', ({ app }) => [`GRANT ALL ON app.parcel TO ${app} WITH GRANT OPTION`]),
  deed('a grant on a table to migrator', ({ migrator }) => [`GRANT ALL ON app.parcel TO ${migrator}`]),
  deed('a grant on a table to all', () => ['GRANT ALL ON app.parcel TO PUBLIC']),
  deed('a grant on a column to app', ({ app }) => [`GRANT SELECT (id) ON app.parcel TO ${app}`]),
  deed('a table of the login', ({ app }) => ['CREATE TABLE app.mine (id int)', `GRANT ALL ON app.mine TO ${app}`]),
  deed('a function that acts for its owner', ({ app }) => [
    `CREATE FUNCTION app.peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM app.parcel'`,
    `GRANT EXECUTE ON FUNCTION app.peek() TO ${app}`,
  ]),
  deed('a grant on the schema', () => ['GRANT USAGE ON SCHEMA app TO PUBLIC'], 'rights'),
  deed('a grant on the schema to app', ({ app }) => [`GRANT ALL ON SCHEMA app TO ${app}`], 'rights'),
  deed('a revoke on the schema', ({ writer }) => [`REVOKE USAGE ON SCHEMA app FROM ${writer}`], 'rights'),
  deed('a grant on the database', ({ database }) => [`GRANT CONNECT ON DATABASE ${database} TO PUBLIC`]),
  deed('the schema renamed', () => ['ALTER SCHEMA app RENAME TO mine']),
  deed('the schema dropped', () => ['DROP SCHEMA app CASCADE']),
  deed('the schema taken', ({ owner }) => [`ALTER SCHEMA app OWNER TO ${owner}`]),
  deed('a schema of its own', () => ['CREATE SCHEMA mine']),
  deed('a password of its own', () => [`ALTER ROLE CURRENT_USER PASSWORD '${ownPassword}'`], 'role'),
  deed('a password for the login', () => [`ALTER ROLE SESSION_USER PASSWORD '${ownPassword}'`], 'role'),
  deed('no password', () => ['ALTER ROLE CURRENT_USER PASSWORD NULL'], 'role'),
  deed('an end of its own', () => ["ALTER ROLE CURRENT_USER VALID UNTIL '2001-01-01'"]),
  deed('no connections', () => ['ALTER ROLE CURRENT_USER CONNECTION LIMIT 0']),
  deed('a search_path of its own', () => ["ALTER ROLE CURRENT_USER SET search_path = 'nowhere'"], 'role'),
  deed('no time', () => ["ALTER ROLE CURRENT_USER SET statement_timeout = '1ms'"], 'role'),
  deed('read-only', () => ['ALTER ROLE CURRENT_USER SET default_transaction_read_only = on'], 'role'),
  deed('another role', () => ["ALTER ROLE CURRENT_USER SET role = 'none'"], 'role'),
  deed('no mark', () => ['ALTER ROLE CURRENT_USER RESET ALL'], 'role'),
  deed('a mark of its own', () => ["ALTER ROLE CURRENT_USER SET squadkit.mark = 'mine'"]),
  deed(
    'settings in the database',
    ({ database }) => [
      `ALTER ROLE CURRENT_USER IN DATABASE ${database} SET search_path = 'nowhere'`,
      `ALTER ROLE CURRENT_USER IN DATABASE ${database} SET default_transaction_read_only = on`,
    ],
    undefined,
    ({ database }) => [
      'SET default_transaction_read_only = off',
      // A migrator acts as the owner from its beginning on.
      'SET ROLE none',
      `ALTER ROLE CURRENT_USER IN DATABASE ${database} RESET ALL`,
    ],
  ),
  deed('settings of the database', ({ database }) => [`ALTER DATABASE ${database} SET search_path = 'nowhere'`]),
  deed('a membership given', ({ app, owner }) => [`GRANT ${owner} TO ${app}`]),
  deed('a membership taken', ({ app, writer }) => [`REVOKE ${writer} FROM ${app}`]),
  deed('a role', () => ['CREATE ROLE mine LOGIN']),
  deed('a temporary table', () => ['CREATE TEMPORARY TABLE mine (id int)']),
  deed('an advisory lock', () => ['SELECT pg_advisory_lock(pg_backend_pid())']),
  deed('a lock on the table', () => ['BEGIN', 'LOCK TABLE app.parcel IN ROW EXCLUSIVE MODE']),
  deed('a lock on the catalog', () => ['BEGIN', 'LOCK TABLE pg_catalog.pg_authid IN ACCESS EXCLUSIVE MODE']),
  deed('rows locked', () => ['BEGIN', 'SELECT * FROM app.parcel FOR UPDATE']),
  deed('a cursor', () => ['BEGIN', 'DECLARE mine CURSOR FOR SELECT * FROM app.parcel']),
  deed('a cursor that stays', () => ['DECLARE mine CURSOR WITH HOLD FOR SELECT 1']),
  deed('a prepared statement', () => ['PREPARE mine AS INSERT INTO app.parcel VALUES (99)']),
  deed('a prepared transaction', () => ['BEGIN', 'INSERT INTO app.parcel VALUES (77)', "PREPARE TRANSACTION 'mine'"]),
  deed('a replication slot', () => ["SELECT pg_create_logical_replication_slot('mine', 'pgoutput')"]),
  deed('a publication', () => ['CREATE PUBLICATION mine FOR TABLE app.parcel']),
  deed('a subscription', () => ["CREATE SUBSCRIPTION mine CONNECTION 'host=127.0.0.1' PUBLICATION mine"]),
  deed('an event trigger', () => [
    'CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()',
  ]),
  deed('listening', () => ['LISTEN mine', "NOTIFY mine, 'x'"]),
  deed('a comment', () => ["COMMENT ON TABLE app.parcel IS 'mine'"]),
  deed('what is its own given away', ({ writer }) => [`REASSIGN OWNED BY CURRENT_USER TO ${writer}`]),
  // Its rights on the schema among them, which are one row of PostgreSQL's catalog with those of all others.
  deed('what is its own dropped', () => ['DROP OWNED BY CURRENT_USER'], 'rights'),
];
