import type { KubernetesObject } from '../../../../functions/objects/resource.ts';

/** Who made a thing: one of the tenants, by its name, or a stranger. */
export type Maker = string;

/** A role, a database or a namespace as it is outside. Its number tells it from another of the same name. */
export interface Thing {
  number: number;
  maker: Maker;
  /** Of a role its parameters, of a namespace its labels. */
  says: Record<string, string>;
  /** Of a database. */
  schemas: Set<string>;
  /** Of a database, whether everybody on the server may connect to it. */
  isOpen: boolean;
}

/** A server and a cluster, with all that strangers and tenants have made there, and what was done to it. */
export interface Outside {
  things: Map<string, Thing>;
  isUp: boolean;
  /** Whether the administrator may create anything. */
  mayCreate: boolean;
  /** The next creation succeeds, and its provider dies before it can write that down. */
  diesAtNext: boolean;
  /** Who changed or ended what: the tenant, and whose it was. */
  touched: { by: Maker; what: string; whose: Maker; how: 'update' | 'delete'; wasBegun: boolean }[];
  made: number;
}

/** A server and a cluster on which nothing is. */
export const nothingOutside = (): Outside => ({
  things: new Map(),
  isUp: true,
  mayCreate: true,
  diesAtNext: false,
  touched: [],
  made: 0,
});

/** Makes a thing, if there is none of the name. */
export const make = (outside: Outside, name: string, maker: Maker, says: Record<string, string> = {}): void => {
  if (outside.things.has(name)) return;
  outside.made += 1;
  outside.things.set(name, { number: outside.made, maker, says, schemas: new Set(), isOpen: true });
};

/** What a managed resource stands for: `role galaxy_billing_app`; of a schema its database too. */
export const thingOf = ({
  kind,
  metadata,
  spec,
}: KubernetesObject): { kind: string; name: string; schema?: string; says: Record<string, string> } => {
  const { manifest, configurationParameters, database, revokePublicOnDb } = (spec?.forProvider ?? {}) as {
    manifest?: KubernetesObject;
    configurationParameters?: { name: string; value: string }[];
    database?: string;
    revokePublicOnDb?: boolean;
  };
  const external = metadata?.annotations?.['crossplane.io/external-name'] ?? '';
  if (kind === 'Role') {
    const says = Object.fromEntries((configurationParameters ?? []).map(({ name, value }) => [name, value]));
    return { kind, name: `role ${external}`, says };
  }
  if (kind === 'Database') return { kind, name: `database ${external}`, says: {} };
  if (kind === 'Grant' && revokePublicOnDb) return { kind, name: `database ${database}`, says: {} };
  if (kind === 'Schema') return { kind, name: `database ${database}`, schema: external, says: {} };
  if (manifest?.kind === 'Namespace') {
    return { kind: 'Namespace', name: `namespace ${manifest.metadata?.name}`, says: manifest.metadata?.labels ?? {} };
  }

  return { kind: 'Other', name: '', says: {} };
};
