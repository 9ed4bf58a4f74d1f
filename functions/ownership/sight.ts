import { conditionOf, isTrue, type Observed } from '../objects/resource.ts';

/**
 * What a provider says of a thing that a managed resource only looks for. Unknown: nothing yet, or an error that says
 * neither the one nor the other.
 */
export type Sight = 'Present' | 'Absent' | 'Unknown';

/** What crossplane-runtime says, word for word, of what is only observed and does not exist (v2.2.1, managed/reconciler.go). */
export const absent = 'observe failed: external resource does not exist';

/**
 * Whether a thing is there. That it is gone is said by `Synced` alone: `Ready` stays True from when it was there. So an
 * error of another kind, as of a server that is away, leaves the last word standing.
 */
export const sightOf = (observed: Observed | undefined): Sight => {
  if (observed === undefined) return 'Unknown';
  const synced = conditionOf(observed.object, 'Synced');
  if (synced?.status === 'False' && synced.message === absent) return 'Absent';

  return isTrue(observed.object, 'Ready') ? 'Present' : 'Unknown';
};

/** Whether its provider says that it could not do something. That there is nothing where it looked is no failure. */
export const isFailing = (observed: Observed): boolean =>
  conditionOf(observed.object, 'Synced')?.status === 'False' && sightOf(observed) !== 'Absent';
