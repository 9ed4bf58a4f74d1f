import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeOf, timestampOf } from '../../../functions/objects/time.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { cases, manyCases } from '../../support/cases.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [Date.parse('2026-11-28T10:00:00.999Z'), '2026-11-28T10:00:00Z'],
  [8_640_000_000_000_000, '9999-12-31T23:59:59Z'],
  [8_640_000_000_000_001, '9999-12-31T23:59:59Z'],
  [Number.POSITIVE_INFINITY, '9999-12-31T23:59:59Z'],
  [-8_640_000_000_000_000, '0000-01-01T00:00:00Z'],
])('%s is %s', (time, want) => {
  expect(timestampOf(time)).toBe(want);
});

test('any number is a time of Kubernetes, and what can be written is read again', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (time) => {
      expect(timestampOf(time)).toMatch(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/);
    }),
    { numRuns: manyCases },
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(timeOf(timestampOf(seconds * 1000))).toBe(seconds * 1000);
    }),
    { numRuns: manyCases },
  );
});

const billing = example('Service', 'billing');
const { observed: settled } = simulate(billing, exampleRegistry());
const keys = ['pending', 'failed', 'succeeded'].map((word) => `crossplane.io/external-create-${word}`);
const odd = fc.constantFrom(
  ...['+275760-09-13T00:00:00Z', '-271821-04-20T00:00:00Z', '9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '', 'x'],
);

test('no time that stands anywhere in what is observed stops a round', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ name: fc.constantFrom(...Object.keys(settled)), key: fc.constantFrom(...keys), time: odd }),
        { minLength: 1, maxLength: 8 },
      ),
      odd,
      (changes, at) => {
        const observed = copyOf(settled);
        for (const { name, key, time } of changes) {
          const object = observed[name]?.resource as {
            metadata: Record<string, unknown>;
            status: Record<string, unknown>;
          };
          object.metadata = {
            ...object.metadata,
            creationTimestamp: at,
            annotations: { ...(object.metadata.annotations as object), [key]: time },
          };
          object.status = {
            atProvider: { lastPasswordChange: time },
            conditions: [
              { type: 'Synced', status: 'False', message: 'cannot determine creation result', lastTransitionTime: at },
              { type: 'Ready', status: 'True', lastTransitionTime: time },
            ],
          };
        }
        expect(Object.keys(compose(requestFor(billing, observed)).desired?.resources ?? {})).toEqual(
          expect.arrayContaining(Object.keys(settled)),
        );
      },
    ),
    { numRuns: cases },
  );
});
