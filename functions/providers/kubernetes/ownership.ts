import type { KubernetesObject, Observed } from '../../objects/resource.ts';
import { timeOf } from '../../objects/time.ts';
import { type Claim, ownershipOf } from '../../ownership/claim.ts';
import { madeAt } from '../../ownership/creation.ts';
import type { Place } from '../provider.ts';
import { namespaceOf } from './names.ts';
import { seenOf } from './seen.ts';

/** The label of a namespace that says whose it is. */
export const markLabel = 'squadkit.io/mark';

/** The kinds of a namespace that run something, let somebody in, or open what ours close. */
const lettingIn = 'all,ingresses,networkpolicies,roles,rolebindings,serviceaccounts,secrets';

/** How far the clocks of the hub and of a cluster may be apart, in milliseconds; between two creations lies more. */
const clocks = 60_000;

/** Whether the namespace that the provider shows came after the one that it has made for us. */
const isLater = (observed: Observed): boolean =>
  timeOf(seenOf(observed.object)?.metadata?.creationTimestamp) > madeAt(observed) + clocks;

/**
 * The namespace's name, which is taken if there is one without our mark. What lies in the namespace needs no claim:
 * nobody else gets in, and before the namespace is known to be ours nothing is put into it.
 *
 * Version 0.1.0 made namespaces without a mark, with the labels of squad, service and environment.
 */
export const namespaceClaim = (place: Place, observed: Observed | undefined): Claim => {
  const earlier = {
    'squadkit.io/squad': place.squad.name,
    'squadkit.io/service': place.service,
    'squadkit.io/environment': place.zone.environment,
  };
  const isMarked = (object: KubernetesObject): boolean => {
    const labels = seenOf(object)?.metadata?.labels ?? {};
    if (labels[markLabel] !== undefined) return labels[markLabel] === place.mark;

    return Object.entries(earlier).every(([key, value]) => labels[key] === value);
  };

  return {
    ownership: ownershipOf(observed, isMarked, isLater),
    thing: `namespace ${namespaceOf(place)}`,
    where: `${place.component} in zone ${place.zone.name}`,
    free: `delete namespace ${namespaceOf(place)} by kubectl delete namespace ${namespaceOf(place)} once what it holds has moved`,
    // What runs there, or was let in, would read what is delivered; and a Secret of that name and another type stays as it is.
    // Then all that the cluster's own policies look at (package/install/remote/identity.yaml), and the mark.
    handOver: `kubectl delete ${lettingIn} --all --namespace ${namespaceOf(place)}, after which nothing runs there and nobody gets in, and then, by one of its emergencyGroups, kubectl label --overwrite namespace ${namespaceOf(place)} squadkit.io/squad=${place.squad.name} squadkit.io/service=${place.service} ${markLabel}=${place.mark}`,
  };
};
