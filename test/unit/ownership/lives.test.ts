import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cases } from '../../support/cases.ts';
import { make, nothingOutside, type Outside } from './lives/outside.ts';
import { poll, removeService, round, type Tenant, tenants } from './lives/tenant.ts';

const names = [
  ...['owner', 'writer', 'app', 'migrator'].map((role) => `role galaxy_billing_${role}`),
  'database galaxy_billing',
  'namespace galaxy-billing',
];

interface World {
  outside: Outside;
  tenants: Tenant[];
}

/** What may happen, each to one tenant or to one thing. */
const events: Record<string, (world: World, tenant: Tenant, name: string) => void> = {
  asks: (_, tenant) => {
    tenant.isAsked = true;
  },
  removes: ({ outside }, tenant) => removeService(tenant, outside),
  'loses its hub': (_, tenant) => {
    Object.assign(tenant, { isAsked: false, observed: {}, accepted: undefined, conditions: [] });
  },
  'stranger makes': ({ outside }, _, name) => make(outside, name, 'stranger'),
  'administrator drops': (world, _, name) => {
    // What is managed at this moment heals; who swaps a role or a namespace that is in use is not noticed: see the test.
    if (!name.startsWith('database') && world.tenants.some(({ isAsked }) => isAsked)) return;
    world.outside.things.delete(name);
  },
  'server goes or comes': ({ outside }) => {
    outside.isUp = !outside.isUp;
  },
  'right to create goes or comes': ({ outside }) => {
    outside.mayCreate = !outside.mayCreate;
  },
  'provider dies at its next creation': ({ outside }) => {
    outside.diesAtNext = true;
  },
  'role resets itself': ({ outside }, _, name) => {
    const thing = outside.things.get(name);
    // PostgreSQL keeps what the role may not set.
    if (thing && name.startsWith('role')) thing.says = { 'squadkit.mark': thing.says['squadkit.mark'] ?? '' };
  },
  'SRE widens': ({ outside }, tenant) => {
    for (const { spec } of Object.values(tenant.observed)) {
      if (JSON.stringify(spec?.managementPolicies) === '["Observe","Create"]' && spec) spec.managementPolicies = ['*'];
    }
    round(tenant, outside);
  },
};

const run = (steps: { event: string; tenant: number; name: string }[]): World => {
  const world = { outside: nothingOutside(), tenants: tenants() };
  for (const { event, tenant, name } of steps) {
    events[event]?.(world, world.tenants[tenant] as Tenant, name);
    settle(world);
  }

  return world;
};

const settle = ({ outside, tenants: all }: World): void => {
  for (let rounds = 0; rounds < 6; rounds += 1) {
    for (const tenant of all) {
      round(tenant, outside);
      poll(tenant, outside);
    }
  }
};

const step = fc.record({
  // Who has asked for nothing has nothing to lose.
  event: fc.constantFrom(...Object.keys(events), 'asks', 'asks', 'asks', 'removes'),
  tenant: fc.nat(2),
  name: fc.constantFrom(...names),
});

/** What has led to trouble, told of any tenant and any thing, with anything between. */
const stories = [
  ['right to create goes or comes', 'asks', 'stranger makes', 'right to create goes or comes', 'removes'],
  ['provider dies at its next creation', 'asks', 'administrator drops', 'stranger makes', 'removes'],
  ['asks', 'administrator drops', 'stranger makes', 'SRE widens', 'removes'],
  ['asks', 'removes', 'administrator drops', 'stranger makes', 'asks', 'removes'],
  ['asks', 'server goes or comes', 'administrator drops', 'stranger makes', 'server goes or comes', 'removes'],
  // The last word about what is gone is lost while the server is away.
  ['asks', 'server goes or comes', 'administrator drops', 'stranger makes', 'removes'],
  ['asks', 'administrator drops', 'stranger makes', 'server goes or comes', 'removes'],
];
const life = fc
  .array(
    fc.oneof(
      { arbitrary: fc.array(step, { minLength: 1, maxLength: 3 }), weight: 1 },
      {
        arbitrary: fc
          .record({ story: fc.constantFrom(...stories), tenant: fc.nat(2), name: fc.constantFrom(...names) })
          .map(({ story, tenant, name }) => story.map((event) => ({ event, tenant, name }))),
        weight: 2,
      },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.flat());
const counted: Record<string, number> = {};

// Guard rail: nothing-foreign-is-taken
test('whatever happens, and in whatever order, nobody changes or ends what another has made', () => {
  fc.assert(
    fc.property(life, (steps) => {
      const { outside, tenants: all } = run(steps);
      for (const { event } of steps) counted[event] = (counted[event] ?? 0) + 1;
      for (const { reason } of all) counted[`ended ${reason}`] = (counted[`ended ${reason}`] ?? 0) + 1;

      expect(outside.touched.filter(({ by, whose }) => by !== whose)).toEqual([]);
      expect(
        outside.touched.filter(
          // One that is open to everybody has not begun: nothing is in it (functions/providers/postgres/beginning.ts).
          ({ by, how, what, wasBegun }) =>
            by === 'production' && how === 'delete' && what.startsWith('data') && wasBegun,
        ),
      ).toEqual([]);
    }),
    { numRuns: cases },
  );
  console.log(
    `lives of ${Object.keys(events).length} events on ${names.length} things by 3 tenants:`,
    JSON.stringify(counted),
  );
});

test.each([0, 1, 2])(
  'of tenant %d a database that is gone is said to be gone also while nobody can look, until it is back',
  (of) => {
    const on = (events: string[]) => events.map((event) => ({ event, tenant: of, name: 'database galaxy_billing' }));
    const world = run(on(['asks', 'administrator drops', 'stranger makes']));
    const tenant = world.tenants[of] as Tenant;
    expect(tenant.reason).toBe('DataGone');
    world.outside.isUp = false;
    settle(world);
    expect(tenant.reason).toBe('DataGone');
    world.outside.isUp = true;
    settle(world);
    expect(tenant.reason).toBe('DataGone');

    // As the message says: what is there is handed over by the mark.
    const [, mark] = Object.entries(tenant.observed).find(([name]) => name.endsWith('.mark')) ?? [];
    const name = mark?.metadata?.annotations?.['crossplane.io/external-name'] ?? '';
    world.outside.things.get('database galaxy_billing')?.schemas.add(name);
    settle(world);
    expect(tenant.reason).toBe('Accepted');
  },
);

test('who is alone gets everything back: removed, with another hub of its name, after an outage, with roles that reset themselves', () => {
  const own = ['asks', 'removes', 'loses its hub', 'server goes or comes', 'role resets itself', 'SRE widens'];
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 14 }), fc.nat(2), (steps, tenant) => {
      const mine = steps.filter(({ event }) => own.includes(event)).map((one) => ({ ...one, tenant }));
      const first = { event: 'asks', tenant, name: names[0] as string };
      const world = run([first, ...mine]);
      const [name] = world.outside.things.keys();
      expect(name).toBeDefined();
      world.outside.isUp = true;
      (world.tenants[tenant] as Tenant).isAsked = true;
      settle(world);
      settle(world);

      expect(world.tenants[tenant]).toMatchObject({ reason: 'Accepted', isProvisioned: true });
      const isKept = tenant === 0 || !mine.some(({ event }) => event === 'removes');
      const database = world.outside.things.get('database galaxy_billing');
      if (isKept)
        expect(world.outside.touched.filter(({ how, what }) => how === 'delete' && what.startsWith('data'))).toEqual(
          [],
        );
      expect(database?.maker).toBe(world.tenants[tenant]?.name);
    }),
    { numRuns: cases },
  );
});
