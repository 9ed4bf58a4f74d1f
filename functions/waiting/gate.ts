import { failureOf, isGoingOutside } from '../objects/failure.ts';
import {
  conditionOf,
  isBeingDeleted,
  isEstablished,
  isReady,
  type KubernetesObject,
  type Observed,
  whateverItSays,
} from '../objects/resource.ts';
import { isSame } from '../objects/same.ts';
import type { Composed } from './composed.ts';

/** What passes the gate, and what waits. */
export interface Gated {
  /** What goes into the answer. */
  resources: Record<string, { object: KubernetesObject; ready: boolean }>;
  /** Names held back, with what each waits for; sorted, so that messages do not change without a cause. */
  waiting: Record<string, string[]>;
}

/**
 * Holds back what must wait for something else, and nothing that exists: a resource left out of the answer is deleted
 * by Crossplane. Creating too early is not wrong but slow: a managed resource that fails a dozen times sits in
 * exponential back-off of up to 16 minutes long after its predecessor exists.
 *
 * `closed` holds back everything that does not exist yet, but what proves to be ours what does.
 */
export const gate = (
  composed: Record<string, Composed>,
  observed: Record<string, Observed>,
  closed?: string | undefined,
): Gated => {
  const gated: Gated = { resources: {}, waiting: {} };

  for (const name of Object.keys(composed).sort()) {
    const { object, after = [], hold, ready = isReady, claim, proves } = composed[name] as Composed;
    const existing = observed[name];
    if (existing !== undefined) {
      gated.resources[name] = {
        object,
        ready:
          !isGoing(existing.object) &&
          ready(existing) &&
          (ready === whateverItSays || failureOf(existing.object) === undefined) &&
          (claim === undefined || (claim.ownership === 'Ours' && isInForce(existing, object))),
      };
      continue;
    }

    const missing = after.filter((before) => {
      const predecessor = observed[before];
      return predecessor === undefined || !isThere(predecessor) || isContested(composed[before]);
    });
    const shut = proves !== undefined && observed[proves] !== undefined ? undefined : closed;
    const reasons = [shut, hold, ...missing.sort()].filter((reason) => reason !== undefined);
    if (reasons.length > 0) {
      gated.waiting[name] = reasons;
      continue;
    }

    gated.resources[name] = { object, ready: false };
  }

  return gated;
};

/** Whether something can be built on it: what is being deleted is said to be there until it is gone. */
const isThere = (predecessor: Observed): boolean => isEstablished(predecessor) && !isGoing(predecessor.object);

/** Whether it is being deleted, or what it stands for is. */
const isGoing = (object: KubernetesObject): boolean => isBeingDeleted(object) || isGoingOutside(object);

/** Whether what has its name may be somebody else's. */
const isContested = (composed: Composed | undefined): boolean =>
  composed?.claim !== undefined && composed.claim.ownership !== 'Ours';

/**
 * Whether the provider may do what it is asked for, and has: while it may only look and create, a limit that needs an
 * Update is not in force.
 */
const isInForce = ({ object }: Observed, { spec }: KubernetesObject): boolean =>
  isSame(object.spec?.managementPolicies, spec?.managementPolicies) &&
  conditionOf(object, 'Synced')?.observedGeneration === object.metadata?.generation;
