import type { Login } from '../outside/postgres.ts';

/**
 * Environment of a program of PostgreSQL that connects as `connectAs` does (libpq 18, libpq.sgml): nothing of ours reaches it,
 * and what is secret is on no command line.
 */
export const libpqEnvironment = (
  login: Login,
  { authorityFile, applicationName }: { authorityFile: string; applicationName: string },
): Record<string, string> => ({
  ...{ PGHOST: login.host, PGPORT: String(login.port), PGDATABASE: login.database, PGUSER: login.user },
  ...{ PGPASSWORD: login.password, PGPASSFILE: '/dev/null', PGSERVICEFILE: '/dev/null' },
  ...{ PGSSLMODE: 'verify-full', PGSSLROOTCERT: authorityFile, PGSSLCERTMODE: 'disable' },
  ...{ PGSSLMINPROTOCOLVERSION: 'TLSv1.2', PGGSSENCMODE: 'disable', PGREQUIREAUTH: 'scram-sha-256' },
  ...{ PGCONNECT_TIMEOUT: '10', PGAPPNAME: applicationName, LC_ALL: 'C' },
});
