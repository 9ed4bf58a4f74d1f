import type { Client } from 'pg';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';

/** What there is of a Service, in lines: what must not be lost, and who may do what. */
export interface Snapshot {
  /** Databases, rows, roles, schemas, namespaces, and what locks a namespace. */
  kept: string[];
  /** Attributes, memberships and privileges of roles, bindings of roles and the Secrets that give access. */
  access: string[];
}

const roles = `
  SELECT format('role %s', rolname) AS kept,
    concat_ws(' ', 'role', rolname, CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolsuper THEN 'superuser' END,
      CASE WHEN rolcreaterole THEN 'createrole' END, CASE WHEN rolcreatedb THEN 'createdb' END,
      CASE WHEN rolreplication THEN 'replication' END, CASE WHEN rolbypassrls THEN 'bypassrls' END) AS access
  FROM pg_roles WHERE rolname ^@ $1`;

const limits = `
  SELECT format('limits of %s: %s connections, %s', rolname, rolconnlimit, array_to_string(rolconfig, ' ')) AS kept
  FROM pg_roles WHERE rolname ^@ $1`;

const memberships = `
  SELECT DISTINCT format('%s is a member of %s%s%s%s', member.rolname, owner.rolname,
    CASE WHEN admin_option THEN ', admin' END, CASE WHEN inherit_option THEN ', inherit' END,
    CASE WHEN set_option THEN ', set' END) AS access
  FROM pg_auth_members
  JOIN pg_roles AS member ON member.oid = pg_auth_members.member
  JOIN pg_roles AS owner ON owner.oid = pg_auth_members.roleid
  WHERE member.rolname ^@ $1 OR owner.rolname ^@ $1`;

/** One line for each privilege, so that one more is one line more. */
const databases = `
  SELECT format('database %s of %s', datname, pg_get_userbyid(datdba)) AS kept,
    format('%s on database %s for %s', privilege_type, datname,
      CASE WHEN grantee = 0 THEN 'everybody' ELSE pg_get_userbyid(grantee) END) AS access
  FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = $1`;

const schemas = `
  SELECT format('schema %s of %s', nspname, pg_get_userbyid(nspowner)) AS kept,
    format('%s on schema %s for %s', privilege_type, nspname,
      CASE WHEN grantee = 0 THEN 'everybody' ELSE pg_get_userbyid(grantee) END) AS access
  FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) WHERE nspname IN ('app', 'public')`;

const tables = `
  SELECT format('table %s of %s', relname, pg_get_userbyid(relowner)) AS kept,
    format('%s on table %s for %s', privilege_type, relname,
      CASE WHEN grantee = 0 THEN 'everybody' ELSE pg_get_userbyid(grantee) END) AS access
  FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner)))
  WHERE relkind = 'r' AND relnamespace = to_regnamespace('app')`;

const tomorrow = `
  SELECT format('%s on every %s of tomorrow for %s', privilege_type, defaclobjtype, pg_get_userbyid(grantee)) AS access
  FROM pg_default_acl, aclexplode(defaclacl)`;

/** Each Service has a mark of its own, so that no two snapshots would be alike. */
const withoutMark = (line: string): string => line.replaceAll(/squadkit_[0-9a-f]{24}/g, 'our mark');

const linesOf = async (client: Client, query: string, parameters: string[] = []): Promise<Snapshot> => {
  const { rows } = await client.query<{ kept?: string; access?: string }>(query, parameters);

  return {
    kept: rows.flatMap(({ kept }) => (kept === undefined || kept === null ? [] : withoutMark(kept))),
    access: rows.flatMap(({ access }) => (access === undefined || access === null ? [] : withoutMark(access))),
  };
};

