import { isEstablished, type KubernetesObject, type Observed } from '../objects/resource.ts';
import { isMade } from './creation.ts';
import { sightOf } from './sight.ts';

/**
 * Whose the thing is that a managed resource stands for. Unknown: the provider has not said yet. Lost: it was ours, and
 * what is there now, if anything, is not.
 */
export type Ownership = 'Ours' | 'Foreign' | 'Unknown' | 'Lost';

/** What a managed resource wants to have for itself, although somebody else may have made one of that name before. */
export interface Claim {
  ownership: Ownership;
  /** Whether nobody can look now at what was seen before: then what was said last of it holds. */
  isOutOfSight?: boolean;
  /** "role galaxy_billing_app" */
  thing: string;
  /** "spike in zone frontier" */
  where: string;
  /** How its name gets free, with its name: "drop role galaxy_billing_app". */
  free: string;
  /**
   * How its owner hands it over deliberately, as commands or statements, so that nobody of before gets in any more. Undefined
   * where nothing but its name is wanted.
   */
  handOver?: string;
  /** By what in its document a squad has what was kept of it back, where it can. */
  back?: string;
}

/** Look, and create if there is none. An Update would change what is a stranger's, a Delete would end it. */
export const cautious = ['Observe', 'Create'];

/** Look only: nothing is made, changed or ended. */
export const look = ['Observe'];

/**
 * The policies of a managed resource, by whose the thing is. What is a stranger's is only looked at: a refused document
 * must not take a name as soon as it is free. What was lost too: to make it anew would hide that it is gone.
 */
export const policiesOf = (ownership: Ownership, policies: string[]): string[] => {
  if (ownership === 'Ours') return policies;

  return ownership === 'Unknown' ? cautious : look;
};

/**
 * Whose the thing is, where it bears our mark itself: ours if it bears it, or if this managed resource has made it.
 * Providers adopt whatever has the name that they are to manage, and what they adopted has no annotation about its
 * creation.
 *
 * What was made may be gone, and another one have its name. Where the provider shows which one is there, `isLater` says
 * whether that one came after: then only the mark counts. One that merely lost its mark is still ours, and gets it back.
 *
 * What the provider may do with it now says nothing about whose it is: administrators can change that.
 */
// Guard rail: nothing-foreign-is-taken
export const ownershipOf = (
  observed: Observed | undefined,
  isMarked: (object: KubernetesObject) => boolean,
  isLater: (observed: Observed) => boolean = () => false,
): Ownership => {
  if (observed === undefined) return 'Unknown';
  // What it showed is of a thing that is not there any more.
  if (sightOf(observed) === 'Absent') return 'Unknown';
  if (isMarked(observed.object) || (isMade(observed) && !isLater(observed))) return 'Ours';

  return isEstablished(observed) ? 'Foreign' : 'Unknown';
};
