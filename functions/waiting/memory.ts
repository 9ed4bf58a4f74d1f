import { isMapping } from '../objects/record.ts';
import { conditionOf, isTrue, type KubernetesObject } from '../objects/resource.ts';
import { timeOf } from '../objects/time.ts';
import type { Answer } from '../round/answer.ts';
import { actionNeeded } from '../round/condition.ts';
import type { Request } from '../round/request.ts';
import type { Looks } from './looks.ts';
import { isMoving, losesEventsFor } from './pace.ts';
import type { Transitions } from './transitions.ts';
import type { Turns } from './turns.ts';

/**
 * What the process of a function remembers of other rounds. It decides nothing but when: after a restart it is known again as
 * soon as what is under way asks again.
 */
export interface Memory {
  /** When each document was looked at; without it a pause is what one look alone says. */
  looks?: Looks;
  /** Which new Services are begun now; all of them without it. */
  turns?: Turns;
  /** Since when conditions are as they are; without it they are left to Crossplane. */
  transitions?: Transitions;
}

const idOf = ({ metadata }: KubernetesObject): string =>
  typeof metadata?.uid === 'string' ? metadata.uid : `${metadata?.namespace}/${metadata?.name}`;

/** Seconds until a document is looked at again, so that no edit of it is lost for long. */
export const nextLook = (
  looks: Looks,
  { composite }: Request,
  { ttl, ready }: Answer,
  conditions: Answer['conditions'],
  now: number,
): number =>
  looks.next({
    ...{ id: idOf(composite), now, usual: ttl },
    losesEvents: losesEventsFor(composite, now) > 0,
    isChanging: ready !== isTrue(composite, 'Ready') || conditions.some((condition) => !isSaid(composite, condition)),
  });

const isSaid = (
  composite: KubernetesObject,
  { type, status, reason, message }: Answer['conditions'][number],
): boolean => {
  const before = conditionOf(composite, type);

  return before?.status === status && before.reason === reason && (before.message ?? '') === message;
};

/** The status of an answer, with the conditions that are there, each with the time that it keeps. */
export const withTransitions = (answer: Answer, { composite }: Request, transitions: Transitions): Answer => {
  // Of a refusal Crossplane writes no status.
  if (answer.status === undefined) return answer;
  const conditions = transitions.settled(idOf(composite), composite);

  return conditions.length === 0 ? answer : { ...answer, status: { ...answer.status, conditions } };
};

/** The answer of what is new and has to wait: as it is, without anything that is to be made. */
export const inTurn = (answer: Answer, { composite, observed }: Request, now: number, turns: Turns): Answer => {
  // It waits for something else than a turn.
  if (Object.keys(answer.resources ?? {}).length === 0) return answer;

  const { waits, seconds } = turns.of({
    id: idOf(composite),
    created: timeOf(composite.metadata?.creationTimestamp),
    isThere: Object.keys(observed).length > 0 || isComposed(composite),
    isReady: answer.ready,
    // All that is observed is looked through for it, and who is ready needs none.
    isMoving: answer.ready || isMoving(composite, observed, now),
    now,
  });
  if (!waits) return { ...answer, ttl: answer.ready ? answer.ttl : Math.max(answer.ttl, seconds) };

  return {
    ...answer,
    resources: {},
    ttl: seconds,
    conditions: answer.conditions.map((condition) =>
      condition.type === 'ActionNeeded' && condition.status === 'False'
        ? actionNeeded('Nobody', othersFirst)
        : condition,
    ),
  };
};

/** Whether Crossplane knows of something that it has composed, though it may not show it (v2: `spec.crossplane.resourceRefs`). */
const isComposed = ({ spec }: KubernetesObject): boolean => {
  const own = spec?.crossplane;

  return isMapping(own) && Array.isArray(own.resourceRefs) && own.resourceRefs.length > 0;
};

const othersFirst = 'Wait: others are being created, and its turn comes by itself.';