const rowsOf = async (client: Client): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace('app')`,
  );
  const counted = rows.map(async ({ name }) => {
    const { rows: counts } = await client.query(`SELECT count(*)::int AS count FROM app.${name}`);
    return `${counts[0].count} rows in ${name}`;
  });

  return Promise.all(counted);
};

const inDatabase = async (
  controlPlane: ControlPlane,
  database: string,
  look: (client: Client) => Promise<Snapshot[]>,
) => {
  const client = await controlPlane.postgres.connect({ database, connectionTimeoutMillis: 5000 });
  try {
    return await look(client);
  } finally {
    await client.end();
  }
};

const onServer = async (controlPlane: ControlPlane, database: string): Promise<Snapshot[]> => {
  const server = await inDatabase(controlPlane, 'postgres', async (client) => [
    await linesOf(client, roles, [`${database}_`]),
    await linesOf(client, limits, [`${database}_`]),
    await linesOf(client, memberships, [`${database}_`]),
    await linesOf(client, databases, [database]),
  ]);
  if (server[3]?.kept.length === 0) return server;
  const inside = await inDatabase(controlPlane, database, async (client) => [
    await linesOf(client, schemas),
    await linesOf(client, tables),
    await linesOf(client, tomorrow),
    { kept: await rowsOf(client), access: [] },
  ]);

  return [...server, ...inside];
};

const describe = ({ kind, metadata, spec, roleRef, subjects, type }: KubernetesObject): string =>
  JSON.stringify({ kind, name: metadata.name, spec, type, roleRef, subjects });

const onCluster = async ({ aqua }: ControlPlane, namespace: string): Promise<Snapshot> => {
  const list = async (apiVersion: string, kind: string) =>
    (await aqua.list(apiVersion, kind, { namespace })).map(describe);
  /** What the deployer comes with has the name of the namespace, and a place of its own. */
  const ofDeployer = async (kind: string) =>
    (await aqua.list('v1', kind, { namespace: 'squadkit-deployers' }))
      .filter(({ metadata }) => metadata.name === namespace)
      .map(describe);
  const found = await aqua.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  if (found === undefined) return { kept: [], access: [] };
  const guards = Object.entries(found.metadata.labels ?? {}).filter(([label]) => label.startsWith('pod-security'));

  return {
    kept: [
      `namespace ${namespace} ${JSON.stringify(guards.sort())}`,
      ...(await list('networking.k8s.io/v1', 'NetworkPolicy')),
      ...(await list('v1', 'ResourceQuota')),
      ...(await list('v1', 'LimitRange')),
    ],
    access: [
      ...(await list('rbac.authorization.k8s.io/v1', 'RoleBinding')),
      ...(await list('rbac.authorization.k8s.io/v1', 'Role')),
      ...(await list('v1', 'ServiceAccount')),
      ...(await list('v1', 'Secret')),
      ...(await ofDeployer('ServiceAccount')),
      ...(await ofDeployer('Secret')),
    ],
  };
};

const unique = (lines: string[]): string[] => [...new Set(lines)].sort();

/** Everything that a Service has on the database server and on the cluster, now. */
export const snapshot = async (controlPlane: ControlPlane, { metadata }: KubernetesObject): Promise<Snapshot> => {
  const { namespace = '', name } = metadata;
  const parts = await Promise.all([
    onServer(controlPlane, `${namespace}_${name}`.replaceAll('-', '_')),
    onCluster(controlPlane, `${namespace}-${name}`),
  ]);

  return {
    kept: unique(parts.flat().flatMap(({ kept }) => kept)),
    access: unique(parts.flat().flatMap(({ access }) => access)),
  };
};

/** The same lines with another Service's name, to compare Services with each other. */
export const renamed = ({ kept, access }: Snapshot, from: string, to: string): Snapshot => {
  const rename = (lines: string[]) => unique(lines.map((line) => line.replaceAll(from, to)));

  return { kept: rename(kept), access: rename(access) };
};

/** A role that lacks an attribute which it may have is no more than it may be. */
const isMore = (line: string, allowed: Set<string>): boolean =>
  !allowed.has(line) && ![...allowed].some((other) => other.startsWith(`${line} `));

/**
 * Looks again and again at who may do what, and remembers everything that was not among what is allowed. What cannot be
 * looked at, because it is broken just then, is looked at the next time.
 */
export const watchAccess = (controlPlane: ControlPlane, service: KubernetesObject, allowed: Set<string>) => {
  const widened = new Set<string>();
  let looks = 0;
  let isOver = false;
  const look = async () => {
    const seen = await snapshot(controlPlane, service).catch(() => undefined);
    looks += seen === undefined ? 0 : 1;
    for (const line of seen?.access ?? []) if (isMore(line, allowed)) widened.add(line);
  };
  const looking = (async () => {
    while (!isOver) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  })();

  return async (): Promise<{ widened: string[]; looks: number }> => {
    isOver = true;
    await looking;
    // Some faults are over before the first look has come through.
    await look();

    return { widened: [...widened].sort(), looks };
  };
};
