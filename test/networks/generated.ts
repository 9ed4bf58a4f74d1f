import fc from 'fast-check';
import { networkRules } from '../../functions/providers/kubernetes/network.ts';
import { serviceSettings, zoneSettings } from '../../functions/providers/kubernetes/settings.ts';
import type { trafficOf } from '../support/clusters.ts';
import type { End, Port } from '../support/network-policies.ts';

const octet = fc.nat(255);
const address = fc.oneof(
  fc
    .tuple(fc.constantFrom('10.244', '10.96', '10.1', '169.254', '203.0'), octet, octet)
    .map((parts) => parts.join('.')),
  fc.constantFrom('169.254.169.254', '169.254.20.10', '168.63.129.16', '10.244.0.1', '2001:db8::7', 'fd00:ec2::254'),
);
const network = fc
  .tuple(address, fc.constantFrom(0, 8, 16, 24, 32))
  .map(([base, bits]) => `${base}/${base.includes(':') ? bits * 4 : bits}`);
const networks = fc.uniqueArray(network, { maxLength: 3 });
const namespaces = fc.uniqueArray(fc.constantFrom('kube-system', 'stranger', 'galaxy-billing'), { maxLength: 2 });
const ports = fc.uniqueArray(fc.constantFrom(53, 443, 5353, 8080), { minLength: 1, maxLength: 2 });
const destination = fc.record({
  networks,
  namespaces,
  ports,
  reaches: fc.constantFrom('outside', 'cluster', 'metadata'),
});
const zone = fc.record({
  clusterNetworks: fc.constant(['10.244.0.0/16', '10.96.0.0/12']),
  dns: fc.record({ namespaces, networks, ports }),
  ingressNetworks: networks,
  ingressNamespaces: namespaces,
  egress: fc.record({ one: destination, other: destination }),
});
const end: fc.Arbitrary<End> = fc.oneof(
  address.map((at): End => ({ address: at })),
  fc
    .tuple(fc.constantFrom('kube-system', 'stranger', 'galaxy-billing'), octet)
    .map(([namespace, last]): End => ({ namespace, address: `10.244.3.${last}` })),
);
const port: fc.Arbitrary<Port> = fc.record({
  port: fc.constantFrom(53, 443, 5353, 8080, 80),
  protocol: fc.constantFrom('TCP', 'UDP'),
});

type Case = Omit<ReturnType<typeof trafficOf>, 'connections'> & {
  connections: { what: string; want: boolean | undefined; from: End; to: End; port: Port }[];
};

/** Zones of every shape that is taken, with traffic of every kind; what is wanted is what both judges say. */
export const generatedFrom = (seed: number, count: number): Case[] =>
  fc
    .sample(
      fc.tuple(
        zone,
        fc.subarray(['one', 'other']),
        fc.array(fc.tuple(end, end, port), { minLength: 20, maxLength: 20 }),
      ),
      {
        seed,
        numRuns: count,
      },
    )
    .flatMap(([given, egress, traffic], index): Case[] => {
      const parsed = zoneSettings.safeParse({
        credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua' },
        server: 'https://aqua.example.org',
        ...given,
      });
      if (!parsed.success) return [];
      const component = {
        squad: { name: 'galaxy' },
        zone: { name: 'frontier' },
        platform: parsed.data,
        settings: serviceSettings.parse({ egress }),
      } as Parameters<typeof networkRules>[0];

      return [
        {
          policies: [{ namespace: 'galaxy-billing', spec: networkRules(component, []) }],
          namespaces: ['kube-system', 'stranger', 'galaxy-billing'].map((name) => ({
            name,
            labels: { 'kubernetes.io/metadata.name': name },
          })),
          connections: traffic.map(([from, to, at]) => ({
            what: `generated ${index}`,
            want: undefined,
            from,
            to,
            port: at,
          })),
        },
      ];
    });
