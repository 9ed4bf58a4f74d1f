import { isMapping, ownField } from '../objects/record.ts';
import type { KubernetesObject, Observed } from '../objects/resource.ts';
import type { Squad } from './read.ts';

/** What the API server counts against the squad's limit. */
// Guard rail: services-per-squad
export const quotaKey = 'count/services.squadkit.io';

/** How many Services a squad may have, as its quota says it: a closed one none more. */
export const hardOf = ({ lifecycle, services }: Pick<Squad, 'lifecycle' | 'services'>): Record<string, string> => ({
  [quotaKey]: `${lifecycle === 'Closed' ? 0 : services}`,
});

/** How many Services of the squad the API server counts; undefined as long as it does not. */
const countIn = ({ object }: Observed): number | undefined => {
  const used = object.status?.used;
  const count = isMapping(used) ? ownField(used, quotaKey) : undefined;

  return count === undefined ? undefined : Number(count);
};

/**
 * Whether the API server counts the squad's Services. Until then it refuses every one: "status unknown for quota". On a new
 * hub that is five minutes: kube-controller-manager learns of a new kind every 30 s, says what is allowed (`hard`) before,
 * and counts a quota that is older than the kind only when it looks at all of them again (Kubernetes 1.35).
 */
export const isCounted = (quota: Observed): boolean => countIn(quota) !== undefined;

/**
 * How many Services are counted that were not found. The API server counts a Service before it stores it, and by that wakes
 * this Squad; Crossplane lists from a cache of its own, which has not heard of it then.
 */
export const unseenIn = (quota: Observed | undefined, services: KubernetesObject[]): number =>
  Math.max(0, ((quota && countIn(quota)) ?? 0) - services.length);

/**
 * Whether another number of Services is counted than was found: one has come or gone, and this look came too early to see
 * it. Nothing else wakes the Squad: seen on busy machines, where the next look was ten minutes later, and the Squad knew of
 * no Service until then. The count itself may be late too, for minutes at most (kube-controller-manager 1.35 counts all
 * again every five).
 */
export const isLate = (quota: Observed | undefined, services: KubernetesObject[]): boolean =>
  quota !== undefined && (countIn(quota) ?? services.length) !== services.length;
