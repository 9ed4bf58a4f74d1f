import { describe, expect, test } from 'vitest';
import type { KubernetesObject, Observed } from '../../../functions/objects/resource.ts';
import { wake } from '../../../functions/waiting/wake.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const desired = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Role',
  metadata: { name, annotations: { kept: 'yes' } },
});

/** A managed resource that works, or fails, since then; and when it was asked to try again. */
const observed = (status: 'True' | 'False', seconds: number, asked?: string): Observed => ({
  object: {
    apiVersion: 'v1',
    kind: 'Role',
    metadata: asked === undefined ? {} : { annotations: { 'squadkit.io/try-again': asked } },
    spec: { providerConfigRef: { name: 'frontier.spike' } },
    status: { conditions: [{ type: 'Synced', status, lastTransitionTime: at(seconds) }] },
  },
  connection: {},
});

/** The desired annotations by resource. */
const annotations = (seen: Record<string, Observed>, seconds: number, pause = 10) => {
  const resources = Object.fromEntries(
    Object.keys(seen).map((name) => [name, { object: desired(name), ready: false }]),
  );
  const awake = wake(resources, seen, { now: start + seconds * 1000, pause, isRepeatable: true });

  return Object.fromEntries(
    Object.entries(awake).map(([name, { object }]) => [name, object.metadata?.annotations?.['squadkit.io/try-again']]),
  );
};

describe('without a sign that the server is back', () => {
  test.each([
    { name: 'nobody is asked in the first half minute', seconds: 29, want: {} },
    { name: 'then one is', seconds: 30, want: { owner: at(30) } },
  ])('$name', ({ seconds, want }) => {
    expect(annotations({ owner: observed('False', 0), writer: observed('False', 1) }, seconds)).toEqual({
      owner: undefined,
      writer: undefined,
      ...want,
    });
  });

  test('not before the next round is due, whoever calls meanwhile', () => {
    const seen = { owner: observed('False', 0, at(30)), writer: observed('False', 1) };

    expect(annotations(seen, 37)).toEqual({ owner: at(30), writer: undefined });
    expect(annotations(seen, 38)).toEqual({ owner: at(30), writer: at(38) });
    expect(annotations(seen, 38, 60)).toEqual({ owner: at(30), writer: undefined });
    expect(annotations(seen, 78, 60)).toEqual({ owner: at(30), writer: at(78) });
  });

  test('they are asked in turns', () => {
    const seen = { owner: observed('False', 0, at(60)), writer: observed('False', 1, at(50)) };

    expect(annotations(seen, 70)).toEqual({ owner: at(60), writer: at(70) });
  });

  test('a clock that was set back does not silence it', () => {
    const seen = { owner: observed('False', -7200, at(0)) };

    expect(annotations(seen, -3600)).toEqual({ owner: at(-3600) });
  });
});

describe('when another one works again', () => {
  test('all are asked once, with its time and not that of the clock', () => {
    const seen = { owner: observed('True', 100), writer: observed('False', 0, at(90)), app: observed('False', 1) };

    expect(annotations(seen, 101)).toEqual({ owner: undefined, writer: at(100), app: at(100) });
    expect(annotations({ ...seen, app: observed('False', 1, at(100)), writer: observed('True', 101) }, 102)).toEqual({
      owner: undefined,
      writer: undefined,
      app: at(101),
    });
  });

  test('one that failed later is not', () => {
    expect(annotations({ owner: observed('True', 100), writer: observed('False', 100) }, 101)).toEqual({
      owner: undefined,
      writer: undefined,
    });
  });
});

describe('when what it builds on was made anew', () => {
  const madeAt = (resource: Observed, seconds: number, created: number): Observed => {
    resource.object.metadata = {
      ...resource.object.metadata,
      creationTimestamp: at(created),
      annotations: { ...resource.object.metadata?.annotations, 'crossplane.io/external-create-succeeded': at(seconds) },
    };
    return resource;
  };
  const asked = (grant: Observed) => {
    const seen = { app: madeAt(observed('True', 100), 100, 99), grant };
    const resources = { grant: { object: desired('grant'), ready: true } };
    const options = { now: start + 101_000, pause: 600, isRepeatable: true, after: { grant: ['app', 'absent'] } };
    return wake(resources, seen, options).grant?.object.metadata?.annotations?.['squadkit.io/try-again'];
  };

  test.each([
    { name: 'one that was there before is asked', grant: madeAt(observed('True', 5), 5, 4), want: at(100) },
    { name: 'once', grant: madeAt(observed('True', 5, at(100)), 5, 4), want: at(100) },
    { name: 'and again the next time', grant: madeAt(observed('True', 5, at(50)), 5, 4), want: at(100) },
    { name: 'one that was created after it is not', grant: madeAt(observed('True', 101), 101, 100), want: undefined },
  ])('$name', ({ grant, want }) => {
    expect(asked(grant)).toBe(want);
  });
});

test('what works keeps its annotation, because taking it away would wake it', () => {
  expect(annotations({ owner: observed('True', 0, at(5)) }, 1000)).toEqual({ owner: at(5) });
});

test('a resource keeps everything else, and what is no managed resource is left alone', () => {
  const secret: Observed = { object: { apiVersion: 'v1', kind: 'Secret' }, connection: {} };
  const resources = {
    binding: { object: desired('binding'), ready: true },
    created: { object: desired('created'), ready: false },
    owner: { object: desired('owner'), ready: false },
  };
  const awake = wake(
    resources,
    { binding: secret, owner: observed('False', 0) },
    { now: start + 60_000, pause: 1, isRepeatable: true },
  );

  expect(awake.binding).toBe(resources.binding);
  expect(awake.created).toBe(resources.created);
  expect(awake.owner?.object.metadata?.annotations).toEqual({ kept: 'yes', 'squadkit.io/try-again': at(60) });
});

test('only a creation that may be repeated is called failed', () => {
  const pending = observed('False', 20);
  pending.object.metadata = { annotations: { 'crossplane.io/external-create-pending': at(10) } };
  pending.object.status = {
    conditions: [
      { type: 'Synced', status: 'False', message: 'cannot determine creation result', lastTransitionTime: at(20) },
    ],
  };
  const owner = { object: desired('owner'), ready: false };
  const failed = (isRepeatable: boolean) =>
    wake({ owner }, { owner: pending }, { now: start + 21_000, pause: 1, isRepeatable }).owner?.object.metadata
      ?.annotations?.['crossplane.io/external-create-failed'];

  expect(failed(true)).toBe('2026-01-01T00:00:11Z');
  expect(failed(false)).toBeUndefined();
});

describe('what was looked for before it is made, and not found', () => {
  const absent = (seconds: number): Observed => {
    const resource = observed('False', seconds);
    const conditions = [
      {
        ...{ type: 'Synced', status: 'False', lastTransitionTime: at(seconds) },
        message: 'observe failed: external resource does not exist',
      },
    ];

    return { ...resource, object: { ...resource.object, status: { conditions } } };
  };

  test('is no failure: nobody is asked because another has worked since', () => {
    expect(annotations({ database: absent(0), owner: observed('True', 1) }, 2)).toEqual({});
  });

  test('is looked for again where nothing comes of it', () => {
    expect(annotations({ database: absent(0), owner: observed('True', 1) }, 30)).toEqual({ database: at(30) });
  });
});
