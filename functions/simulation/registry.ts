import { systemNamespace } from '../documents/names.ts';
import type { KubernetesObject } from '../objects/resource.ts';

/** What a requirement asks for: one object by its name, or every object of a kind. */
export interface Selector {
  kind: string;
  matchName?: string | undefined;
  namespace?: string | undefined;
}

/** Every Service, Zone and Squad of a simulated control plane, found without looking through all of them. */
export interface Registry {
  find: (selector: Selector) => KubernetesObject[];
}

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata?.name}`;
const placeOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata?.namespace ?? ''}`;

/** Map.groupBy() needs Node 21. */
const grouped = (objects: KubernetesObject[], keyOf: (object: KubernetesObject) => string) => {
  const groups = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    const group = groups.get(keyOf(object));
    if (group === undefined) groups.set(keyOf(object), [object]);
    else group.push(object);
  }

  return groups;
};

/** What package/install makes on every hub. */
const installed: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: systemNamespace, uid: '00000000-0000-4000-8000-000000000000' },
};

/** A registry of these objects, on a hub as package/install makes it. */
export const registryOf = (documents: KubernetesObject[]): Registry => {
  const objects = [...documents, installed];
  const byName = grouped(objects, nameOf);
  const byPlace = grouped(objects, placeOf);
  const byKind = grouped(objects, ({ kind }) => kind);

  return {
    find: ({ kind, matchName, namespace }) => {
      if (matchName !== undefined) {
        return (byName.get(`${kind} ${matchName}`) ?? []).filter(
          ({ metadata }) => namespace === undefined || metadata?.namespace === namespace,
        );
      }

      return (namespace === undefined ? byKind.get(kind) : byPlace.get(`${kind} ${namespace}`)) ?? [];
    },
  };
};
