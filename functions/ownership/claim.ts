import { isEstablished, type KubernetesObject, type Observed } from '../objects/resource.ts';

/** Whose the thing is that a managed resource stands for. Unknown: the provider has not said yet. */
export type Ownership = 'Ours' | 'Foreign' | 'Unknown';

/** What a managed resource wants to have for itself, although somebody else may have made one of that name before. */
export interface Claim {
  ownership: Ownership;
  /** "role galaxy_billing_app" */
  thing: string;
  /** "spike in zone frontier" */
  where: string;
  /** How its owner hands it over deliberately, as a command or statement. */
  handOver: string;
}

/** Look, and create if there is none. An Update would change what is a stranger's, a Delete would end it. */
const cautious = ['Observe', 'Create'];

/** The policies of a managed resource, as soon as what it stands for is known to be ours. */
export const policiesOf = (isOurs: boolean, policies: string[]): string[] => (isOurs ? policies : cautious);

/** Whether we have already decided that it is ours: nobody else can write these policies. */
export const isDecided = (observed: Observed | undefined): boolean => {
  const policies = observed?.object.spec?.managementPolicies;

  return Array.isArray(policies) && (policies.includes('Update') || policies.includes('*'));
};

/**
 * Whose the thing is: ours if we made it, or if it bears our mark from a life before. Providers adopt whatever has the
 * name that they are to manage, and what they adopted has no annotation about its creation.
 *
 * A creation that began and was not seen to its end counts as ours: the provider begins one only when it has just
 * looked and found nothing, and one that dies in between leaves a thing without its mark.
 */
// Guard rail: nothing-foreign-is-taken
export const ownershipOf = (
  observed: Observed | undefined,
  isMarked: (object: KubernetesObject) => boolean,
): Ownership => {
  if (observed === undefined) return 'Unknown';
  if (isDecided(observed)) return 'Ours';
  if (!isEstablished(observed)) return 'Unknown';

  return isBegun(observed.object) || isMarked(observed.object) ? 'Ours' : 'Foreign';
};

const isBegun = ({ metadata }: KubernetesObject): boolean =>
  ['crossplane.io/external-create-pending', 'crossplane.io/external-create-succeeded'].some(
    (annotation) => metadata?.annotations?.[annotation] !== undefined,
  );
