import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { exampleRegistry } from '../../support/examples.ts';
import { squadWith } from '../../support/registered.ts';

const spike = (postgres?: object) => ({ name: 'spike', provider: 'postgres', ...(postgres && { postgres }) });
const aqua = (kubernetes?: object) => ({ name: 'aqua', provider: 'kubernetes', ...(kubernetes && { kubernetes }) });
type Zones = { name: string; components: object[] }[];
const frontier = (...components: object[]) => ({ name: 'frontier', components });
const meadow = (...components: object[]) => ({ name: 'meadow', components });

const service = (zones: Zones, more: object = {}): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'billing', namespace: 'comet' },
  spec: { zones, ...more },
});

/** What a squad may commit, from what it has; `isMore` where somebody who has only the words would say that it is. */
const changes: { change: string; from: Zones; to: Zones; isMore: boolean; more?: object }[] = [
  { change: 'nothing', from: [frontier(spike(), aqua())], to: [frontier(spike(), aqua())], isMore: false },
  {
    change: 'words',
    from: [frontier(spike())],
    to: [frontier(spike())],
    isMore: false,
    more: { description: 'Bills.' },
  },
  { change: 'more connections', from: [frontier(spike())], to: [frontier(spike({ connections: 30 }))], isMore: true },
  {
    change: 'one connection more',
    from: [frontier(spike())],
    to: [frontier(spike({ connections: 21 }))],
    isMore: true,
  },
  {
    change: 'the default, which is more',
    from: [frontier(spike({ connections: 5 }))],
    to: [frontier(spike())],
    isMore: true,
  },
  { change: 'fewer connections', from: [frontier(spike())], to: [frontier(spike({ connections: 5 }))], isMore: false },
  { change: 'readers', from: [frontier(spike())], to: [frontier(spike({ readers: true }))], isMore: true },
  { change: 'no readers', from: [frontier(spike({ readers: true }))], to: [frontier(spike())], isMore: false },
  {
    change: 'an extension',
    from: [frontier(spike())],
    to: [frontier(spike({ extensions: ['pg_trgm'] }))],
    isMore: true,
  },
  {
    change: 'another extension',
    from: [frontier(spike({ extensions: ['pg_trgm'] }))],
    to: [frontier(spike({ extensions: ['pg_trgm', 'pgcrypto'] }))],
    isMore: true,
  },
  {
    change: 'fewer extensions',
    from: [frontier(spike({ extensions: ['pg_trgm', 'pgcrypto'] }))],
    to: [frontier(spike({ extensions: ['pgcrypto'] }))],
    isMore: false,
  },
  { change: 'a larger namespace', from: [frontier(aqua())], to: [frontier(aqua({ size: 'medium' }))], isMore: true },
  {
    change: 'the largest namespace',
    from: [frontier(aqua({ size: 'medium' }))],
    to: [frontier(aqua({ size: 'large' }))],
    isMore: true,
  },
  { change: 'a smaller namespace', from: [frontier(aqua({ size: 'large' }))], to: [frontier(aqua())], isMore: false },
  { change: 'a namespace', from: [frontier(spike())], to: [frontier(spike(), aqua())], isMore: true },
  { change: 'a database', from: [frontier(aqua())], to: [frontier(spike(), aqua())], isMore: true },
  { change: 'one for another', from: [frontier(aqua())], to: [frontier(spike())], isMore: true },
  { change: 'no database', from: [frontier(spike(), aqua())], to: [frontier(aqua())], isMore: false },
  { change: 'a zone less', from: [frontier(spike()), meadow(spike())], to: [frontier(spike())], isMore: false },
];
const closures = { neither: [false, false], 'the zone': [true, false], 'the squad': [false, true], both: [true, true] };

const registry = (isZoneClosed: boolean, isSquadClosed: boolean): KubernetesObject[] => [
  ...exampleRegistry().map((object) =>
    object.kind === 'Zone' && isZoneClosed ? { ...object, spec: { ...object.spec, lifecycle: 'Closed' } } : object,
  ),
  squadWith('comet', isSquadClosed ? { lifecycle: 'Closed' } : {}),
];
const cases = Object.entries(closures).flatMap(([closed, [zone = false, squad = false]]) =>
  changes.map((given) => ({ ...given, closed, zone, squad })),
);

