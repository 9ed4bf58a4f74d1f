import type { KubernetesObject } from '../../functions/objects/resource.ts';

/** What PostgreSQL lets roles do, as far as managed resources of provider-sql say: no more than decides who gets at rows. */
export interface Rights {
  /** Roles that each role is a member of. */
  memberships: Map<string, Set<string>>;
  /** Roles that were given the right to connect to the database. */
  connect: Set<string>;
  /** Roles that may use the schema: by a grant, or because it is theirs. */
  usage: Set<string>;
}

interface Wanted {
  role: string;
  memberOf?: string;
  database?: string;
  schema?: string;
}

/** The rights that these resources have made, when all of them have come true. */
export const rightsOf = (resources: KubernetesObject[]): Rights => {
  const rights: Rights = { memberships: new Map(), connect: new Set(), usage: new Set() };
  for (const { kind, spec, metadata } of resources) {
    const { role, memberOf, database, schema } = (spec?.forProvider ?? {}) as Wanted;
    if (kind === 'Schema' && metadata?.annotations?.['crossplane.io/external-name'] === 'app') rights.usage.add(role);
    if (kind !== 'Grant') continue;
    if (memberOf !== undefined) {
      rights.memberships.set(role, (rights.memberships.get(role) ?? new Set()).add(memberOf));
      continue;
    }
    if (schema !== undefined) rights.usage.add(role);
    if (schema === undefined && database !== undefined) rights.connect.add(role);
  }

  return rights;
};

/** A role and all that it is a member of, however far. */
const closureOf = (role: string, { memberships }: Rights): string[] => {
  const found = new Set([role]);
  for (const one of found) for (const other of memberships.get(one) ?? []) found.add(other);

  return [...found];
};

/** Whether a login gets into the database. */
export const getsIn = (login: string, rights: Rights): boolean =>
  closureOf(login, rights).some((role) => rights.connect.has(role));

/** Whether a session that is open, and acts as that role, gets at rows. */
export const reaches = (role: string, rights: Rights): boolean =>
  closureOf(role, rights).some((one) => rights.usage.has(one));

/** Whether the thing outside goes with its managed resource. */
export const isEnded = ({ spec }: KubernetesObject): boolean =>
  ['*', 'Delete'].some((policy) => (spec?.managementPolicies as string[] | undefined)?.includes(policy));
