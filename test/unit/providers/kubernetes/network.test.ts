import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { manyCases } from '../../../support/cases.ts';
import { connects, type End, type Namespace, type Policy, type Port } from '../../../support/network-policies.ts';
import { manifestsOf, squadWith, zonesWith } from '../../../support/registered.ts';

const https: Port = { protocol: 'TCP', port: 443 };
const postgres: Port = { protocol: 'TCP', port: 5432 };

interface Wanted {
  squad: string;
  service: string;
  zone: string;
  allowFrom?: string[];
  database?: boolean;
}

const serviceOf = ({ squad, service, zone, allowFrom = [], database = true }: Wanted): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: service, namespace: squad },
  spec: {
    zones: [
      {
        name: zone,
        components: [
          ...(database ? [{ name: 'spike', provider: 'postgres' }] : []),
          { name: 'aqua', provider: 'kubernetes', kubernetes: { allowFrom } },
        ],
      },
    ],
  },
});

/** The example's platform, whose zones all lie on one cluster; every squad may use every zone. */
const platform = (kubernetes: object = {}): KubernetesObject[] => [
  ...zonesWith({ kubernetes, postgres: { networks: ['10.9.0.0/24'] } }),
  squadWith('galaxy'),
  squadWith('quasar'),
];

/** What Squadkit makes of a Service on the cluster, as far as it is about networks. */
const madeOf = (wanted: Wanted, registry: KubernetesObject[]): { policies: Policy[]; namespaces: Namespace[] } => {
  const { response } = simulate(serviceOf(wanted), registry);
  expect(response.results).toEqual([]);
  const manifests = Object.values(manifestsOf(response.desired?.resources ?? {}));

  return {
    policies: manifests
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map(({ metadata, spec = {} }) => ({ namespace: metadata?.namespace ?? '', spec })),
    namespaces: manifests
      .filter(({ kind }) => kind === 'Namespace')
      .map(({ metadata: { name = '', labels } = {} }) => ({
        name,
        labels: { ...labels, 'kubernetes.io/metadata.name': name },
      })),
  };
};

/** Three namespaces that are not of squads. */
const others: Namespace[] = ['kube-system', 'ingress', 'stranger'].map((name) => ({
  name,
  labels: { 'kubernetes.io/metadata.name': name },
}));

/** The cluster as Squadkit makes it for these Services. */
const clusterOf = (services: Wanted[], registry = platform()) => {
  const made = services.map((service) => madeOf(service, registry));

  return {
    policies: made.flatMap(({ policies }) => policies),
    namespaces: [...others, ...made.flatMap(({ namespaces }) => namespaces)],
  };
};

const pod = (namespace: string): End => ({ namespace });

const services: Wanted[] = [
  { squad: 'galaxy', service: 'billing', zone: 'frontier', allowFrom: ['shop'] },
  { squad: 'galaxy', service: 'shop', zone: 'frontier', database: false },
  { squad: 'galaxy', service: 'ledger', zone: 'frontier' },
  { squad: 'galaxy', service: 'trial', zone: 'meadow', allowFrom: ['shop', 'ledger'] },
  { squad: 'quasar', service: 'shop', zone: 'frontier' },
];

