import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { type Statement, statementsOf } from '../../clients/statements.ts';

/** What provider-sql v0.16.0 would have PostgreSQL do for one managed resource, and for which one. */
export interface Order extends Statement {
  kind: string;
  name: string;
}

interface Wanted {
  role: string;
  database?: string;
  schema?: string;
  memberOf?: string;
  privileges: string[] & Record<string, boolean>;
  connectionLimit: number;
  configurationParameters: { name: string; value: string }[];
}

const quoted = (name: string): string => `"${name}"`;
const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const managed = (resources: KubernetesObject[]): KubernetesObject[] =>
  resources.filter(({ apiVersion }) => apiVersion.startsWith('postgresql.sql.m.crossplane.io/'));

const nameOf = ({ metadata }: KubernetesObject): string =>
  metadata?.annotations?.['crossplane.io/external-name'] ?? metadata?.name ?? '';

const wantedBy = ({ spec }: KubernetesObject): Wanted => (spec as unknown as { forProvider: Wanted }).forProvider;

/** DELETE of a Grant, Role or Database (grant/reconciler.go:301-394, role/reconciler.go:411, database/reconciler.go:293). */
const endOf = (resource: KubernetesObject): Statement => {
  const { role, database, schema, memberOf, privileges } = wantedBy(resource);
  if (resource.kind === 'Role') return { sql: `DROP ROLE IF EXISTS ${quoted(nameOf(resource))}` };
  if (resource.kind === 'Database') return { sql: `DROP DATABASE IF EXISTS ${quoted(nameOf(resource))}` };
  if (resource.kind !== 'Grant') throw new Error(`nothing is known of how a ${resource.kind} is deleted`);
  if (memberOf !== undefined) return { sql: `REVOKE ${quoted(memberOf)} FROM ${quoted(role)}` };
  const on = schema === undefined ? `DATABASE ${quoted(database ?? '')}` : `SCHEMA ${quoted(schema)}`;

  return { sql: `REVOKE ${privileges.join(',')} ON ${on} FROM ${quoted(role)}`, ...(database && { database }) };
};

const ends = ({ spec }: KubernetesObject): boolean =>
  ['*', 'Delete'].some((policy) => (spec?.managementPolicies as string[] | undefined)?.includes(policy));

/** What is done when the managed resources are deleted: all at once on a control plane, here one after the other. */
export const removalOf = (resources: KubernetesObject[]): Order[] =>
  managed(resources)
    .filter(ends)
    .map((resource) => ({ kind: resource.kind, name: nameOf(resource), ...endOf(resource) }));

/** A role that is there already: all of it is written anew (role/reconciler.go:312-408). */
const updateOf = (resource: KubernetesObject, password: string): string[] => {
  const name = quoted(nameOf(resource));
  const { privileges, connectionLimit, configurationParameters } = wantedBy(resource);

  return [
    ...(privileges.login ? [`ALTER ROLE ${name} PASSWORD ${literal(password)}`] : []),
    `ALTER ROLE ${name} RESET ALL`,
    ...configurationParameters.map(
      (parameter) =>
        `ALTER ROLE ${name} SET ${parameter.name} = ${parameter.value.split(', ').map(literal).join(', ')}`,
    ),
    `ALTER ROLE ${name} CONNECTION LIMIT ${privileges.login ? connectionLimit : -1}`,
  ];
};

/** What is done when the Service comes back, to roles that are there and to rights that are not. */
export const returnOf = (resources: KubernetesObject[], there: string[], password: string): Order[] => {
  const ours = managed(resources);
  const isThere = (resource: KubernetesObject): boolean =>
    resource.kind === 'Database' || resource.kind === 'Schema' || there.includes(nameOf(resource));

  return [
    ...ours
      .filter((resource) => resource.kind === 'Role' && isThere(resource))
      .flatMap((resource) =>
        updateOf(resource, password).map((sql) => ({ kind: 'Role', name: nameOf(resource), sql })),
      ),
    ...ours
      .filter((resource) => !isThere(resource))
      .flatMap((resource) =>
        statementsOf([resource], password).map((statement) => ({
          kind: resource.kind,
          name: nameOf(resource),
          ...statement,
        })),
      ),
  ];
};
