import { describe, expect, test } from 'vitest';
import { functionOf } from '../../../functions/compose.ts';
import { simulate, simulatedHub } from '../../../functions/simulation/simulate.ts';
import { example, exampleRegistry } from '../../support/examples.ts';

const kinds = { Service: 'billing', Squad: 'galaxy', Zone: 'frontier' } as const;
const system = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'squadkit-system', uid: 'system' } };
const registry = [...exampleRegistry(), system] as never;

/** A thing that somebody looks at, with what is said of it. */
interface Thing {
  metadata: { deletionTimestamp?: string; annotations?: Record<string, string> };
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

const hasCondition = ({ status }: Thing, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type) ?? false;

const say = (thing: Thing, type: string, reason: string, message?: string): void => {
  const others = thing.status?.conditions?.filter((condition) => condition.type !== type) ?? [];
  thing.status = {
    ...thing.status,
    conditions: [...others, { type, status: 'False', reason, ...(message !== undefined && { message }) }],
  };
};

/** What may become of a thing that was in place, and of which it can be said: what has no such condition never says so. */
const ways: Record<string, { change: (thing: Thing) => void; concerns: (thing: Thing) => boolean }> = {
  'being deleted': {
    change: (thing) => {
      thing.metadata.deletionTimestamp = '2026-11-28T10:00:00Z';
    },
    concerns: () => true,
  },
  'out of reach': {
    change: (thing) => say(thing, 'Synced', 'ReconcileError', 'dial tcp: connection refused'),
    concerns: (thing) => hasCondition(thing, 'Synced'),
  },
  'not ready': {
    change: (thing) => say(thing, 'Ready', 'Unavailable'),
    concerns: (thing) => hasCondition(thing, 'Ready'),
  },
  paused: {
    change: (thing) => {
      thing.metadata.annotations = { ...thing.metadata.annotations, 'crossplane.io/paused': 'true' };
      say(thing, 'Synced', 'ReconcilePaused');
    },
    concerns: (thing) => hasCondition(thing, 'Synced'),
  },
};

/** Nothing says Ready of what is only looked at. */
const onlyLookedAt = /^identity[.]aqua[.]cluster$/;

/** What a document that is in place says of itself while that is so of one of the things that it has. */
const saidWhile = (kind: keyof typeof kinds, name: string, way: string) => {
  const request = structuredClone(simulate(example(kind, kinds[kind]), registry).request);
  const found = request.observed?.resources[name]?.resource as unknown as Thing;
  ways[way]?.change(found);
  const response = functionOf(simulatedHub)(request, Date.parse('2026-11-28T10:00:01Z'));
  const sentence = response.conditions.find(({ type }) => type === 'ActionNeeded')?.message ?? '';

  return { isReady: response.desired?.composite?.ready === 1, sentence };
};

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('a %s', (kind) => {
  const { observed } = simulate(example(kind, kinds[kind]), registry);

  test.each(Object.keys(ways))(
    'is not ready while anything that it has is %s, and does not say that it works',
    (way) => {
      const names = Object.keys(observed).filter(
        (name) =>
          ways[way]?.concerns(observed[name]?.resource as unknown as Thing) &&
          !(way === 'not ready' && onlyLookedAt.test(name)),
      );
      const wrong = names.filter((name) => {
        const { isReady, sentence } = saidWhile(kind, name, way);
        return isReady || sentence.startsWith('It works');
      });
      console.log(`${kind}: ${names.length} things, each ${way}`);

      if (way === 'being deleted') expect(names.length).toBeGreaterThan(2);
      expect(wrong).toEqual([]);
    },
  );
});
