import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cases } from '../../support/cases.ts';
import { make, nothingOutside } from './lives/outside.ts';
import { poll, pollWithout, removeService, round, type Tenant, tenants } from './lives/tenant.ts';

/** What a stranger may have, and what the managed resource is called that finds it. */
const things = {
  'role galaxy_billing_owner': 'spike.owner',
  'role galaxy_billing_writer': 'spike.writer',
  'role galaxy_billing_app': 'spike.app',
  'role galaxy_billing_migrator': 'spike.migrator',
  'namespace galaxy-billing': 'aqua.namespace',
};
const resources = [...Object.values(things), 'spike.database', 'spike.mark', 'spike.schema', 'spike.writer-connect'];
const counted: Record<string, number> = {};

test('what was made before a stranger was seen is proven while the Service is refused, and is its own when it comes again', () => {
  fc.assert(
    fc.property(
      fc.record({
        name: fc.constantFrom(...(Object.keys(things) as (keyof typeof things)[])),
        tenant: fc.nat(2),
        // Providers look in any order, and at some things late: first of all at what the stranger has.
        late: fc.array(fc.subarray(resources, { maxLength: 3 }), { minLength: 1, maxLength: 8 }),
      }),
      ({ name, tenant, late }) => {
        const outside = nothingOutside();
        const one = tenants()[tenant] as Tenant;
        const settle = () => {
          for (let rounds = 0; rounds < 12; rounds += 1) {
            round(one, outside);
            poll(one, outside);
          }
        };

        make(outside, name, 'stranger');
        one.isAsked = true;
        for (const names of late) {
          round(one, outside);
          pollWithout(one, outside, [things[name], ...names]);
        }
        settle();
        expect(one.reason).toBe('NameTaken');
        const made = outside.things.has('database galaxy_billing') ? 'database made' : 'no database';
        counted[made] = (counted[made] ?? 0) + 1;

        removeService(one, outside);
        outside.things.delete(name);
        one.isAsked = true;
        settle();
        expect(one).toMatchObject({ reason: 'Accepted', isProvisioned: true });
      },
    ),
    { numRuns: cases },
  );
  console.log(
    `refused at any moment of the creation, by any of ${Object.keys(things).length} things:`,
    JSON.stringify(counted),
  );
});
