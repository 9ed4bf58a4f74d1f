import { expect, test } from 'vitest';
import { resume } from '../../../functions/waiting/resume.ts';

const unknown =
  'cannot determine creation result - remove the crossplane.io/external-create-pending annotation if it is safe to proceed';
const at = (seconds: number): string => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}Z`;
const now = Date.parse(at(30));

/** A managed resource by when its creation began, succeeded and failed, and what it complained about when. */
const managed = (
  { pending, succeeded, failed }: { pending?: number; succeeded?: number; failed?: number },
  complaint?: { message: string; since: number },
) => ({
  apiVersion: 'v1',
  kind: 'Role',
  metadata: {
    annotations: Object.fromEntries(
      Object.entries({ pending, succeeded, failed }).flatMap(([key, seconds]) =>
        seconds === undefined ? [] : [[`crossplane.io/external-create-${key}`, at(seconds)]],
      ),
    ),
  },
  status: {
    conditions: complaint
      ? [{ type: 'Synced', status: 'False', message: complaint.message, lastTransitionTime: at(complaint.since) }]
      : [],
  },
});

const failed = (seconds: number) => ({ 'crossplane.io/external-create-failed': at(seconds) });

test.each([
  {
    name: 'calls a creation failed of which nothing is known',
    object: managed({ pending: 10 }, { message: unknown, since: 12 }),
    want: failed(11),
  },
  {
    name: 'says so as long as no later creation has begun',
    object: managed({ pending: 10, failed: 11 }),
    want: failed(11),
  },
  {
    name: 'says nothing any more when a later one has succeeded',
    object: managed({ pending: 20, succeeded: 21, failed: 11 }),
    want: {},
  },
  {
    name: 'does not touch a creation that is going on',
    object: managed({ pending: 10 }),
    want: {},
  },
  {
    name: 'does not take an old complaint for one about the creation that is going on',
    object: managed({ pending: 20, failed: 11 }, { message: unknown, since: 12 }),
    want: {},
  },
  {
    name: 'does not own what the provider wrote itself',
    object: managed({ pending: 10, failed: 15 }, { message: 'connection refused', since: 15 }),
    want: {},
  },
  {
    name: 'leaves other failures to the provider',
    object: managed({ pending: 10 }, { message: 'connection refused', since: 12 }),
    want: {},
  },
  { name: 'has nothing to say of what was adopted', object: managed({}), want: {} },
])('$name', ({ object, want }) => {
  expect(resume(object, now)).toEqual(want);
});

test('a complaint that was never renewed counts when nobody can be at it any more', () => {
  const diedAgain = managed({ pending: 20, failed: 11 }, { message: unknown, since: 12 });

  expect(resume(diedAgain, Date.parse(at(20)) + 120_000)).toEqual({});
  expect(resume(diedAgain, Date.parse(at(20)) + 120_001)).toEqual(failed(21));
});

test('what cannot be read is left alone', () => {
  const object = {
    apiVersion: '',
    kind: '',
    metadata: { annotations: { 'crossplane.io/external-create-pending': '?' } },
  };

  expect(resume(object, now)).toEqual({});
});
