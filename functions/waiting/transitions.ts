import { isMapping } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { timeOf } from '../objects/time.ts';
import { most } from './looks.ts';

/** What one process knows of since when conditions of documents are as they are: it decides nothing but these times. */
export interface Transitions {
  /** The conditions that a document has, with one time for what says the same. */
  settled: (id: string, composite: KubernetesObject) => Record<string, unknown>[];
}

/**
 * Sees to it that two rounds of one document do not answer each other for ever.
 *
 * Crossplane writes all conditions that it has read together with what a function answers, and reads them from a cache, which on
 * a busy API server is seconds behind (v2.3.4, composite/composition_functions.go:671-694). What it says first in a round that has
 * not seen the one before bears another time; from then on each of the two rounds writes back the time that the other has just
 * replaced, and what it has written starts the next one. A condition that an answer brings along and that says the same keeps the
 * time of the answer (core/v2/condition.go:197-205): the earliest of which this process knows.
 */
export const createTransitions = (): Transitions => {
  const known = new Map<string, Map<string, { says: string; since: string }>>();

  return {
    settled: (id, { status }) => {
      const conditions = isMapping(status) && Array.isArray(status.conditions) ? status.conditions : [];
      const before = known.get(id);
      const after = new Map<string, { says: string; since: string }>();
      const settled = conditions.filter(isCondition).map((condition) => {
        const { type, lastTransitionTime, ...rest } = condition;
        const says = JSON.stringify(Object.entries(rest).sort());
        const last = before?.get(type);
        const isEarlier = last?.says === says && timeOf(last.since) < timeOf(lastTransitionTime);
        const since = isEarlier ? last.since : lastTransitionTime;
        after.set(type, { says, since });

        return { ...condition, lastTransitionTime: since };
      });
      if (known.size >= most) known.clear();
      known.set(id, after);

      return settled;
    },
  };
};

interface Said {
  type: string;
  status: string;
  reason: string;
  lastTransitionTime: string;
}

/** What lacks a part is left to whoever wrote it. */
const isCondition = (value: unknown): value is Said =>
  isMapping(value) &&
  ['type', 'status', 'reason', 'lastTransitionTime'].every((field) => typeof value[field] === 'string') &&
  timeOf(value.lastTransitionTime as string) > 0;
