import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { createTransitions, type Transitions } from '../../../functions/waiting/transitions.ts';

const start = Date.parse('2026-11-30T12:00:00Z');
const timeAt = (second: number): string => new Date(start + second * 1000).toISOString().replace('.000', '');
const at = (type: string, second: number, more: object = {}) => ({
  ...{ type, status: 'True', reason: type, lastTransitionTime: timeAt(second) },
  ...more,
});
const withConditions = (...conditions: unknown[]): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  status: { conditions },
});

describe('since when a condition is as it is', () => {
  test.each<[string, object, object, number]>([
    ['the same, said later', {}, {}, 3],
    ['another status', {}, { status: 'False' }, 8],
    ['another reason', {}, { reason: 'Other' }, 8],
    ['another message', { message: 'one' }, { message: 'two' }, 8],
    ['of another generation', { observedGeneration: 1 }, { observedGeneration: 2 }, 8],
  ])('%s', (_, before, now, second) => {
    const transitions = createTransitions();
    transitions.settled('a', withConditions(at('Ready', 3, before), at('Synced', 1)));

    expect(transitions.settled('a', withConditions(at('Ready', 8, now), at('Synced', 1)))).toEqual([
      at('Ready', second, now),
      at('Synced', 1),
    ]);
    expect(transitions.settled('b', withConditions(at('Ready', 8, now)))).toEqual([at('Ready', 8, now)]);
  });

  test('what was something else in between begins anew', () => {
    const transitions = createTransitions();
    for (const one of [at('Ready', 3), at('Ready', 5, { status: 'False' })])
      transitions.settled('a', withConditions(one));

    expect(transitions.settled('a', withConditions(at('Ready', 8)))).toEqual([at('Ready', 8)]);
  });

  test.each([undefined, null, 'text', [null], [{ type: 'Ready' }], [at('Ready', 1, { lastTransitionTime: 'soon' })]])(
    'what is no list of conditions is left alone: %j',
    (conditions) => {
      expect(
        createTransitions().settled('a', {
          apiVersion: 'v1',
          kind: 'A',
          status: { conditions } as Record<string, unknown>,
        }),
      ).toEqual([]);
    },
  );
});

interface World {
  /** Seconds until the cache of whoever asks shows what was written. */
  latency: number;
  /** And from when he reads it to when he writes. */
  duration: number;
  transitions: Transitions | undefined;
}

/**
 * How many rounds there are in ten minutes after a document came and was written to twice more, when each change of its status starts
 * one, by one worker that reads from a cache: as Crossplane 2.3.4 does (composite/reconciler.go, composition_functions.go:671-694).
 */
const roundsIn = ({ latency, duration, transitions }: World): number => {
  const written: { second: number; conditions: Record<string, string> }[] = [{ second: 0, conditions: {} }];
  let events = [0, 1, 2].map((second) => second + latency);
  let rounds = 0;
  for (let second = 0; second < 600; ) {
    const due = events.filter((event) => event <= second);
    if (due.length === 0) {
      second += 1;
      continue;
    }
    // One in the queue, however many came.
    events = events.filter((event) => event > second);
    rounds += 1;
    const read = { ...written.findLast((one) => one.second + latency <= second)?.conditions };
    read.Responsive ??= timeAt(second);
    second += duration;
    const seen = Object.entries(read).map(([type, lastTransitionTime]) => at(type, 0, { lastTransitionTime }));
    const answered = transitions?.settled('a', withConditions(...seen)) ?? seen;
    const before = written.at(-1)?.conditions ?? {};
    const conditions = {
      ...before,
      ...Object.fromEntries(answered.map(({ type, lastTransitionTime }) => [type, `${lastTransitionTime}`])),
    };
    conditions.Accepted ??= timeAt(second);
    if (JSON.stringify(conditions) === JSON.stringify(before)) continue;
    written.push({ second, conditions });
    events.push(second + latency);
  }

  return rounds;
};

describe('two rounds that have not seen each other do not answer each other for ever', () => {
  const worlds = [0, 1, 2, 3, 5, 8].flatMap((latency) => [1, 2, 3, 5].map((duration) => ({ latency, duration })));

  test('without a memory they do, as soon as a cache is later than a round is long', () => {
    const endless = worlds.filter((world) => roundsIn({ ...world, transitions: undefined }) > 50);

    expect(endless.length).toBeGreaterThan(0);
    expect(endless.every(({ latency }) => latency > 0)).toBe(true);
  });

  test.each(worlds)('with one they end: read $latency s late, $duration s long', (world) => {
    expect(roundsIn({ ...world, transitions: createTransitions() })).toBeLessThan(9);
  });
});