describe('with a zone that lets in the namespace ingress, and databases in 10.9.0.0/24', () => {
  const cluster = clusterOf(services, platform({ ingressNamespaces: ['ingress'] }));

  test.each<{ from: End; to: End; port?: Port; want: boolean; because: string }>([
    { from: pod('galaxy-billing'), to: pod('galaxy-billing'), want: true, because: 'it is one namespace' },
    { from: pod('galaxy-shop'), to: pod('galaxy-billing'), want: true, because: 'billing names shop' },
    { from: pod('galaxy-billing'), to: pod('galaxy-shop'), want: false, because: 'shop names nobody' },
    { from: pod('galaxy-ledger'), to: pod('galaxy-billing'), want: false, because: 'billing does not name ledger' },
    { from: pod('quasar-shop'), to: pod('galaxy-billing'), want: false, because: 'that shop is of another squad' },
    { from: pod('galaxy-shop'), to: pod('galaxy-trial'), want: false, because: 'that is another zone' },
    { from: pod('galaxy-billing'), to: pod('quasar-shop'), want: false, because: 'that is another squad' },
    { from: pod('ingress'), to: pod('galaxy-billing'), want: true, because: 'the zone lets it in' },
    { from: pod('ingress'), to: pod('galaxy-shop'), want: true, because: 'the zone lets it in' },
    { from: pod('stranger'), to: pod('galaxy-billing'), want: false, because: 'nobody lets it in' },
    { from: pod('kube-system'), to: pod('galaxy-billing'), want: false, because: 'nobody lets it in' },
    { from: { address: '198.51.100.7' }, to: pod('galaxy-billing'), want: false, because: 'nobody lets it in' },
    { from: pod('galaxy-billing'), to: pod('stranger'), want: false, because: 'nothing leads there' },
    { from: pod('galaxy-billing'), to: pod('ingress'), want: false, because: 'nothing leads there' },
    { from: pod('galaxy-billing'), to: pod('kube-system'), want: false, because: 'there is only DNS' },
    {
      from: pod('galaxy-billing'),
      to: pod('kube-system'),
      port: { protocol: 'UDP', port: 53 },
      want: true,
      because: 'there is DNS',
    },
    {
      from: pod('galaxy-billing'),
      to: pod('stranger'),
      port: { protocol: 'UDP', port: 53 },
      want: false,
      because: 'there is no DNS',
    },
    {
      from: pod('galaxy-billing'),
      to: { address: '10.9.0.5' },
      port: postgres,
      want: true,
      because: 'there is the database',
    },
    { from: pod('galaxy-billing'), to: { address: '10.9.0.5' }, want: false, because: 'it has one port' },
    {
      from: pod('galaxy-billing'),
      to: { address: '10.9.1.5' },
      port: postgres,
      want: false,
      because: 'it is not in that network',
    },
    {
      from: pod('galaxy-shop'),
      to: { address: '10.9.0.5' },
      port: postgres,
      want: false,
      because: 'shop has no database',
    },
    {
      from: pod('galaxy-billing'),
      to: { address: '169.254.169.254' },
      port: { protocol: 'TCP', port: 80 },
      want: false,
      because: 'nobody gets the credentials of a node',
    },
  ])('$from to $to: $want, because $because', ({ from, to, port = https, want }) => {
    expect(connects(from, to, port, cluster)).toBe(want);
  });
});

test('a zone that lets nobody in lets nobody in', () => {
  const cluster = clusterOf(services, platform({ ingressNamespaces: [] }));

  expect(connects(pod('ingress'), pod('galaxy-billing'), https, cluster)).toBe(false);
});

test('a namespace that only has the name of a Service is not let in', () => {
  const cluster = clusterOf([{ squad: 'galaxy', service: 'billing', zone: 'frontier', allowFrom: ['web'] }]);
  cluster.namespaces.push({ name: 'galaxy-web', labels: { 'kubernetes.io/metadata.name': 'galaxy-web' } });

  expect(connects(pod('galaxy-web'), pod('galaxy-billing'), https, cluster)).toBe(false);
});

test('a namespace that only has the labels of a Service is not let in', () => {
  const cluster = clusterOf(services);
  const { labels } = cluster.namespaces.find(({ name }) => name === 'galaxy-shop') as Namespace;
  cluster.namespaces.push({ name: 'faker', labels: { ...labels, 'kubernetes.io/metadata.name': 'faker' } });

  expect(connects(pod('faker'), pod('galaxy-billing'), https, cluster)).toBe(false);
});

const place = fc.record({
  squad: fc.constantFrom('galaxy', 'quasar'),
  service: fc.constantFrom('a', 'b', 'c', 'd'),
  zone: fc.constantFrom('frontier', 'meadow'),
  names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')),
});

test('whatever Services there are, one reaches another exactly if it is of its squad and zone, and named there', () => {
  const registry = platform();
  const known = new Map<string, ReturnType<typeof madeOf>>();
  const made = (wanted: Wanted) => {
    const key = JSON.stringify(wanted);
    const before = known.get(key) ?? madeOf(wanted, registry);
    known.set(key, before);
    return before;
  };
  fc.assert(
    fc.property(
      fc.uniqueArray(place, { selector: ({ squad, service }) => `${squad}-${service}`, maxLength: 6 }),
      fc.integer({ min: 1, max: 65535 }),
      (places, port) => {
        const all = places.map(({ names, ...rest }) => ({
          ...rest,
          allowFrom: names.filter((name) => name !== rest.service).sort(),
          database: false,
        }));
        const cluster = {
          policies: all.flatMap((wanted) => made(wanted).policies),
          namespaces: all.flatMap((wanted) => made(wanted).namespaces),
        };
        for (const from of all) {
          for (const to of all) {
            const isOne = from.squad === to.squad && from.service === to.service;
            const isNamed = from.squad === to.squad && from.zone === to.zone && to.allowFrom.includes(from.service);
            const [caller, callee] = [from, to].map(({ squad, service }) => pod(`${squad}-${service}`)) as [End, End];
            expect(connects(caller, callee, { protocol: 'TCP', port }, cluster)).toBe(isOne || isNamed);
          }
        }
      },
    ),
    { numRuns: manyCases },
  );
});
