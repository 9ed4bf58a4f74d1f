import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { isSame } from '../../../../functions/objects/same.ts';
import { cases } from '../../../support/cases.ts';
import { example, exampleRegistry } from '../../../support/examples.ts';
import { acceptedOf, type Done, edit, type Life, reconcile, settle } from '../../../support/life.ts';

type Spec = Record<string, unknown>;

const postgres = (settings: Spec = {}) => ({ name: 'spike', provider: 'postgres', postgres: settings });
const kubernetes = { name: 'aqua', provider: 'kubernetes' };
const inZone = (name: string, ...components: object[]): Spec => ({
  dataClass: 'internal',
  zones: [{ name, components }],
});

const componentsOf = (zone: KubernetesObject) => zone.spec?.components as { name: string; [block: string]: unknown }[];
const zoneWith = (zone: KubernetesObject, change: (component: Record<string, Spec>) => void): Spec => {
  const spec = structuredClone(zone.spec) as Spec;
  for (const component of spec.components as Record<string, Spec>[]) change(component);
  return spec;
};

/** Of each kind: what is accepted, what is refused, and what nobody can make anything of. */
const kinds: Record<string, { name: string; good: Spec[]; bad: Spec[] }> = {
  Service: {
    name: 'billing',
    good: [
      inZone('frontier', postgres(), kubernetes),
      inZone('frontier', postgres({ readers: true, extensions: ['pg_trgm'], connections: 30 })),
      inZone('frontier', postgres({ connections: 5 }), kubernetes),
      inZone('frontier', kubernetes),
    ],
    bad: [
      inZone('nowhere', postgres()),
      inZone('meadow', postgres(), kubernetes),
      inZone('frontier', postgres({ extensions: ['postgis'] }), kubernetes),
      inZone('frontier', postgres({ connections: 61, readers: true })),
      inZone('frontier', { ...kubernetes, name: 'nile' }),
      { zones: 'none' },
    ],
  },
  Zone: {
    name: 'frontier',
    good: [
      example('Zone', 'frontier').spec as Spec,
      { ...(example('Zone', 'frontier').spec as Spec), lifecycle: 'Closed' },
      zoneWith(example('Zone', 'frontier'), (component) => {
        if (component.postgres) component.postgres.connections = { default: 10, max: 40, total: 950 };
      }),
    ],
    bad: [
      { ...(example('Zone', 'frontier').spec as Spec), components: [componentsOf(example('Zone', 'frontier'))[1]] },
      {
        ...(example('Zone', 'frontier').spec as Spec),
        components: [
          ...componentsOf(example('Zone', 'frontier')),
          { ...componentsOf(example('Zone', 'frontier'))[0], name: 'taken' },
        ],
      },
      { environment: 'moon' },
    ],
  },
  Squad: {
    name: 'galaxy',
    good: [
      { group: 'galaxy', zoneSelector: { matchLabels: { 'squadkit.io/environment': 'production' } } },
      { group: 'nebula', ownerGroup: 'stars', zoneSelector: { matchLabels: {} } },
      { group: 'galaxy', zoneSelector: { matchLabels: {} }, lifecycle: 'Closed' },
    ],
    bad: [
      { group: 'system:masters', zoneSelector: { matchLabels: {} } },
      { group: 'galaxy', deployerGroup: 'galaxy', zoneSelector: { matchLabels: {} } },
      { zoneSelector: 'all' },
    ],
  },
};

/** What the platform says besides: of a Squad and a Zone that a Service depends on. */
const squadSays = (life: Life, spec: Spec): void => {
  life.registry = life.registry.map((object) =>
    object.kind === 'Squad' && object.metadata?.name === 'galaxy'
      ? { ...object, spec: { ...object.spec, ...spec } }
      : object,
  );
};
const zoneSays = (life: Life, change: (component: Record<string, Spec>) => void): void => {
  life.registry = life.registry.map((object) =>
    object.kind === 'Zone' && object.metadata?.name === 'frontier'
      ? { ...object, spec: zoneWith(object, change) }
      : object,
  );
};

