import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';

interface ResourceReference {
  apiVersion: string;
  kind: string;
}

/** Seconds after a removal was asked for. */
export interface Removed {
  /** Until no Service is there any more. */
  services: number;
  /** Until no login of theirs is a member of anything on the server: it may do nothing then. */
  access: number;
  /** Until nothing is there of which they were made. */
  everything: number;
}

/**
 * Deletes Services and waits until they, and everything on the hub that they were made of, are gone, and no login of theirs
 * may do anything. Throws when some of it is still there after half an hour, with an example. Resolves to how long it took.
 */
export const removeServices = async (
  { hub, postgres }: Pick<ControlPlane, 'hub' | 'postgres'>,
  services: KubernetesObject[],
): Promise<Removed> => {
  const kinds = await composedKinds(hub, services);
  const logins = await loginsOf(hub, kinds, services);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let gone = 0;
  const deadline = Date.now() + 30 * 60_000;
  const client = await postgres.connect();
  const withoutAccess = async (): Promise<number> => {
    for (; Date.now() < deadline; await sleep(1000)) {
      const { rows } = await client.query(members, [logins]);
      if (rows.length === 0) return seconds();
    }
    throw new Error(`logins of ${services.length} Services are still members of something`);
  };
  const access = withoutAccess().finally(() => client.end());
  // Whoever waits for it hears of its failure; until then it must not end us.
  access.catch(() => undefined);
  await Promise.all(services.map((service) => hub.delete(service)));
  for (const kind of kinds) {
    for (let left = await leftOf(hub, kind, services); left.length > 0; left = await leftOf(hub, kind, services)) {
      if (Date.now() > deadline) throw new Error(`${kind.kind} ${left[0]} and ${left.length - 1} others do not go`);
      await sleep(1000);
    }
    gone ||= seconds();
  }

  return { services: gone, everything: seconds(), access: await access };
};

/** One of the logins that are members of anything, if there is one. */
const members = `SELECT rolname FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member
  WHERE rolname = ANY($1) LIMIT 1`;

/** Names of the logins of Services on their server. */
const loginsOf = async (hub: Cluster, kinds: ResourceReference[], services: KubernetesObject[]): Promise<string[]> => {
  const roles = await Promise.all(
    kinds.filter(({ kind }) => kind === 'Role').map((kind) => ofServices(hub, kind, services)),
  );

  return roles
    .flat()
    .filter(({ spec }) => spec?.forProvider?.privileges?.login === true)
    .flatMap(({ metadata }) => metadata.annotations?.['crossplane.io/external-name'] ?? []);
};

/** Services themselves first, and each kind that they are composed of. */
const composedKinds = async (hub: Cluster, services: KubernetesObject[]): Promise<ResourceReference[]> => {
  const found = await Promise.all(services.map((service) => hub.get(service)));
  const references: ResourceReference[] = found.flatMap((service) => service?.spec?.crossplane?.resourceRefs ?? []);
  const kinds = new Map(references.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]));

  return [...services.slice(0, 1).map(({ apiVersion, kind }) => ({ apiVersion, kind })), ...kinds.values()];
};

const leftOf = async (hub: Cluster, kind: ResourceReference, services: KubernetesObject[]): Promise<string[]> =>
  (await ofServices(hub, kind, services)).map(nameOf);

const ofServices = async (
  hub: Cluster,
  kind: ResourceReference,
  services: KubernetesObject[],
): Promise<KubernetesObject[]> => {
  const namespaces = new Set(services.map(({ metadata }) => metadata.namespace ?? ''));
  const lists = await Promise.all(
    [...namespaces].map((namespace) => hub.list(kind.apiVersion, kind.kind, { namespace })),
  );
  const owners = new Set(services.map(nameOf));

  return lists.flat().filter((object) => owners.has(nameOf(object).split('.')[0] ?? ''));
};

/** Names of what a Service is composed of begin with its own and a dot. */
const nameOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace}/${metadata.name}`;
