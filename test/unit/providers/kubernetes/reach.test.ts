import { afterAll, describe, expect, test } from 'vitest';
import { networkRules } from '../../../../functions/providers/kubernetes/network.ts';
import { serviceSettings, zoneSettings } from '../../../../functions/providers/kubernetes/settings.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { billingOn, registryOf } from '../../../support/clusters.ts';
import { connects, type Policy } from '../../../support/network-policies.ts';

const clusterNetworks = ['10.244.0.0/16', '10.96.0.0/12', 'fd00:10:244::/56'];
const metadata = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '168.63.129.16',
  '100.100.100.200',
  'fd00:ec2::254',
];
const ofCluster = ['10.244.7.9', '10.96.0.1', 'fd00:10:244::7'];
const outside = ['203.0.113.9', '10.1.2.3', '2001:db8::9'];

interface Given {
  zone: object;
  service: object;
}

const withZone = (zone: object, service: object = {}): Given => ({ zone: { clusterNetworks, ...zone }, service });

const parsed = ({ zone }: Given) =>
  zoneSettings.safeParse({
    credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua' },
    server: 'https://aqua.example.org',
    ...zone,
  });

/** What a Zone is refused with; undefined if it is not. */
const refusalOf = (given: Given): string | undefined => parsed(given).error?.issues[0]?.message;

/** What the cluster's network policy is. */
const policiesOf = (given: Given): Policy[] => {
  const component = {
    squad: { name: 'galaxy' },
    zone: { name: 'frontier' },
    platform: parsed(given).data,
    settings: serviceSettings.parse(given.service),
  } as Parameters<typeof networkRules>[0];

  return [{ namespace: 'galaxy-billing', spec: networkRules(component, []) }];
};

const reaches = (policies: Policy[], address: string, port: number, protocol: 'TCP' | 'UDP' = 'TCP') =>
  connects(
    { namespace: 'galaxy-billing' },
    { address },
    { protocol, port },
    {
      policies,
      namespaces: [{ name: 'galaxy-billing', labels: {} }],
    },
  );

let tried = 0;
afterAll(() => console.log(`${tried} networks of egress, resolvers and ingress tried`));

const widths = ['/0', '/4', '/8', '/12', '/16', '/24', '/32'];
const wide = [...metadata, ...ofCluster, ...outside].flatMap((address) =>
  (address.includes(':') ? ['/0', '/16', '/32', '/64', '/128'] : widths).map((width) => `${address}${width}`),
);

describe.each(['outside', 'cluster', 'metadata'] as const)('egress that says %s', (kind) => {
  // Guard rail: kubernetes-default-deny
  test('opens what it says and nothing else, whatever its network', () => {
    for (const network of wide) {
      const cluster = withZone(
        { egress: { x: { networks: [network], ports: [443], reaches: kind } } },
        { egress: ['x'] },
      );
      tried += 1;
      if (refusalOf(cluster) !== undefined) continue;
      const policies = policiesOf(cluster);
      const open = (addresses: string[]) => addresses.filter((address) => reaches(policies, address, 443));
      if (kind !== 'metadata') expect(open(metadata), network).toEqual([]);
      if (kind === 'outside') expect(open(ofCluster), network).toEqual([]);
      for (const address of [...metadata, ...ofCluster, ...outside]) expect(reaches(policies, address, 80)).toBe(false);
    }
  });

  test.each(outside)('opens %s, alone and in a wider one', (address) => {
    for (const width of address.includes(':') ? ['/128', '/0'] : ['/32', '/0']) {
      const cluster = withZone(
        { egress: { x: { networks: [`${address}${width}`], ports: [443], reaches: kind } } },
        { egress: ['x'] },
      );
      expect(reaches(policiesOf(cluster), address, 443)).toBe(true);
    }
  });

  test('is refused, with what to say, where it is nothing but what it may not open', () => {
    const closed = kind === 'outside' ? [...metadata, ...ofCluster] : kind === 'cluster' ? metadata : [];
    for (const address of [...metadata, ...ofCluster]) {
      const network = `${address}${address.includes(':') ? '/128' : '/32'}`;
      const refusal = refusalOf(withZone({ egress: { x: { networks: [network], ports: [443], reaches: kind } } }));
      expect(refusal === undefined, network).toBe(!closed.includes(address));
      if (refusal !== undefined) expect(refusal).toContain('reaches: ');
    }
  });
});

test('egress to all of IPv6 opens nothing of what is closed through a translator either', () => {
  const asked = withZone({ egress: { x: { networks: ['::/0', '64:ff9b::/96'], ports: [443] } } }, { egress: ['x'] });
  const open = (address: string) => reaches(policiesOf(asked), address, 443);

  expect(['64:ff9b::a9fe:a9fe', '64:ff9b::6464:64c8', '64:ff9b::af4:709'].map(open)).toEqual([false, false, false]);
  expect(open('64:ff9b::cb00:7109')).toBe(true);
});

