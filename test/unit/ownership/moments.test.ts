import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapValues } from '../../../functions/objects/record.ts';
import { cases } from '../../support/cases.ts';
import { make, nothingOutside, type Outside } from './lives/outside.ts';
import { reconcile } from './lives/provider.ts';
import { poll, removeService, round, type Tenant, tenants } from './lives/tenant.ts';

const database = 'database galaxy_billing';

/** One thing happens: a round, a look of a provider at one resource, or the Service is asked for or removed. */
type Step = { how: 'asks' | 'removes' | 'round' } | { how: 'look'; at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.constantFrom({ how: 'asks' } as const, { how: 'removes' } as const), weight: 1 },
  { arbitrary: fc.constant({ how: 'round' } as const), weight: 4 },
  { arbitrary: fc.record({ how: fc.constant('look' as const), at: fc.nat(40) }), weight: 8 },
);

/** Looks at all that is there, in an order of its own: each life stops at other moments of a creation. */
const wave = fc
  .tuple(
    fc.shuffledSubarray(
      Array.from({ length: 24 }, (_, at) => at),
      { minLength: 12 },
    ),
    fc.nat(7),
  )
  .map(([order, cut]): Step[] => [
    { how: 'round' },
    ...order.map((at): Step => ({ how: 'look', at })),
    ...(cut === 0 ? [{ how: 'removes' } as const, { how: 'asks' } as const] : []),
  ]);
const life = fc
  .array(fc.oneof({ arbitrary: step.map((one) => [one]), weight: 1 }, { arbitrary: wave, weight: 4 }), {
    minLength: 6,
    maxLength: 24,
  })
  .map((parts): Step[] => [{ how: 'asks' }, ...parts.flat()]);

const live = (of: Tenant, outside: Outside, one: Step): void => {
  if (one.how === 'asks') of.isAsked = true;
  if (one.how === 'removes') removeService(of, outside);
  if (one.how === 'round') round(of, outside);
  if (one.how !== 'look') return;
  const managed = Object.values(of.observed).filter(({ spec }) => spec?.providerConfigRef !== undefined);
  const object = managed[one.at % Math.max(managed.length, 1)];
  if (object !== undefined) reconcile(object, outside, of.name);
};

const settle = (of: Tenant, outside: Outside): void => {
  for (let rounds = 0; rounds < 12; rounds += 1) {
    round(of, outside);
    poll(of, outside);
  }
};

// Guard rail: postgres-own-database-only
test('removed at any moment of its creation, a database is gone, or is marked and closed to everybody else; and it comes back', () => {
  const ended = { gone: 0, kept: 0 };
  fc.assert(
    fc.property(life, fc.nat(1), (steps, which) => {
      const [outside, of] = [nothingOutside(), tenants()[which] as Tenant];
      for (const one of steps) {
        live(of, outside, one);
        if (one.how !== 'removes') continue;
        const left = outside.things.get(database);
        ended[left === undefined ? 'gone' : 'kept'] += 1;
        if (left !== undefined) expect(left).toMatchObject({ isOpen: false, schemas: { size: expect.any(Number) } });
        if (left !== undefined)
          expect([...left.schemas].filter((name) => name.startsWith('squadkit_'))).toHaveLength(1);
      }
      of.isAsked = true;
      settle(of, outside);
      expect(of).toMatchObject({ reason: 'Accepted', isProvisioned: true });
      // What somebody was let into stays in production, whatever its life before.
      removeService(of, outside);
      expect(outside.things.has(database)).toBe(of.name === 'production');
    }),
    { numRuns: cases },
  );
  console.log(`removals while being made: ${JSON.stringify(ended)}`);
});

test('what was there before is never dropped, at whatever moment its Service is removed', () => {
  fc.assert(
    fc.property(life, fc.nat(2), (steps, which) => {
      const [outside, of] = [nothingOutside(), tenants()[which] as Tenant];
      make(outside, database, 'stranger');
      for (const one of steps) live(of, outside, one);
      removeService(of, outside);
      expect(outside.things.get(database)).toMatchObject({ maker: 'stranger', number: 1 });
    }),
    { numRuns: cases },
  );
});

/** Who is asked to act by what is said, and what of. */
const movers = ({ conditions }: Tenant): string[] =>
  conditions.flatMap(({ type, reason, message }) =>
    (type === 'ActionNeeded' && reason !== 'Nobody') || (type === 'Provisioned' && reason === 'Failing')
      ? [`${reason}: ${message}`]
      : [],
  );

test.each(tenants().map(({ name }, which) => [name, which] as const))(
  'while it is created in %s nobody is asked to do anything, whichever provider looks first',
  (_, which) => {
    fc.assert(
      fc.property(wave, wave, wave, (...waves) => {
        const [outside, of] = [nothingOutside(), tenants()[which] as Tenant];
        of.isAsked = true;
        for (const one of waves.flat().filter(({ how }) => how === 'look')) {
          round(of, outside);
          const before = mapValues(of.observed, ({ status }) => status);
          live(of, outside, one);
          // What a provider has made it writes down before it says so.
          const after = mapValues(of.observed, ({ status }) => status);
          for (const statuses of [before, after]) {
            for (const [name, object] of Object.entries(of.observed))
              object.status = statuses[name] as Record<string, unknown>;
            round(of, outside);
            expect(movers(of)).toEqual([]);
          }
        }
        settle(of, outside);
        expect(of.isProvisioned).toBe(true);
      }),
      { numRuns: cases },
    );
  },
);
