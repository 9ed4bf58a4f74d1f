import { unknownCreation } from '../../waiting/resume.ts';
import type { KnownError } from '../provider.ts';

/** The administrator may not act as the owner of a database. */
export const lacksMembership = /SET ROLE|must be member of role|must be able to/;

/** What PostgreSQL and provider-sql say when it is not the squad's doing. */
export const knownErrors: KnownError[] = [
  {
    match: unknownCreation,
    actor: 'Nobody',
    next: 'provider-sql stopped while it was creating this, which is now repeated',
  },
  {
    match: /connection refused|no such host|i\/o timeout|network is unreachable|connection reset/,
    actor: 'SRE',
    next: 'the database server cannot be reached: check that it runs and that provider-sql can connect to its endpoint',
  },
  {
    match:
      /database system is (starting up|shutting down|in recovery)|terminating connection|unexpected EOF|bad connection/,
    actor: 'SRE',
    next: 'the database server is being stopped or started: check that it comes up',
  },
  {
    match: /read-only transaction|recovery is in progress/,
    actor: 'SRE',
    next: "the database server only reads: make it writable, or have the zone's Secret name the one that is",
  },
  {
    match: /cannot get (credentials|(Cluster)?ProviderConfig|provider config)/,
    actor: 'Platform',
    next: "the zone's credentials cannot be read: check the Zone's credentialsSecretRef and that this Secret exists",
  },
  {
    match: /password authentication failed|no pg_hba.conf entry/,
    actor: 'Platform',
    next: "the server refuses the administrator: renew the credentials in the zone's Secret",
  },
  {
    // lib/pq names the file, by PGSSLROOTCERT (provider-sql 0.16.0).
    match:
      /open \S*ca\.crt: (no such file or directory|permission denied)|sslrootcert.*(no such file|permission denied)/,
    actor: 'Platform',
    next: "provider-sql has no authorities to verify servers by: make ConfigMap squadkit-postgres-authorities in crossplane-system, with all servers' CAs under ca.crt",
  },
  {
    match: /x509|certificate|sslrootcert/,
    actor: 'Platform',
    next: "the server's certificate is not trusted: check the CA given to provider-sql (PGSSLROOTCERT) and the endpoint's name",
  },
  {
    match: lacksMembership,
    actor: 'Nobody',
    next: 'the administrator is being made a member of the owner role',
  },
  {
    match: /permission denied to create extension/,
    actor: 'Platform',
    next: 'the extension is not a trusted one: create it in the database as superuser, or take it off the list in the zone',
  },
  {
    match: /shared_preload_libraries/,
    actor: 'Platform',
    next: 'the extension is loaded when the server starts: add it to shared_preload_libraries and restart the server, or take it off the list in the zone',
  },
  {
    match: /required extension .* is not installed/,
    actor: 'Squad',
    next: 'the extension needs another one: list that in extensions too, or take this one out',
  },
  {
    match: /permission denied to set parameter/,
    actor: 'Platform',
    next: 'the administrator may not set the mark: GRANT SET ON PARAMETER "squadkit.mark", or where the cloud refuses that, markParameter: application_name in the zone',
  },
  {
    match: /permission denied|must be superuser/,
    actor: 'Platform',
    next: "the administrator lacks a right: it needs CREATEDB and CREATEROLE, and createrole_self_grant = 'set, inherit'",
  },
  {
    match: /too many (clients|connections)|remaining connection slots/,
    actor: 'SRE',
    next: 'the database server has no connection left: end idle sessions or raise max_connections',
  },
  {
    match: /canceling statement due to lock timeout/,
    actor: 'SRE',
    next: 'a session holds a lock for more than a second: find it in pg_locks, and end it if it does not end by itself',
  },
  {
    match: /canceling statement due to statement timeout/,
    actor: 'SRE',
    next: 'the database server took more than a minute for one statement: look at its load',
  },
  {
    match: /extension .* is not available|could not open extension control file/,
    actor: 'Platform',
    next: 'install the extension on the server, or take it off the list in the zone',
  },
  {
    match: /source database .* is being accessed by other users/,
    actor: 'SRE',
    next: 'a session is in template0, which every new database is a copy of: end it (pg_stat_activity), and let nobody connect there (ALTER DATABASE template0 ALLOW_CONNECTIONS false)',
  },
  {
    match: /encoding .* does not match locale/,
    actor: 'Platform',
    next: "the server's locale has no UTF8, in which databases are made: use a server with locale C or one in UTF8 (SHOW server_encoding, and datcollate of template0 in pg_database)",
  },
  {
    match: /is being accessed by other users|other session/,
    actor: 'Squad',
    next: 'stop the workloads that still use the database',
  },
];