test('ingress from any network opens no pod of the cluster but single addresses', () => {
  for (const network of wide) {
    const cluster = withZone({ ingressNetworks: [network] });
    tried += 1;
    if (refusalOf(cluster) !== undefined || /[/](32|128)$/.test(network)) continue;
    for (const address of ofCluster) {
      expect(
        connects(
          { address },
          { namespace: 'galaxy-billing' },
          { protocol: 'TCP', port: 8080 },
          {
            policies: policiesOf(cluster),
            namespaces: [{ name: 'galaxy-billing', labels: {} }],
          },
        ),
        `${network} and ${address}`,
      ).toBe(false);
    }
  }
});

test('a resolver at the address of metadata answers at port 53 only', () => {
  const asked = (ports: number[]) => withZone({ dns: { networks: ['169.254.169.254/32'], ports } });

  expect(refusalOf(asked([53]))).toBeUndefined();
  expect(reaches(policiesOf(asked([53])), '169.254.169.254', 53, 'UDP')).toBe(true);
  expect(reaches(policiesOf(asked([53])), '169.254.169.254', 80)).toBe(false);
  for (const ports of [[80], [53, 80], [988]]) expect(refusalOf(asked(ports))).toContain('use port 53 only');
});

test.each<{ name: string; zone: object; says: string }>([
  {
    name: 'networks without those of the cluster',
    zone: { clusterNetworks: [], egress: { x: { networks: ['192.0.2.0/24'], ports: [1] } } },
    says: 'say in clusterNetworks which networks the pods and the Services of this cluster have',
  },
  { name: 'nowhere', zone: { egress: { x: { ports: [1] } } }, says: 'say in networks or namespaces where x is' },
  { name: 'no resolver', zone: { dns: { namespaces: [] } }, says: 'without, nothing finds anything' },
  { name: 'everybody', zone: { ingressNetworks: ['0.0.0.0/0'] }, says: '0.0.0.0/0 is everybody' },
  { name: 'everybody of IPv6', zone: { ingressNetworks: ['10.0.0.0/8', '2000::/2'] }, says: ': 2000::/2 is everybody' },
  {
    name: 'everybody in halves',
    zone: { ingressNetworks: ['0.0.0.0/1', '128.0.0.0/1'] },
    says: '0.0.0.0/1 and 128.0.0.0/1 is everybody',
  },
  {
    name: 'everybody in pieces, without what is nobody',
    zone: {
      ingressNetworks: [
        '1.0.0.0/8',
        '2.0.0.0/7',
        '4.0.0.0/6',
        '8.0.0.0/5',
        '16.0.0.0/4',
        '32.0.0.0/3',
        '64.0.0.0/2',
        '128.0.0.0/2',
        '192.0.0.0/3',
      ],
    },
    says: 'is everybody',
  },
  {
    name: 'IPv4 in the notation of IPv6',
    zone: { ingressNetworks: ['::ffff:0:0/96'] },
    says: 'one of IPv4 never in the notation of IPv6',
  },
  {
    name: 'metadata through a translator',
    zone: { egress: { x: { networks: ['64:ff9b::a9fe:a9fe/128'], ports: [80] } } },
    says: 'machines get their credentials there',
  },
  { name: 'pods by network', zone: { ingressNetworks: ['10.244.0.0/17'] }, says: 'use ingressNamespaces for pods' },
])('$name is refused', ({ zone, says }) => {
  expect(refusalOf(withZone(zone))).toContain(says);
});

test.each<{ name: string; zone: Record<string, unknown>; egress: string[]; says: string }>([
  {
    name: 'the zone does not have',
    zone: {
      clusterNetworks,
      egress: { 'smtp-relay': { networks: ['192.0.2.25/32'], ports: [587] }, proxy: { namespaces: ['p'], ports: [1] } },
    },
    egress: ['smtp'],
    says: 'egress smtp is unknown at aqua in zone frontier. Squad: use only proxy, smtp-relay, or ask the platform to add it to zone frontier.',
  },
  {
    name: 'JavaScript has on every object',
    zone: {},
    egress: ['constructor'],
    says: 'remove it: zone frontier allows none; the platform can add it there',
  },
])('a destination that $name is refused', ({ zone, egress, says }) => {
  const { response } = simulate(billingOn({ egress }), registryOf({ zone }));

  expect(response.conditions.find(({ type }) => type === 'Accepted')?.message).toContain(says);
});

test.each([
  { ingressNetworks: ['other'] },
  { dns: { networks: ['other'] } },
  { egress: { relay: { networks: ['other'], ports: [25] } } },
  { clusterNetworks: ['other'], ingressNetworks: ['10.0.0.0/8'] },
])('what is no network is refused for that, and not looked at: %o', (zone) => {
  expect(refusalOf(withZone(zone))).toContain('use a network in CIDR notation');
});
