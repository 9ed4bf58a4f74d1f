import type { KubernetesObject, Observed } from '../../objects/resource.ts';
import { type Claim, ownershipOf } from '../../ownership/claim.ts';
import type { Place } from '../provider.ts';
import { namespaceOf } from './names.ts';

const labelsOf = ({ status }: KubernetesObject): Record<string, unknown> => {
  const { manifest } = (status?.atProvider ?? {}) as { manifest?: { metadata?: { labels?: Record<string, unknown> } } };

  return manifest?.metadata?.labels ?? {};
};

/**
 * The namespace's name, which is taken if there is one without our labels of exactly this Service. What lies in the
 * namespace needs no claim: nobody else gets in, and before the namespace is known to be ours nothing is put into it.
 */
export const namespaceClaim = (place: Place, observed: Observed | undefined): Claim => {
  const marks = { 'squadkit.io/squad': place.squad.name, 'squadkit.io/service': place.service };
  const isMarked = (object: KubernetesObject): boolean => {
    const labels = labelsOf(object);
    return Object.entries(marks).every(([key, value]) => labels[key] === value);
  };
  const pairs = Object.entries(marks).map(([key, value]) => `${key}=${value}`);

  return {
    ownership: ownershipOf(observed, isMarked),
    thing: `namespace ${namespaceOf(place)}`,
    where: `${place.component} in zone ${place.zone.name}`,
    handOver: `kubectl label --overwrite namespace ${namespaceOf(place)} ${pairs.join(' ')}`,
  };
};
