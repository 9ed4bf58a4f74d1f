import { databaseName } from '../../documents/names.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { unknownCreation } from '../../waiting/resume.ts';
import type { KnownError } from '../provider.ts';
import { endHolders, whereKept } from './statements.ts';

/** The administrator may not act as the owner of a database. */
export const lacksMembership =
  /SET ROLE|must be member of role|must be able to|permission denied to change default privileges/;

/** The database that a managed resource is about: what it says itself, or the first one of the Service in its labels. */
const databaseOf = ({ kind, metadata, spec }: KubernetesObject): string | undefined => {
  const { database } = (spec?.forProvider ?? {}) as { database?: unknown };
  if (typeof database === 'string') return database;
  if (kind === 'Database') return metadata?.annotations?.['crossplane.io/external-name'];
  const { 'squadkit.io/squad': squad, 'squadkit.io/service': service } = metadata?.labels ?? {};

  return squad === undefined || service === undefined ? undefined : databaseName(squad, service);
};

/** The first database of the Service that a managed resource is about: those that began with a backup lie beside it. */
const firstDatabaseOf = (object: KubernetesObject): string | undefined => databaseOf(object)?.split('-')[0];

/** The first name in quotation marks of an error. */
const nameIn = (message: string): string | undefined => /"([^"]+)"/.exec(message)?.[1];

/** Which extension an Extension makes, and in which database. */
const extensionIn = (spec: KubernetesObject['spec']): { extension?: unknown; database?: unknown } =>
  (spec?.forProvider ?? {}) as { extension?: unknown; database?: unknown };

/** Leaves a role on the server, without any right, and lets its Service go: what keeps it may be somebody else's. */
const letGo = `kubectl patch -n <namespace> role.postgresql.sql.m.crossplane.io <name> --type merge -p '{"spec":{"managementPolicies":["Observe"]}}'`;

