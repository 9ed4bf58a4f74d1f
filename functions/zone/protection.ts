import { isReady } from '../objects/resource.ts';
import { clusterUsage } from '../ownership/usage.ts';
import { someOf } from '../ownership/users.ts';
import { type Leftovers, thingsLeft, untilNothingIsLeft } from '../providers/leftovers.ts';
import type { Composed } from '../waiting/composed.ts';
import type { Zone } from './read.ts';

/**
 * Why a zone cannot be deleted, or nothing if it can. An open one cannot, because a Service may come at any moment; a
 * closed one cannot while it is used. So nothing slips in between the last look and the deletion.
 */
export const whyProtected = ({ name, lifecycle }: Zone, users: string[], leftovers: Leftovers): string | undefined => {
  if (lifecycle === 'Open')
    return `zone ${name} is open: set spec.lifecycle to Closed and remove its Services, then delete it`;
  if (users.length > 0) return `zone ${name} is used by ${someOf(users)}: remove them from the zone first`;
  if (leftovers.count > 0)
    return `zone ${name} has left ${thingsLeft(leftovers)} of Services: ${untilNothingIsLeft(leftovers)}`;

  return undefined;
};

/** Why a zone cannot be deleted while its document is refused: nobody knows what it is to be. */
export const changeIsRefused = ({ name }: Zone): string =>
  `the last change of zone ${name} is refused: put it right first`;

/** What keeps a zone from being deleted, while something does: the reason is what is said of it. */
export const protection = (zone: Zone, reason: string): Record<string, Composed> => ({
  protection: {
    object: clusterUsage(
      `squadkit.zone.${zone.name}`,
      { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', name: zone.name },
      reason,
    ),
    ready: isReady,
  },
});
