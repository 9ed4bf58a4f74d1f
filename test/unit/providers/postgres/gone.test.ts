import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { afterAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { compose } from '../../../support/compose.ts';
import { example, exampleRegistry } from '../../../support/examples.ts';
import { getsIn, isEnded, reaches, rightsOf } from '../../../support/postgres-rights.ts';
import { copyOf, requestFor } from '../../../support/request.ts';

interface Asked {
  zones: string[];
  readers: boolean;
  components?: string[];
}

/** A Service of quasar with a database and a namespace in each of these zones. */
const asking = ({ zones, readers, components = ['spike', 'aqua'] }: Asked): KubernetesObject => ({
  ...example('Service', 'catalog'),
  metadata: { name: 'catalog', namespace: 'quasar', generation: 1 },
  spec: {
    zones: zones.map((name) => ({
      name,
      components: [
        { name: 'spike', provider: 'postgres', postgres: { readers } },
        { name: 'aqua', provider: 'kubernetes' },
      ].filter((component) => components.includes(component.name)),
    })),
  },
});
const both = { zones: ['frontier', 'meadow'], readers: true };
const made = asking(both);
const settled = simulate(made, exampleRegistry()).observed;
const objectOf = (resource: Resource | undefined) => resource?.resource as unknown as KubernetesObject;

/** What version 0.1.0 had made of it: the schema is the owner role's, which needs no grant. */
const earlier = (steps: number): Record<string, Resource> => {
  let observed = copyOf(settled);
  for (const zone of both.zones) {
    delete observed[`${zone}.spike.owner-usage`];
    const spec = objectOf(observed[`${zone}.spike.schema`]).spec ?? {};
    spec.forProvider = { ...(spec.forProvider as object), role: 'quasar_catalog_owner' };
    // Version 0.1.0 kept them: only a round of this version lets them go.
    const { spec: writer = {} } = objectOf(observed[`${zone}.spike.writer-usage`]);
    writer.managementPolicies = ['Observe', 'Create', 'Update'];
  }
  for (let step = 0; step < steps; step += 1) observed = afterRound(made, observed);

  return observed;
};

/** What is there when what a round asks for has come true. */
const afterRound = (service: KubernetesObject, observed: Record<string, Resource>): Record<string, Resource> => {
  const desired = compose(requestFor(service, observed)).desired?.resources ?? {};
  const after: Record<string, Resource> = {};
  for (const [name, resource] of Object.entries(desired)) {
    const object = structuredClone(objectOf(resource));
    const generation = (objectOf(observed[name])?.metadata?.generation ?? 0) + 1;
    const conditions = ['Ready', 'Synced'].map((type) => ({ type, status: 'True', observedGeneration: generation }));
    after[name] = {
      ...(observed[name] ?? { connectionDetails: {}, ready: 0 }),
      resource: {
        ...object,
        metadata: { ...objectOf(observed[name])?.metadata, ...object.metadata, generation },
        status: { ...objectOf(observed[name])?.status, conditions },
      } as never,
    };
  }

  return after;
};

/** How it goes: what is not asked for any more, and in which zones. */
const ways: { name: string; goes: string[]; who?: string[]; next: KubernetesObject | undefined }[] = [
  { name: 'the Service is deleted', goes: both.zones, next: undefined },
  { name: 'a zone is taken out', goes: ['meadow'], next: asking({ ...both, zones: ['frontier'] }) },
  { name: 'the other zone is taken out', goes: ['frontier'], next: asking({ ...both, zones: ['meadow'] }) },
  { name: 'the database is taken out', goes: both.zones, next: asking({ ...both, components: ['aqua'] }) },
  { name: 'readers are taken out', goes: both.zones, who: ['readonly'], next: asking({ ...both, readers: false }) },
];

/** Each login, and as whom its open session acts. */
const whos = [
  { login: 'app', as: 'app' },
  { login: 'app', as: 'writer' },
  { login: 'migrator', as: 'owner' },
  { login: 'migrator', as: 'migrator' },
  { login: 'readonly', as: 'reader' },
  { login: 'readonly', as: 'readonly' },
];

const states = [
  { name: 'made by this version', observed: settled },
  ...[1, 2, 3, 4].map((steps) => ({
    name: `of v0.1.0, after ${steps} rounds of this version`,
    observed: earlier(steps),
  })),
];

/** Whether everything that v0.1.0 left to the owner role has been taken over: before, only a removal in that second is late. */
const isHandedOver = (observed: Record<string, Resource>): boolean =>
  both.zones.every((zone) => {
    const forProvider = objectOf(observed[`${zone}.spike.schema`]).spec?.forProvider;
    return (forProvider as { role: string } | undefined)?.role === 'squadkit_admin';
  });

const partOf = (observed: Record<string, Resource>, zone: string): [string, KubernetesObject][] =>
  Object.entries(observed)
    .filter(([name]) => name.startsWith(`${zone}.spike.`))
    .map(([name, resource]) => [name, objectOf(resource)]);

/** The rights on the server of a zone before, and when everything has gone that is not asked for any more. */
const lives = (way: (typeof ways)[number], observed: Record<string, Resource>, zone: string) => {
  const asked = way.next === undefined ? {} : (compose(requestFor(way.next, observed)).desired?.resources ?? {});
  const part = partOf(observed, zone);

  return {
    before: rightsOf(part.map(([, object]) => object)),
    after: rightsOf(
      part.filter(([name, object]) => asked[name] !== undefined || !isEnded(object)).map(([, one]) => one),
    ),
  };
};

let tried = 0;

describe.each(states)('a Service $name', ({ observed }) => {
  test.each(
    ways.flatMap((way) =>
      whos
        .filter(({ login }) => way.who?.includes(login) ?? true)
        .flatMap((who) => both.zones.map((zone) => ({ ...who, zone, what: way.name, way }))),
    ),
  )('$what: a session of $login as $as in $zone', ({ login, as, zone, way }) => {
    const { before, after } = lives(way, observed, zone);
    const [name, acting] = [`quasar_catalog_${login}`, `quasar_catalog_${as}`];
    expect(getsIn(name, before)).toBe(true);
    expect(reaches(acting, before)).toBe(true);

    const goes = way.goes.includes(zone);
    expect(getsIn(name, after)).toBe(!goes);
    if (isHandedOver(observed) || !goes) expect(reaches(acting, after)).toBe(!goes);
    tried += 1;
  });
});

test('all steps of the upgrade are tried, and the last of them is the end', () => {
  expect(states.map(({ observed }) => isHandedOver(observed))).toEqual([true, false, true, true, true]);
});

afterAll(() => {
  console.log(`${tried} cases: who, as whom, how it goes, where, made by which version`);
});
