import { isReady } from '../objects/resource.ts';
import { clusterUsage } from '../ownership/usage.ts';
import { someOf } from '../ownership/users.ts';
import { type Leftovers, thingsLeft, untilNothingIsLeft } from '../providers/leftovers.ts';
import type { Composed } from '../waiting/composed.ts';
import type { Squad } from './read.ts';

/** What speaks against the deletion of a squad. */
export interface Uses {
  /** Its Services, as `galaxy/billing`. */
  users: string[];
  /** How many it has besides, of which only the number is known yet. */
  unseen: number;
  leftovers: Leftovers;
  /** Whether the API server already refuses new Services. */
  isSealed: boolean;
}

/** That Services are counted and not found, for people. */
export const notShown = (squad: string, unseen: number): string =>
  `the hub counts ${unseen === 1 ? '1 Service' : `${unseen} Services`} of squad ${squad} that it does not show yet`;

/**
 * Why a squad cannot be deleted, or nothing if it can. An open one cannot, because a Service may come at any moment; a
 * closed one cannot while it has one. The quota of a closed squad is zero, so nothing slips in between the last look and
 * the deletion, once the API server counts by it.
 */
export const whyProtected = (
  { name, lifecycle }: Squad,
  { users, unseen, leftovers, isSealed }: Uses,
): string | undefined => {
  if (lifecycle === 'Open')
    return `squad ${name} is open: set spec.lifecycle to Closed and remove its Services, then delete it`;
  if (users.length > 0) return `squad ${name} has ${someOf(users)}: remove its Services first`;
  if (unseen > 0) return `${notShown(name, unseen)}: wait a moment, then remove its Services`;
  if (leftovers.count > 0)
    return `squad ${name} has left ${thingsLeft(leftovers)} of its Services: ${untilNothingIsLeft(leftovers)}`;
  if (!isSealed) return `squad ${name} has just been closed: remove its Services first`;

  return undefined;
};

/**
 * What keeps a squad and its namespace from being deleted, while something does; also while its document is refused, when
 * nobody knows what it is to be.
 */
export const protection = (squad: Squad, uses: Uses, isRefused: boolean): Record<string, Composed> => {
  const reason =
    whyProtected(squad, uses) ??
    (isRefused ? `the last change of squad ${squad.name} is refused: put it right first` : undefined);
  if (reason === undefined) return {};

  return {
    protection: {
      object: clusterUsage(
        `squadkit.squad.${squad.name}`,
        { apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', name: squad.name },
        reason,
      ),
      ready: isReady,
    },
    'namespace-protection': {
      object: clusterUsage(
        `squadkit.namespace.${squad.name}`,
        { apiVersion: 'v1', kind: 'Namespace', name: squad.name },
        reason,
      ),
      after: ['namespace'],
      ready: isReady,
    },
  };
};
