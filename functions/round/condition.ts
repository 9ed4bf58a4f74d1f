import { Status } from '@crossplane-org/function-sdk-typescript';
import { conditionOf, type KubernetesObject } from '../objects/resource.ts';
import type { Actor } from './refusal.ts';

/** A condition that we set on a composite resource. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

/** The protocol's word for each status of a condition. */
export const statuses: Record<Condition['status'], Status> = {
  True: Status.STATUS_CONDITION_TRUE,
  False: Status.STATUS_CONDITION_FALSE,
  Unknown: Status.STATUS_CONDITION_UNKNOWN,
};

/**
 * Whose move it is: the condition behind the column ACTION BY. True when somebody has to do something, with the actor
 * as the reason.
 */
export const actionNeeded = (actor: Actor, next: string): Condition => ({
  type: 'ActionNeeded',
  status: actor === 'Nobody' ? 'False' : 'True',
  reason: actor,
  message: next,
});

/** Reasons for which nobody has to act but wait. */
export const underWay = ['Creating', 'Delivering'];

/** The condition as it was, in a refusal: what works goes on working, but what was under way is so no longer. */
export const unchangedByRefusal = (composite: KubernetesObject, type: string): Condition => {
  const before = unchanged(composite, type);

  return underWay.includes(before.reason) ? { ...before, ...nothingCreated } : before;
};

/** What a condition says of things that are not there, because there will be none while the document is refused. */
export const nothingCreated = { reason: 'Refused', message: 'Nothing is created while this is refused.' };

/**
 * The condition as it was: for answers that change nothing. Crossplane turns a condition that an answer leaves out
 * into Unknown (crossplane v2.3.4, composite/composition_functions.go:781-786).
 */
export const unchanged = (composite: KubernetesObject, type: string): Condition => {
  const before = conditionOf(composite, type);
  if (before === undefined || (before.status !== 'True' && before.status !== 'False')) {
    return { type, status: 'False', ...nothingCreated };
  }

  return {
    type,
    status: before.status,
    reason: typeof before.reason === 'string' ? before.reason : 'Unchanged',
    message: typeof before.message === 'string' ? before.message : '',
  };
};

/**
 * A condition that was said before of an accepted document, if it was that somebody has to act, or that something fails:
 * for answers in which what led there is hidden for a moment. Undefined if it was something else.
 */
export const saidBefore = (composite: KubernetesObject, type: string): Condition | undefined => {
  if (conditionOf(composite, 'Accepted')?.status !== 'True') return undefined;
  const before = unchanged(composite, type);
  const isOfTrouble = type === 'ActionNeeded' ? before.status === 'True' : before.reason === 'Failing';

  return isOfTrouble ? before : undefined;
};