// Guard rail: closed-takes-nothing
describe(`what is closed gives nothing more, and takes nothing away: ${cases.length} cases`, () => {
  test.each(cases)('$closed closed, $change', ({ from, to, more, isMore, zone, squad }) => {
    const before = simulate(service(from), registry(false, false)).observed;
    const { refusal, response } = simulate(service(to, more), registry(zone, squad), before);

    if (!isMore || !(zone || squad)) {
      expect(refusal).toBeUndefined();
      return;
    }
    expect(refusal?.reason).toBe(zone ? 'ZoneClosed' : 'SquadClosed');
    expect(refusal?.message).toMatch(
      /^(zone frontier|squad comet) is closed and takes nothing new: .*\. Squad: take it out of the Service again, or ask/,
    );
    expect(response.desired?.resources).toEqual({});
  });

  test.each(Object.keys(closures))('%s closed, a zone that is open more', (closed) => {
    const [zone = false, squad = false] = closures[closed as keyof typeof closures] as boolean[];
    const before = simulate(service([frontier(spike())]), registry(false, false)).observed;
    const [open] = exampleRegistry().filter(({ metadata }) => metadata?.name === 'meadow');
    const around = [...registry(zone, squad).filter(({ metadata }) => metadata?.name !== 'meadow'), open];
    const { refusal } = simulate(
      service([frontier(spike()), meadow(spike())]),
      around.filter((object) => object !== undefined),
      before,
    );

    expect(refusal?.reason).toBe(squad ? 'SquadClosed' : undefined);
  });
});

test('says what is too much, and where', () => {
  const before = simulate(service([frontier(spike())]), registry(false, false)).observed;
  const refusalOf = (zones: Zones, zone: boolean) =>
    simulate(service(zones), registry(zone, !zone), before).refusal ?? { message: '', path: [] };
  const connections = refusalOf([frontier(spike({ connections: 30 }))], true);

  expect(connections.message).toBe(
    'zone frontier is closed and takes nothing new: 30 connections instead of 20 for spike. Squad: take it out of the Service again, or ask the platform to open it.',
  );
  expect(connections.path).toEqual(['spec', 'zones', 0, 'components', 0, 'postgres', 'connections']);
  expect(refusalOf([frontier(spike(), aqua())], false).message).toBe(
    'squad comet is closed and takes nothing new: component aqua in zone frontier. Squad: take it out of the Service again, or ask the platform to open it.',
  );
});

// Guard rail: closed-takes-nothing
test.each(['the zone', 'the squad'] as const)(
  'what was begun before %s was closed is finished, from any moment',
  (closed) => {
    const whole = service([frontier(spike({ extensions: ['pg_trgm'], readers: true }), aqua())]);
    const { observed } = simulate(whole, registry(false, false));
    const names = Object.keys(observed);
    const [zone = false, squad = false] = closures[closed] as boolean[];
    // Of each component something is there.
    for (const first of ['frontier.spike.owner', 'frontier.aqua.namespace']) expect(names).toContain(first);
    const begun = Object.fromEntries(
      ['owner', 'writer', 'app', 'migrator', 'reader', 'readonly', 'database']
        .map((local) => `frontier.spike.${local}`)
        .concat('frontier.aqua.namespace')
        .flatMap((name) => (observed[name] === undefined ? [] : [[name, observed[name]]])),
    );
    const unfinished = structuredClone(begun['frontier.spike.database']?.resource) as unknown as KubernetesObject;
    unfinished.status = {};
    unfinished.metadata = { ...unfinished.metadata, annotations: {} };
    const start = {
      ...begun,
      'frontier.spike.database': { ...begun['frontier.spike.database'], resource: unfinished },
    } as typeof observed;
    const { refusal, observed: finished } = simulate(whole, registry(zone, squad), start);

    expect(refusal).toBeUndefined();
    expect(Object.keys(finished)).toEqual(expect.arrayContaining(names));
  },
);
