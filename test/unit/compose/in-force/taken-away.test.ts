import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { unlessRefused } from '../../../../functions/round/refusal.ts';
import { readSquad } from '../../../../functions/squad/read.ts';
import { readZone } from '../../../../functions/zone/read.ts';
import { drill, zonesWithBackups } from '../../../support/backups.ts';
import { edit, type Life, reconcile, settle } from '../../../support/life.ts';
import { squadWith } from '../../../support/registered.ts';
import { wholePlatform } from '../../../support/whole-platform.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
/** So many rounds end whatever ends. */
const rounds = 8;

/** A Service that is accepted and settled, in this registry. */
const begin = (spec: Record<string, unknown>, registry: KubernetesObject[]): Life => {
  const metadata = { name: 'billing', namespace: 'galaxy', generation: 1 };
  const composite = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', metadata, spec };
  const life: Life = { composite, observed: {}, had: new Set<string>(), now: start, registry };
  settle(life);
  expect(Object.keys(life.observed).length).toBeGreaterThan(10);

  return life;
};

/** Whether the rounds go on, each of them. */
const goesOn = (life: Life): boolean =>
  Array.from({ length: rounds }, () => reconcile(life).isFatal).every((isFatal) => !isFatal);

describe('of a Service whose document is refused', () => {
  const asks = (connections: number) => ({
    dataClass: 'internal',
    zones: [
      {
        name: 'meadow',
        components: [
          {
            ...{ name: 'spike', provider: 'postgres' },
            postgres: { extensions: ['pg_trgm'], connections, readers: true },
          },
          { name: 'nile', provider: 'postgres', postgres: { connections: 10 } },
          {
            ...{ name: 'aqua', provider: 'kubernetes' },
            kubernetes: { size: 'small', allowFrom: ['shop'], egress: ['mail'] },
          },
        ],
      },
    ],
  });
  const zone = {
    ...wholePlatform.Zone,
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  } as KubernetesObject;
  const squad = wholePlatform.Squad as KubernetesObject;

  type Place = (string | number)[];
  const placesIn = (value: unknown, place: Place = []): Place[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([key, inner]) => {
          const own = [...place, Array.isArray(value) ? Number(key) : key];
          return [own, ...placesIn(inner, own)];
        });
  const without = (object: KubernetesObject, place: Place): KubernetesObject => {
    const spec = structuredClone(object.spec) as Record<string, unknown>;
    const around = place.slice(0, -1).reduce<Record<string, unknown>>((value, key) => value[key] as never, spec);
    if (Array.isArray(around)) around.splice(Number(place.at(-1)), 1);
    else delete around[`${place.at(-1)}`];

    return { ...object, spec };
  };
  const taken = [
    ...placesIn(zone.spec).map((place) => ({
      what: `the Zone's ${place.join('.')}`,
      zone: without(zone, place),
      squad,
    })),
    ...placesIn(squad.spec).map((place) => ({
      ...{ what: `the Squad's ${place.join('.')}`, zone },
      squad: without(squad, place),
    })),
    ...['group', 'none'].map((deployers) => {
      const spec = structuredClone(zone.spec) as { components: { kubernetes?: { deployers?: string } }[] };
      for (const { kubernetes } of spec.components) if (kubernetes) kubernetes.deployers = deployers;
      return { what: `deployers but ${deployers}`, zone: { ...zone, spec } as KubernetesObject, squad };
    }),
  ].filter((one) => unlessRefused(() => [readZone(one.zone), readSquad(one.squad)]) !== undefined);
  /** With a whole component nobody knows what became of what lies on it, and nothing may change. */
  const isWhole = (what: string) => /components(\.\d+)?(\.(name|provider))?$/.test(what);

  test.each(taken.filter(({ what }) => !isWhole(what)).map((one) => [one.what, one] as const))(
    'the platform may take away %s: the rest goes on',
    (_, after) => {
      const life = begin(asks(10), [zone, squad]);
      edit(life, asks(61));
      expect(reconcile(life).isFatal).toBe(false);
      life.registry = [after.zone, after.squad];

      expect(goesOn(life)).toBe(true);
    },
  );

  test('and who is in its groups then is who gets in', () => {
    const life = begin(asks(10), [zone, squad]);
    edit(life, asks(61));
    reconcile(life);
    const { deployerGroup: _, ...spec } = squad.spec as Record<string, unknown>;
    life.registry = [zone, { ...squad, spec: { ...spec, group: 'others' } }];
    for (let round = 0; round < rounds; round += 1) reconcile(life);

    expect(JSON.stringify(life.observed['meadow.aqua.members-edit'])).toContain('"oidc:others"');
    expect(JSON.stringify(life.observed['meadow.aqua.kubeconfig-readers'] ?? '')).not.toContain('oidc:pipelines');
  });
});

describe('a document that is refused while something of the one before is on its way out', () => {
  const cluster = { name: 'aqua', provider: 'kubernetes' };
  const database = (postgres: object) => ({ name: 'spike', provider: 'postgres', postgres });
  const asks = (...components: object[]) => ({ dataClass: 'internal', zones: [{ name: 'frontier', components }] });
  const at = '2025-12-31T00:00:00Z';
  const ways: [string, object[], object[]][] = [
    ['what was restored', [database({ restore: { at } }), cluster], [database({}), cluster]],
    [
      'a restored database, for another',
      [database({ restore: { at } }), cluster],
      [database({ restore: { at: '2025-12-30T00:00:00Z' } }), cluster],
    ],
    ['readers', [database({ readers: true }), cluster], [database({}), cluster]],
    ['a database', [database({}), cluster], [cluster]],
    ['a namespace', [database({}), cluster], [database({})]],
    ['an extension', [database({ extensions: ['pg_trgm'] }), cluster], [database({}), cluster]],
  ];
  const cases = ways.flatMap(([what, before, after]) =>
    [1, 2, 3, 4].map((rounds) => ({ what, before, after, rounds })),
  );

  test.each(cases)('$what, $rounds rounds later: the rest goes on', ({ before, after, rounds }) => {
    const life = begin(asks(...before), [...zonesWithBackups({ drill }), squadWith('galaxy')] as KubernetesObject[]);
    edit(life, asks(...after));
    for (let round = 0; round < rounds; round += 1) reconcile(life);
    edit(life, asks(database({ connections: 61 }), cluster));

    expect(goesOn(life)).toBe(true);
  });
});
