import type { Attack } from './attack.ts';
import { type StatementAttempt, statements } from './statement.ts';
import { logins } from './world.ts';

/** A GRANT of what one has, but may not pass on, is a warning and no error: so this looks at what came of it. */
const afterwards = (statement: string, has: string) =>
  `${statement}; DO $$ BEGIN IF NOT ${has} THEN RAISE insufficient_privilege; END IF; END $$`;

/** What no login may do: leave its database, become somebody else, read the server, keep itself alive. */
const everybody: StatementAttempt[] = [
  ['become the administrator', 'SET ROLE squadkit_admin'],
  ['become the administrator by a setting', "SELECT set_config('role', 'squadkit_admin', false)"],
  ['become the superuser', 'SET ROLE postgres'],
  ["become another squad's app", 'SET ROLE quasar_sun_app'],
  ["become another squad's owner", 'SET ROLE quasar_sun_owner'],
  ['log in anew as somebody else', 'SET SESSION AUTHORIZATION quasar_sun_app'],
  ['make itself a superuser', 'ALTER ROLE SESSION_USER SUPERUSER'],
  ['let itself make roles', 'ALTER ROLE SESSION_USER CREATEROLE'],
  ['raise its own limit of connections', 'ALTER ROLE SESSION_USER CONNECTION LIMIT 1000'],
  ["change another squad's password", "ALTER ROLE quasar_sun_app PASSWORD 'mine'"],
  ["change another squad's settings", 'ALTER ROLE quasar_sun_app SET search_path = mine'],
  ["change the administrator's settings", 'ALTER ROLE squadkit_admin IN DATABASE galaxy_moon SET search_path = mine'],
  ['make a role', 'CREATE ROLE mine LOGIN'],
  ["remove another squad's login", 'DROP ROLE quasar_sun_app'],
  ['pass itself on to another squad', 'GRANT galaxy_moon_owner, galaxy_moon_app TO quasar_sun_app'],
  ["take another squad's role", 'GRANT quasar_sun_owner TO galaxy_moon_app'],
  [
    'give away what another squad will make',
    'ALTER DEFAULT PRIVILEGES FOR ROLE quasar_sun_owner GRANT ALL ON TABLES TO PUBLIC',
  ],
  ['make a database', 'CREATE DATABASE mine'],
  ["copy another squad's database", 'CREATE DATABASE mine TEMPLATE quasar_sun'],
  ["remove another squad's database", 'DROP DATABASE quasar_sun'],
  ['remove its database', 'DROP DATABASE galaxy_moon'],
  ['rename its database', 'ALTER DATABASE galaxy_moon RENAME TO mine'],
  [
    'set a search_path for whoever comes into its database',
    'ALTER DATABASE galaxy_moon SET search_path = mine, pg_catalog',
  ],
  ['set it by another way', 'ALTER ROLE ALL IN DATABASE galaxy_moon SET search_path = mine, pg_catalog'],
  ["raise its database's limit of connections", 'ALTER DATABASE galaxy_moon CONNECTION LIMIT -1'],
  ['pass its database to another squad', 'ALTER DATABASE galaxy_moon OWNER TO quasar_sun_owner'],
  [
    'let another squad into its database',
    afterwards(
      'GRANT CONNECT ON DATABASE galaxy_moon TO quasar_sun_app',
      "has_database_privilege('quasar_sun_app', 'galaxy_moon', 'CONNECT')",
    ),
  ],
  ['make a schema', 'CREATE SCHEMA mine'],
  ['make a table in schema public', 'CREATE TABLE public.mine (id int)'],
  ['install dblink', 'CREATE EXTENSION dblink'],
  ['install file_fdw', 'CREATE EXTENSION file_fdw'],
  ['install a language that may do everything', 'CREATE EXTENSION plpython3u'],
  ['install a harmless extension that its Zone does not list', 'CREATE EXTENSION hstore'],
  ['load a library', "LOAD 'dblink'"],
  ['call C', "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE c AS 'mine'"],
  [
    'react to the administrator by an event trigger',
    'CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION now()',
  ],
  ['run a program', "COPY (SELECT 1) TO PROGRAM 'true'"],
  ['write a file', "COPY (SELECT 1) TO '/tmp/mine'"],
  ['read a file into a table', "CREATE TEMP TABLE mine (line text); COPY mine FROM '/etc/passwd'"],
  ['read a file', "SELECT pg_read_file('/etc/passwd')"],
  ['read a file as bytes', "SELECT pg_read_binary_file('PG_VERSION')"],
  ['see the files of the server', "SELECT pg_ls_dir('.')"],
  ['read a file as a large object', "SELECT lo_import('/etc/passwd')"],
  ['write a file from a large object', "SELECT lo_export(1, '/tmp/mine')"],
  ['read the passwords', 'SELECT rolpassword FROM pg_authid'],
  ['read the passwords by a view', 'SELECT passwd FROM pg_shadow'],
  ['read how the server is entered', 'SELECT * FROM pg_hba_file_rules'],
  ['change a setting of the server', "ALTER SYSTEM SET log_statement = 'all'"],
  ['hide from the log', 'SET log_statement = none'],
  ['preload a library', "SET session_preload_libraries = 'mine'"],
  ['change the catalog', 'UPDATE pg_database SET datconnlimit = -1'],
  ['lock the catalog', 'LOCK TABLE pg_class'],
  [
    "end another squad's session",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'quasar_sun_app'",
  ],
  [
    "cancel another squad's query",
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'quasar_sun_app'",
  ],
  ["reload the server's settings", 'SELECT pg_reload_conf()'],
  ['read the changes of all databases', "SELECT pg_create_logical_replication_slot('mine', 'test_decoding')"],
  ['publish all tables', 'CREATE PUBLICATION mine FOR ALL TABLES'],
  ['subscribe to another server', "CREATE SUBSCRIPTION mine CONNECTION 'host=localhost' PUBLICATION mine"],
  ['make a tablespace', "CREATE TABLESPACE mine LOCATION '/tmp'"],
];

