import { setTimeout as sleep } from 'node:timers/promises';
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
  /** Until nothing is there of which they were made. */
  everything: number;
}

/**
 * Deletes Services and waits until they, and everything on the hub that they were made of, are gone. Throws when some of
 * it is still there after half an hour, with an example. Resolves to how long it
 * took.
 */
export const removeServices = async (hub: Cluster, services: KubernetesObject[]): Promise<Removed> => {
  const kinds = await composedKinds(hub, services);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const removed: Removed = { services: 0, everything: 0 };
  await Promise.all(services.map((service) => hub.delete(service)));
  const deadline = Date.now() + 30 * 60_000;
  for (const kind of kinds) {
    for (let left = await leftOf(hub, kind, services); left.length > 0; left = await leftOf(hub, kind, services)) {
      if (Date.now() > deadline) throw new Error(`${kind.kind} ${left[0]} and ${left.length - 1} others do not go`);
      await sleep(1000);
    }
    removed.services ||= seconds();
  }

  return { ...removed, everything: seconds() };
};

/** Services themselves first, and each kind that they are composed of. */
const composedKinds = async (hub: Cluster, services: KubernetesObject[]): Promise<ResourceReference[]> => {
  const found = await Promise.all(services.map((service) => hub.get(service)));
  const references: ResourceReference[] = found.flatMap((service) => service?.spec?.crossplane?.resourceRefs ?? []);
  const kinds = new Map(references.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]));

  return [...services.slice(0, 1).map(({ apiVersion, kind }) => ({ apiVersion, kind })), ...kinds.values()];
};

const leftOf = async (hub: Cluster, kind: ResourceReference, services: KubernetesObject[]): Promise<string[]> => {
  const namespaces = new Set(services.map(({ metadata }) => metadata.namespace ?? ''));
  const lists = await Promise.all(
    [...namespaces].map((namespace) => hub.list(kind.apiVersion, kind.kind, { namespace })),
  );
  const owners = new Set(services.map(nameOf));

  return lists
    .flat()
    .map(nameOf)
    .filter((name) => owners.has(name.split('.')[0] ?? ''));
};

/** Names of what a Service is composed of begin with its own and a dot. */
const nameOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace}/${metadata.name}`;
