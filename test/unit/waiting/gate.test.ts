import { describe, expect, test } from 'vitest';
import type { Observed } from '../../../functions/objects/resource.ts';
import type { Composed } from '../../../functions/waiting/composed.ts';
import { gate } from '../../../functions/waiting/gate.ts';

const database = { apiVersion: 'v1', kind: 'Database', spec: { providerConfigRef: { name: 'frontier.spike' } } };
const schema = { apiVersion: 'v1', kind: 'Schema', spec: { providerConfigRef: { name: 'frontier.spike' } } };
const composed: Record<string, Composed> = {
  database: { object: database },
  schema: { object: schema, after: ['database'] },
};

const seen = (object: object, connection = {}): Observed => ({ object: { ...database, ...object }, connection });
const conditions = (ready: string, synced = 'True') => ({
  status: {
    conditions: [
      { type: 'Ready', status: ready },
      { type: 'Synced', status: synced },
    ],
  },
});
const pending = '2026-01-01T00:00:01Z';
const annotated = (annotations: Record<string, string>) => ({ metadata: { annotations } });

test.each([
  { name: 'creates what waits for nothing', observed: {}, want: { database: false } },
  {
    name: 'waits while the predecessor is only asked for',
    observed: { database: seen({}) },
    want: { database: false },
  },
  {
    name: 'opens once the predecessor is ready',
    observed: { database: seen(conditions('True')) },
    want: { database: true, schema: false },
  },
  {
    name: 'opens once the predecessor was created, before it is ready',
    observed: { database: seen(annotated({ 'crossplane.io/external-create-succeeded': pending })) },
    want: { database: false, schema: false },
  },
  {
    name: 'opens once the predecessor was created in the second in which that began',
    observed: {
      database: seen(
        annotated({
          'crossplane.io/external-create-succeeded': pending,
          'crossplane.io/external-create-pending': pending,
        }),
      ),
    },
    want: { database: false, schema: false },
  },
  {
    name: 'waits while the first creation of the predecessor is pending',
    observed: { database: seen(annotated({ 'crossplane.io/external-create-pending': pending })) },
    want: { database: false },
  },
  {
    name: 'calls ready what is Ready and says nothing of its last sync',
    observed: { database: seen({ status: { conditions: [{ type: 'Ready', status: 'True' }] } }) },
    want: { database: true, schema: false },
  },
  {
    name: 'waits while a later creation of the predecessor is pending',
    observed: {
      database: seen(
        annotated({
          'crossplane.io/external-create-succeeded': pending,
          'crossplane.io/external-create-pending': '2026-01-01T00:00:02Z',
        }),
      ),
    },
    want: { database: false },
  },
  {
    name: 'keeps what exists when the predecessor is gone',
    observed: { schema: seen({}) },
    want: { database: false, schema: false },
  },
  {
    name: 'keeps what exists when the predecessor stops being ready',
    observed: { database: seen(conditions('False')), schema: seen(conditions('True')) },
    want: { database: false, schema: true },
  },
  {
    name: 'does not call ready what failed to sync',
    observed: { database: seen(conditions('True', 'False')) },
    want: { database: false, schema: false },
  },
  {
    name: 'keeps what exists when it cannot be read',
    observed: { database: { object: { apiVersion: '', kind: '' }, connection: {} } },
    want: { database: false, schema: false },
  },
])('$name', ({ observed, want }) => {
  const { resources } = gate(composed, observed as Record<string, Observed>);

  expect(Object.fromEntries(Object.entries(resources).map(([name, { ready }]) => [name, ready]))).toEqual(want);
});

test('says what each resource waits for', () => {
  expect(gate(composed, {}).waiting).toEqual({ schema: ['database'] });
  expect(gate({ secret: { object: database, hold: 'credentials' } }, {}).waiting).toEqual({ secret: ['credentials'] });
});

test('a closed gate creates nothing and keeps everything', () => {
  const gated = gate(composed, { schema: seen({}) }, 'zone frontier');

  expect(Object.keys(gated.resources)).toEqual(['schema']);
  expect(gated.waiting).toEqual({ database: ['zone frontier'] });
});

test('the order in which something was composed is not to be seen', () => {
  const three = { c: { object: database, after: ['z', 'y'] }, b: { object: database }, a: { object: database } };

  expect(Object.keys(gate(three, {}).resources)).toEqual(['a', 'b']);
  expect(gate(three, {}).waiting).toEqual({ c: ['y', 'z'] });
});

describe("what could be somebody else's", () => {
  const claim = {
    thing: 'database billing',
    where: 'spike in zone frontier',
    free: 'drop it',
    handOver: 'by a statement',
  };
  const owned = (ownership: 'Ours' | 'Foreign'): Composed => ({ object: database, claim: { ...claim, ownership } });
  /** Looked at by its provider since it was last changed. */
  const inForce = {
    metadata: { generation: 2 },
    status: {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Synced', status: 'True', observedGeneration: 2 },
      ],
    },
  };
  const readiness = (one: Composed, observed: Observed) => gate({ one }, { one: observed }).resources.one?.ready;

  test('is ready only if it is ours', () => {
    expect(readiness(owned('Ours'), seen(inForce))).toBe(true);
    expect(readiness(owned('Foreign'), seen(inForce))).toBe(false);
  });

  test('is not ready before its provider has looked at what it is asked for now', () => {
    expect(readiness(owned('Ours'), seen({ ...inForce, metadata: { generation: 3 } }))).toBe(false);
    const silent = { metadata: { generation: 2 }, status: { conditions: [{ type: 'Ready', status: 'True' }] } };
    expect(readiness(owned('Ours'), seen(silent))).toBe(false);
  });

  test('need not have a spec', () => {
    const bare = { apiVersion: 'v1', kind: 'Database' };

    expect(readiness({ ...owned('Ours'), object: bare }, { object: { ...bare, ...inForce }, connection: {} })).toBe(
      true,
    );
  });
});

test('a predecessor that is there counts, although it is no longer composed', () => {
  const { schema: only } = composed;

  expect(Object.keys(gate({ schema: only as Composed }, { database: seen(conditions('True')) }).resources)).toEqual([
    'schema',
  ]);
});

test('what somebody deletes outside is not ready, and nothing is built on it', () => {
  const going = {
    ...conditions('True').status,
    atProvider: { manifest: { kind: 'Namespace', metadata: { deletionTimestamp: pending } } },
  };
  const gated = gate(composed, { database: seen({ status: going }) });

  expect(gated.resources.database?.ready).toBe(false);
  expect(Object.keys(gated.resources)).toEqual(['database']);
});
