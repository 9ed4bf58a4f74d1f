import { expect, test } from 'vitest';
import { isFailure } from '../../cluster/support/failures.ts';

const unknown =
  'cannot determine creation result - remove the crossplane.io/external-create-pending annotation if it is safe to proceed';
const role = (results: Record<string, string>) => ({
  apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
  kind: 'Role',
  metadata: {
    name: 'billing.frontier.spike.app',
    annotations: Object.fromEntries(
      Object.entries(results).map(([result, time]) => [`crossplane.io/external-create-${result}`, time]),
    ),
  },
});
const [first, second] = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:02Z'];

test.each([
  ['a creation that was seen to succeed', unknown, role({ pending: first, succeeded: first }), false],
  ['one that succeeded a moment later', unknown, role({ pending: first, succeeded: second }), false],
  ['one that has not succeeded', unknown, role({ pending: first }), true],
  ['one that succeeded before and has begun again', unknown, role({ pending: second, succeeded: first }), true],
  ['one that was called failed', unknown, role({ pending: first, succeeded: second, failed: first }), true],
  ['one of which nothing is left', unknown, undefined, true],
  ['a database that is not there before it is made', 'external resource does not exist', role({}), false],
  ['any other warning', 'cannot create role: no', role({ pending: first, succeeded: first }), true],
])('a provider that complains of %s: a failure or not', (_, message, object, expected) => {
  expect(isFailure(message, object)).toBe(expected);
});