/** What may stand where the accepted document is kept, and is none. */
const noStatus = [
  null,
  'x',
  [],
  {},
  { generation: 'x', spec: {} },
  { generation: 1, spec: { zones: 7 } },
  { spec: {} },
];
const unreadable = ['nothing', ...noStatus.map((accepted) => JSON.stringify(accepted))];

/** Lives in which something that was made is gone. */
const hasLost = new WeakSet<Life>();

const events: Record<string, (life: Life, pick: number) => void> = {
  'a good edit': (life, pick) => {
    const { good } = kinds[life.composite.kind] as { good: Spec[] };
    edit(life, good[pick % good.length] as Spec);
  },
  'a bad edit': (life, pick) => {
    const { bad } = kinds[life.composite.kind] as { bad: Spec[] };
    edit(life, bad[pick % bad.length] as Spec);
  },
  'another group': (life, pick) => squadSays(life, { group: `group${pick % 3}` }),
  'owners come or go': (life, pick) => squadSays(life, { ownerGroup: pick % 2 === 0 ? 'owners' : undefined }),
  'zone for others': (life, pick) =>
    squadSays(life, {
      zoneSelector: { matchLabels: { 'squadkit.io/environment': pick % 2 === 0 ? 'production' : 'engineering' } },
    }),
  'fewer connections': (life, pick) =>
    zoneSays(life, (component) => {
      if (component.postgres) component.postgres.connections = { default: 3 + (pick % 9), max: 20 + (pick % 41) };
    }),
  'the squad closes or opens': (life, pick) => squadSays(life, { lifecycle: pick % 2 === 0 ? 'Closed' : 'Open' }),
  'the zone closes or opens': (life, pick) => {
    life.registry = life.registry.map((object) =>
      object.kind === 'Zone' && object.metadata?.name === 'frontier'
        ? { ...object, spec: { ...object.spec, lifecycle: pick % 2 === 0 ? 'Closed' : 'Open' } }
        : object,
    );
  },
  'tokens end or begin': (life, pick) =>
    zoneSays(life, (component) => {
      if (component.kubernetes) component.kubernetes.deployers = pick % 2 === 0 ? 'group' : 'token';
    }),
  'a status lost': (life) => {
    life.composite = { ...life.composite, status: { conditions: life.composite.status?.conditions } };
  },
  'a status that is none': (life, pick) => {
    const accepted = noStatus[pick % noStatus.length];
    life.composite = { ...life.composite, status: { ...life.composite.status, accepted } };
  },
  'a resource lost': (life, pick) => {
    hasLost.add(life);
    const names = Object.keys(life.observed);
    delete life.observed[names[pick % Math.max(1, names.length)] ?? ''];
  },
  'an apply error': (life, pick) => check(life, reconcile(life, pick % 40)),
  rounds: (life) => check(life, settle(life)),
  'a round': (life) => check(life, reconcile(life)),
};

const counted: Record<string, number> = {};
const count = (what: string): void => {
  counted[what] = (counted[what] ?? 0) + 1;
};

const isAccess = (name: string): boolean =>
  /^frontier\.aqua\.((members|owners|guests)-|deployer|kubeconfig)/.test(name);

/** Whether it only proves that what is there is ours: what is made and not proven would be a stranger's. */
const provesOne = (name: string, { before }: Done): boolean =>
  name.endsWith('.mark') && before.had.includes(name.replace(/mark$/, 'database'));

