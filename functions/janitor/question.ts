import * as z from 'zod/mini';
import type { Session } from './session.ts';

/**
 * Every session of a role in a database, with all that decides about it, as a role without rights sees it (PostgreSQL 18,
 * pgstatfuncs.c: of others' sessions it is shown number, role and database; the type of a backend is not). $1 is the
 * parameter that marks a role, $2 the administrator. Number 10 is the superuser of initdb, who grants to whoever creates a
 * role the right to administer it (user.c, CreateRole). A mark has 33 characters, and a login may set application_name to
 * millions.
 */
const sessions = `
  SELECT s.pid, s.usesysid, s.datid, s.datname, r.rolname,
    coalesce(r.rolsuper, false) AS super, coalesce(r.rolreplication, false) AS replication,
    coalesce((SELECT pg_catalog.substr(c, pg_catalog.length($1::text) + 2, 64) FROM pg_catalog.unnest(r.rolconfig) c
      WHERE pg_catalog.starts_with(c, $1::text || '=') LIMIT 1), '') AS mark,
    EXISTS (SELECT FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles a ON a.oid = m.member
      WHERE m.roleid = r.oid AND a.rolname = $2::text AND m.admin_option AND m.grantor = 10) AS made,
    CASE WHEN r.oid IS NULL THEN false
      ELSE coalesce(pg_catalog.has_database_privilege(r.oid, s.datid, 'CONNECT'), true) END AS connects,
    EXISTS (SELECT FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid) AS belongs,
    EXISTS (SELECT FROM pg_catalog.pg_stat_replication w WHERE w.pid = s.pid) AS replicates
  FROM pg_catalog.pg_stat_activity s LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.usesysid
  WHERE s.usesysid IS NOT NULL AND s.datid IS NOT NULL AND s.datname IS NOT NULL AND s.pid <> pg_catalog.pg_backend_pid()`;

/** All sessions. */
export const lookText = sessions;

/**
 * Ends the session of process $3, if it is still one of role $4 in database $5, and nothing speaks for it any more: the
 * process may have ended, and its number be another's, since it was looked at.
 */
export const endText = `
  SELECT pg_catalog.pg_terminate_backend(f.pid) FROM (${sessions}) f
  WHERE f.pid = $3 AND f.usesysid = $4 AND f.datid = $5
    AND NOT f.super AND NOT f.replication AND NOT f.replicates AND NOT f.connects`;

/** Roles that may log in and bear a mark, and whether they are members of anything; $1 is the parameter. */
export const loginsText = `
  SELECT r.oid, r.rolname, pg_catalog.substr(c, pg_catalog.length($1::text) + 2, 64),
    EXISTS (SELECT FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid)
  FROM pg_catalog.pg_roles r, pg_catalog.unnest(r.rolconfig) c
  WHERE r.rolcanlogin AND pg_catalog.starts_with(c, $1::text || '=squadkit_')`;

/**
 * What was prepared for a second phase by roles that are gone, which keeps its locks without any session: how many. Only
 * a superuser may end it.
 */
export const preparedText = `
  SELECT pg_catalog.count(*)::int FROM pg_catalog.pg_prepared_xacts WHERE owner IS NULL`;

/** What the janitor itself may do, as the catalog has it. */
export const rightsText = `
  SELECT r.rolname, r.rolsuper,
    ARRAY(SELECT a FROM (VALUES ('SUPERUSER', r.rolsuper), ('CREATEROLE', r.rolcreaterole), ('CREATEDB', r.rolcreatedb),
      ('REPLICATION', r.rolreplication), ('BYPASSRLS', r.rolbypassrls)) v(a, has) WHERE has)::text[],
    ARRAY(SELECT g.rolname FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
      WHERE m.member = r.oid ORDER BY 1)::text[],
    ARRAY(SELECT DISTINCT d.datname FROM pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a
      WHERE a.grantee = r.oid ORDER BY 1)::text[]
  FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`;

const number = z.int().check(z.minimum(1), z.maximum(4_294_967_295));
const name = z.string().check(z.maxLength(63));

const flag = z.boolean();

const sessionRow = z.tuple([
  ...([number, number, number, name, z.nullable(name)] as const),
  ...([flag, flag, z.string(), flag, flag, flag, flag] as const),
]);

/**
 * Sessions as a server answered `lookText`.
 *
 * @throws Error if it answered something else: whatever that is, it is no PostgreSQL
 */
export const sessionsIn = (rows: unknown[]): Session[] => z.array(sessionRow).parse(rows).map(sessionOf);

const sessionOf = (row: z.infer<typeof sessionRow>): Session => {
  const [pid, role, databaseNumber, database, login, isSuperuser, isReplication] = row;
  const [, , , , , , , mark, isMade, connects, belongs, replicates] = row;
  const seen = { pid, role, databaseNumber, database, replicates };
  if (login === null) return { ...seen, login: undefined };

  return { ...seen, login: { name: login, isSuperuser, isReplication, mark, isMade, connects, belongs } };
};

/** A role that may log in and bears a mark. */
export interface MarkedLogin {
  /** Its number. */
  role: number;
  name: string;
  mark: string;
  /** Whether it is a member of anything: one that has ended is not. */
  belongs: boolean;
}

/** Roles as a server answered `loginsText`. @throws Error if it answered something else */
export const loginsIn = (rows: unknown[]): MarkedLogin[] =>
  z
    .array(z.tuple([number, name, z.string(), flag]))
    .parse(rows)
    .map(([role, login, mark, belongs]) => ({ role, name: login, mark, belongs }));

/** A number as a server answered `preparedText`. @throws Error if it answered something else */
export const preparedIn = (rows: unknown[]): number => z.tuple([z.tuple([z.int()])]).parse(rows)[0][0];

/** What the janitor may do on a server, beside what every role may. */
export interface Rights {
  isSuperuser: boolean;
  /** What it has too much, in words: `CREATEROLE`, `membership in pg_monitor`. */
  tooMany: string[];
  /** What it lacks, in words. */
  lacking: string[];
}

/** Rights as a server answered `rightsText`. @throws Error if it answered something else */
export const rightsIn = (rows: unknown[]): Rights => {
  const [[, isSuperuser, attributes, memberships, databases]] = z
    .tuple([z.tuple([name, z.boolean(), z.array(name), z.array(name), z.array(name)])])
    .parse(rows);
  const signals = 'pg_signal_backend';

  return {
    isSuperuser,
    tooMany: [
      ...attributes,
      ...memberships.filter((group) => group !== signals).map((group) => `membership in ${group}`),
      ...databases.filter((database) => database !== 'postgres').map((database) => `rights on database ${database}`),
    ],
    lacking: memberships.includes(signals) ? [] : [`membership in ${signals}`],
  };
};
