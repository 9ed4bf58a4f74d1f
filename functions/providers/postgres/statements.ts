import { schema } from './names.ts';

/**
 * Says in which databases something is of a role, by what the server itself notes of everything that names a role, and
 * everybody may read (pg_shdepend). What lies in no database is let go of from any of them.
 */
export const whereKept =
  "SELECT coalesce(datname, current_database()), bool_or(deptype = 'o') AS owns FROM pg_shdepend LEFT JOIN pg_database d ON d.oid = dbid WHERE refclassid = 'pg_authid'::regclass AND refobjid = '<role>'::regrole GROUP BY 1";

const ofService = "split_part(datname, '-', 1) = '<database>'";

/**
 * Ends whoever is in a database of a Service for long, and whoever holds one of its databases or roles, in whatever database
 * that session is: to name a role or a database in a statement is enough to hold it until the end of the transaction.
 */
export const endHolders = `SELECT datname, usename, pg_terminate_backend(pid) FROM pg_stat_activity a WHERE backend_type = 'client backend' AND xact_start < now() - interval '10 seconds' AND (${ofService} OR EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND (classid = 'pg_database'::regclass AND objid IN (SELECT oid FROM pg_database WHERE ${ofService}) OR classid = 'pg_authid'::regclass AND objid IN (SELECT oid FROM pg_roles WHERE rolname ~ '^<database>_[a-z]+(_[0-9]+)?$'))))`;

const grantee = "coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC')";

/**
 * Makes a database the administrator's with the mark in it, and takes from everybody else what lets him in: in the database, in
 * its schema, and by a session that is open. Tables keep their owners, who do not get at them.
 */
export const takeOver = ({
  database,
  adminRole,
  mark,
}: {
  database: string;
  adminRole: string;
  mark: string;
}): string =>
  [
    // Who owned the database may have set what is looked for first, and an operator of his would be ours.
    'SET search_path = pg_catalog, pg_temp',
    `ALTER DATABASE ${database} OWNER TO ${adminRole}`,
    `CREATE SCHEMA IF NOT EXISTS ${schema}`,
    `ALTER SCHEMA ${schema} OWNER TO ${adminRole}`,
    `CREATE SCHEMA ${mark} AUTHORIZATION ${adminRole}`,
    `DO $$ DECLARE it text; BEGIN FOR it IN SELECT format('REVOKE ALL ON DATABASE %I FROM %s CASCADE', datname, ${grantee}) FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = current_database() AND grantee <> datdba UNION SELECT format('REVOKE ALL ON SCHEMA ${schema} FROM %s CASCADE', ${grantee}) FROM pg_namespace, aclexplode(nspacl) WHERE nspname = '${schema}' AND grantee <> nspowner LOOP EXECUTE it; END LOOP; END $$`,
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  ].join('; ');