/** What holds after every round, whatever happened before. */
const check = (life: Life, done: Done): void => {
  const isRefused = done.conditions.Accepted?.status === 3;
  const group = life.registry.find(({ kind, metadata }) => kind === 'Squad' && metadata?.name === 'galaxy')?.spec
    ?.group;
  count(`${life.composite.kind}: ${done.isFatal ? 'fatal' : isRefused ? 'refused, goes on' : 'accepted'}`);
  if (done.isFatal) {
    // Everything stays as it is, and only where nothing is in force.
    expect(done.conditions.Accepted?.status).toBe(3);
    // Or where something is there that it does not know again, since what it was known by is gone (keptAnswer).
    if (!hasLost.has(life)) expect(unreadable).toContain(JSON.stringify(done.before.accepted) ?? 'nothing');
    expect(done.desired).toEqual({});
    count(`fatal for ${done.reason}`);
    return;
  }
  // Conditions are enough: events have a budget.
  expect(done.results).toBe(0);
  if (life.composite.kind === 'Service') {
    for (const [name, object] of Object.entries(done.desired)) {
      if (!name.startsWith('frontier.aqua.members')) continue;
      expect(JSON.stringify(object.spec)).toContain(`"name":"oidc:${group}"`);
    }
  }
  if (isRefused) {
    expect(done.deleted.filter((name) => !isAccess(name))).toEqual([]);
    expect(done.created.filter((name) => !done.before.had.includes(name) && !provesOne(name, done))).toEqual([]);
    // Of the document that is there it is not said: what refuses it now was not known when it was accepted.
    const isAsked = isSame((done.before.accepted as { spec?: unknown } | undefined)?.spec, life.composite.spec);
    expect(
      /The document accepted last \(generation \d+\) stays in force\.$/.test(done.conditions.Accepted?.message ?? ''),
    ).toBe(!isAsked);
    count(isAsked ? 'refused later' : 'refused beside an accepted one');
    return;
  }
  // Nothing is made of a document before it is written that it was accepted.
  if (done.created.length > 0) {
    expect((done.before.accepted as { spec?: unknown } | undefined)?.spec).toEqual(life.composite.spec);
  }
};

const step = fc.record({
  event: fc.constantFrom(...Object.keys(events), 'a bad edit', 'a bad edit', 'rounds', 'rounds'),
  pick: fc.nat(1000),
});

const begin = (kind: string): Life => {
  const registry = exampleRegistry();
  const { name, good } = kinds[kind] as { name: string; good: Spec[] };
  const composite = { ...example(kind, name), status: {}, spec: good[0] as Spec };
  composite.metadata = { ...composite.metadata, generation: 1 };
  const taken = {
    apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
    kind: 'ClusterProviderConfig',
    metadata: { name: 'frontier.taken' },
  };

  return { composite, observed: {}, had: new Set(), registry: [...registry, taken] };
};

// Guard rail: refusal-changes-nothing
test.each(Object.keys(kinds))('whatever happens to a %s, what was accepted goes on and nothing else', (kind) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 14 }), (steps) => {
      const life = begin(kind);
      for (const { event, pick } of steps) {
        count(event);
        events[event]?.(life, pick);
        check(life, reconcile(life));
      }

      // Whatever was lost has cost nothing but time.
      const { good } = kinds[kind] as { good: Spec[] };
      const fresh = begin(kind);
      life.registry = fresh.registry;
      edit(life, good[0] as Spec);
      edit(fresh, good[0] as Spec);
      settle(life);
      settle(fresh);
      expect(Object.keys(life.observed).sort()).toEqual(Object.keys(fresh.observed).sort());
      expect((acceptedOf(life) as { spec: unknown }).spec).toEqual(good[0]);
    }),
    { numRuns: cases },
  );
});

// Fewer lives, as the mutation run has them, need not have all of them.
test.skipIf(cases < 30)('every sort of event and of round has happened', () => {
  console.log(JSON.stringify(counted));
  for (const event of Object.keys(events)) expect(counted[event], event).toBeGreaterThan(0);
  for (const kind of Object.keys(kinds)) {
    for (const end of ['fatal', 'refused, goes on', 'accepted'])
      expect(counted[`${kind}: ${end}`], `${kind} ${end}`).toBeGreaterThan(0);
  }
});
