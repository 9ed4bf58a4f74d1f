import { describe, expect, test } from 'vitest';
import type { Found } from '../../../functions/evidence/live/hub.ts';
import { awaitedOf } from '../../../functions/evidence/wait/awaited.ts';
import { registeredFor } from '../../../functions/evidence/wait/platform.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { load } from '../../../functions/tree/load.ts';
import { exampleTree } from '../../support/squadkit.ts';

const { target } = load(exampleTree());
const billing = target.services.get('galaxy/billing')?.object as KubernetesObject;
const now = Date.parse('2026-11-29T12:00:00Z');

/** As a hub has it: looked at, accepted and ready, as it has been for an hour. */
const there = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    generation: 3,
    managedFields: [{ manager: 'git', time: '2026-11-29T11:00:00Z', fieldsV1: { 'f:spec': {} } }],
  },
  status: {
    conditions: ['Synced', 'Accepted', 'Ready'].map((type) => ({ type, status: 'True', observedGeneration: 3 })),
  },
});

type Change = (object: KubernetesObject) => Found;
const found: Change = (object) => ({ object });

const waited = async (changes: Record<string, Change> = {}, service: Change = found) => {
  const registered = await registeredFor(billing, target, {
    get: async ({ kind, name }) => {
      const document = (kind === 'Zone' ? target.zones : target.squads).get(name)?.object as KubernetesObject;

      return (changes[`${kind} ${name}`] ?? found)(there(document));
    },
  });

  return awaitedOf('galaxy/billing', billing, { service: service(there(billing)), folders: [], registered }, 'a', now);
};

const withConditions = (object: KubernetesObject, change: (condition: Record<string, unknown>) => object): Found => ({
  object: {
    ...object,
    status: {
      conditions: ((object.status?.conditions ?? []) as Record<string, unknown>[]).map((one) => ({
        ...one,
        ...change(one),
      })),
    },
  },
});
const paused: Change = (object) => ({
  object: { ...object, metadata: { ...object.metadata, annotations: { 'crossplane.io/paused': 'true' } } },
});

test('a Service is Ready where the hub has its Zone and its Squad as the commit has them', async () => {
  expect(await waited()).toEqual({ state: 'Ready', words: 'galaxy/billing is Ready in frontier' });
});

describe.each(['Zone frontier', 'Squad galaxy'])('%s', (what) => {
  test.each<[string, Change, string, RegExp]>([
    ['is not there', () => ({ missing: 'not there' }), 'Waiting', /does not have .* of this commit yet/],
    ['is of a kind nobody knows', () => ({ missing: 'unknown kind' }), 'Waiting', /does not have/],
    [
      'says something else',
      (object) => found({ ...object, spec: { ...object.spec, lifecycle: 'Closed' } }),
      'Waiting',
      /does not have/,
    ],
    [
      'was not looked at',
      (object) => found({ ...object, metadata: { ...object.metadata, generation: 4 } }),
      'Waiting',
      /about to be looked at/,
    ],
    ['says nothing of itself', (object) => found({ ...object, status: {} }), 'Waiting', /about to be looked at/],
    [
      'is refused',
      (object) => withConditions(object, ({ type }) => (type === 'Accepted' ? { status: 'False', message: 'no' } : {})),
      'Refused',
      /is refused: no$/,
    ],
    ['is paused', paused, 'Waiting', /is paused/],
    [
      'was changed a moment ago',
      (object) =>
        found({
          ...object,
          metadata: {
            ...object.metadata,
            managedFields: [{ time: '2026-11-29T11:59:40Z', fieldsV1: { 'f:spec': {} } }],
          },
        }),
      'Waiting',
      /was changed a moment ago/,
    ],
  ])('%s', async (_, change, state, words) => {
    const answer = await waited({ [what]: change });

    expect(answer.state).toBe(state);
    expect(answer.words).toMatch(words);
    expect(answer.words).toContain(what);
  });

  test('that may not be seen is said to be so', async () => {
    expect(await waited({ [what]: () => ({ missing: 'not allowed' }) })).toEqual({
      state: 'Ready',
      words: `galaxy/billing is Ready in frontier; whether the hub has ${what} of this commit you may not see`,
    });
  });
});

test.each<[string, Change]>([
  ['by its annotation', paused],
  [
    'as Crossplane says',
    (object) =>
      withConditions(object, ({ type }) => (type === 'Synced' ? { status: 'False', reason: 'ReconcilePaused' } : {})),
  ],
])('a Service that is paused %s is not Ready', async (_, service) => {
  expect(await waited({}, service)).toMatchObject({ state: 'Waiting', words: expect.stringContaining('is paused') });
});

test('a Service that could not be looked at is not Ready', async () => {
  const service: Change = (object) =>
    withConditions(object, ({ type }) => (type === 'Synced' ? { status: 'False', message: 'no answer' } : {}));

  expect(await waited({}, service)).toEqual({ state: 'Waiting', words: 'no answer' });
});