const app: StatementAttempt[] = [
  ...everybody,
  ['become the migrator', 'SET ROLE galaxy_moon_migrator'],
  ['become the owner', 'SET ROLE galaxy_moon_owner'],
  ['make a table', 'CREATE TABLE app.mine (id int)'],
  ['remove a table', 'DROP TABLE app.invoice'],
  ['change a table', 'ALTER TABLE app.invoice ADD COLUMN mine int'],
  ['take a table', 'ALTER TABLE app.invoice OWNER TO CURRENT_USER'],
  ['empty a table', 'TRUNCATE app.invoice'],
  ['remove the schema', 'DROP SCHEMA app CASCADE'],
  [
    'pass on a table',
    afterwards(
      'GRANT SELECT ON app.invoice TO quasar_sun_app',
      "has_table_privilege('quasar_sun_app', 'app.invoice', 'SELECT')",
    ),
  ],
  [
    'hang code on a table',
    'CREATE TRIGGER mine BEFORE INSERT ON app.invoice EXECUTE FUNCTION suppress_redundant_updates_trigger()',
  ],
  [
    'give away what the migrator will make',
    'ALTER DEFAULT PRIVILEGES FOR ROLE galaxy_moon_owner GRANT ALL ON TABLES TO PUBLIC',
  ],
];

const readonly: StatementAttempt[] = [
  ...everybody,
  ['become the app', 'SET ROLE galaxy_moon_app'],
  ['become the writer', 'SET ROLE galaxy_moon_writer'],
  ['write', 'INSERT INTO app.invoice VALUES (1)'],
  ['lock a table against writers', 'LOCK TABLE app.invoice IN EXCLUSIVE MODE'],
];

/** A function of the migrator runs as the owner role when the app calls it: that role itself may do nothing more. */
const asOwner = (statement: string) =>
  `CREATE FUNCTION app.mine() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN ${statement}; END $$; SELECT app.mine()`;

const migrator: StatementAttempt[] = [
  ...everybody,
  ['log in as itself, and then make a schema', 'SET ROLE NONE; CREATE SCHEMA mine'],
  ['remove the schema', 'DROP SCHEMA app CASCADE'],
  ['rename the schema', 'ALTER SCHEMA app RENAME TO mine'],
  ['give the schema away', 'ALTER SCHEMA app OWNER TO galaxy_moon_owner'],
  ['let the app act as the owner', 'GRANT galaxy_moon_owner TO galaxy_moon_app'],
  ['let the app act as the owner, as itself', 'SET ROLE NONE; GRANT galaxy_moon_owner TO galaxy_moon_app'],
  ["raise the app's limit", 'ALTER ROLE galaxy_moon_app CONNECTION LIMIT 1000'],
  ["change the app's password", "ALTER ROLE galaxy_moon_app PASSWORD 'mine'"],
  ['remove what the app may', 'DROP OWNED BY galaxy_moon_app'],
  ['let the owner log in', 'ALTER ROLE galaxy_moon_owner LOGIN'],
  ["raise the app's limit by a function of the owner", asOwner('ALTER ROLE galaxy_moon_app CONNECTION LIMIT 1000')],
  ['become the administrator in a function of the owner', asOwner('SET LOCAL ROLE squadkit_admin')],
  ['let the app act as the owner by a function', asOwner('GRANT galaxy_moon_owner TO galaxy_moon_app')],
  [
    'teach the database to cast text as it likes',
    'CREATE FUNCTION app.mine(text) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; CREATE CAST (text AS int) WITH FUNCTION app.mine(text)',
  ],
];

const neighbour = everybody
  .filter(([, statement]) => /ALTER DATABASE galaxy_moon|galaxy_moon_app|DROP DATABASE galaxy_moon/.test(statement))
  .map(([attempt, ...rest]): StatementAttempt => [attempt.replace('its database', "galaxy's database"), ...rest]);

/** In the databases of galaxy/moon and quasar/sun. */
export const databaseAttacks: Attack[] = [
  ...statements('the app of galaxy/moon', logins.app, app),
  ...statements('the migrator of galaxy/moon', logins.migrator, migrator),
  ...statements('the reader of galaxy/moon', logins.readonly, readonly),
  ...statements('the app of quasar/sun', logins.neighbour, neighbour),
  ...statements('the migrator of quasar/sun', logins.neighbourMigrator, neighbour),
];