/** What PostgreSQL and provider-sql say when it is not the squad's doing. */
export const knownErrors: KnownError[] = [
  {
    match: unknownCreation,
    actor: 'Nobody',
    next: 'provider-sql stopped while it was creating this, which is now repeated',
  },
  {
    match: /in the namespace "squadkit-backups"|namespaces "squadkit-backups" not found/,
    actor: 'Platform',
    next: 'provider-kubernetes may not make backups on the hub: apply package/install/hub of this version there, with backups.yaml',
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
    // lib/pq 1.10.9, conn.go, ErrSSLNotSupported: nothing else is asked of such a server, and no password is sent.
    match: /SSL is not enabled on the server/,
    actor: 'Platform',
    next: "the server offers no TLS: give it a certificate of the Zone's caBundle and set ssl = on",
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
    // PostgreSQL 18, extension.c; provider-sql makes all at once, and the one that needs the other again after that.
    match: /required extension .* is not installed/,
    actor: 'Squad',
    next: 'the extension needs another one: list that in extensions too, or take this one out',
    isUnderWay: (object, message, others) => {
      const [, needed] = /required extension "([^"]+)" is not installed/.exec(message) ?? [];

      return others.some(
        ({ kind, spec }) =>
          kind === 'Extension' &&
          extensionIn(spec).extension === needed &&
          extensionIn(spec).database === extensionIn(object.spec).database,
      );
    },
  },
  {
    match: /permission denied to set parameter/,
    actor: 'Platform',
    next: 'the administrator may not set the mark: GRANT SET ON PARAMETER "squadkit.mark", or where the cloud refuses that, markParameter: application_name in the zone',
  },
  {
    // PostgreSQL 18, user.c: nobody gives an attribute that he lacks, and which one it was is not in the first line.
    match: /permission denied to create role/,
    actor: 'Platform',
    next: "the administrator lacks a right: it needs CREATEDB and CREATEROLE, createrole_self_grant = 'set, inherit', and where the zone says backups ALTER ROLE … BYPASSRLS",
  },
  {
    // The same, and whoever made a role has ADMIN OPTION on it, nobody else: both are in the second line only.
    match: /permission denied to (alter|drop|grant|revoke) role/,
    actor: 'Platform',
    next: 'the administrator may not change role <role>: either somebody else made it, then rename it by ALTER ROLE <role> RENAME TO <role>_of_before, or drop it; or the administrator lost ADMIN OPTION on it, CREATEROLE, or where the zone says backups BYPASSRLS: give it that back',
    names: ({ metadata }, message) => ({
      role: nameIn(message) ?? metadata?.annotations?.['crossplane.io/external-name'],
    }),
  },
  {
    match: /must be owner of schema/,
    actor: 'Platform',
    next: "somebody else owns schema <schema> of <database>: say in it as a superuser ALTER SCHEMA <schema> OWNER TO the zone's adminRole, if what is in it is the squad's",
    names: (object, message) => ({
      schema: nameIn(message) ?? /schema ([a-z0-9_]+)$/.exec(message)?.[1],
      database: databaseOf(object),
    }),
  },
  {
    match: /permission denied|must be superuser/,
    actor: 'Platform',
    next: "the administrator lacks a right: it needs CREATEDB and CREATEROLE, and createrole_self_grant = 'set, inherit'",
  },
  {
    match: /too many connections for database/,
    actor: 'SRE',
    next: "all connections that this database may have are taken, its administrator's too: end idle ones on the server by SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '<database>' AND state = 'idle'",
    names: (_, message) => ({ database: nameIn(message) }),
  },
  {
    match: /too many connections for role/,
    actor: 'Platform',
    next: 'the administrator has a limit of its own, which is reached: ALTER ROLE <role> CONNECTION LIMIT -1',
    names: (_, message) => ({ role: nameIn(message) }),
  },
  {
    match: /too many (clients|connections)|remaining connection slots/,
    actor: 'SRE',
    next: 'the database server has no connection left: end idle sessions or raise max_connections',
  },
  {
    match: /canceling statement due to lock timeout/,
    actor: 'SRE',
    next: `a session, of this database or of another one, holds for more than a second what is needed: if this stays, end on the server what is open for long by ${endHolders}, which says in which database it was`,
    names: (object) => ({ database: firstDatabaseOf(object) }),
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
    actor: 'SRE',
    next: "the database is in use: stop the workloads that use it, and end their sessions on the server by SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '<database>'",
    names: (_, message) => ({ database: nameIn(message) }),
  },
  {
    // A role that holds rights for logins owns what was restored, which stays: nobody is told to drop what it owns.
    match: /role "[^"]+_(owner|writer|reader)" cannot be dropped because some objects depend on it/,
    actor: 'SRE',
    next: `a database keeps it: ${whereKept} says which. In <database>, or one that begins with <database>-, lie the squad's rows: drop that database only if the squad wants nothing of them. In any other one say as the administrator DROP OWNED BY <role>, which there takes rights away; where owns is true it owns something there too, so look first. What stays for the squad, or although all that was said, is let go of by ${letGo}`,
    names: (object, message) => ({
      database: firstDatabaseOf(object),
      role: nameIn(message),
      namespace: object.metadata?.namespace,
      name: object.metadata?.name,
    }),
  },
  {
    match: /cannot be dropped because some objects depend on it/,
    actor: 'SRE',
    next: `something that the login owns or was granted keeps it: if this stays, ${whereKept} says in which databases. In <database>, or one that begins with <database>-, say as the administrator REASSIGN OWNED BY <role> TO <owner>; DROP OWNED BY <role>. In any other one say DROP OWNED BY <role>. What stays although all that was said is let go of by ${letGo}`,
    names: (object, message) => {
      const database = firstDatabaseOf(object);

      return {
        database,
        role: nameIn(message),
        namespace: object.metadata?.namespace,
        name: object.metadata?.name,
        owner: database === undefined ? undefined : `${database}_owner`,
      };
    },
  },
  {
    match: /database "[^"]+" does not exist/,
    actor: 'SRE',
    next: `the database is gone: restore it; or, if its Service is gone too, let go of what is left by kubectl patch -n <namespace> <kind>.postgresql.sql.m.crossplane.io <name> --type merge -p '{"spec":{"managementPolicies":["Observe"]}}'`,
    names: ({ kind, metadata }) => ({
      namespace: metadata?.namespace,
      kind: kind.toLowerCase(),
      name: metadata?.name,
    }),
  },
];
