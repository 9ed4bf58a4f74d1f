import { namespaceName } from '../../documents/names.ts';
import { andTranslated, exceptionsIn } from '../../documents/networks.ts';
import { ownField } from '../../objects/record.ts';
import type { Binding } from '../binding.ts';
import type { Component } from '../provider.ts';
import { metadataNetworks } from './reach.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

/** Everybody inside the namespace, and nobody else. */
const ownNamespace = { podSelector: {} };

/** A namespace by the label that the API server itself sets to its name: nobody can take another's. */
const named = (name: string) => ({ 'kubernetes.io/metadata.name': name });

/** Who resolves names, as a rule: pods in namespaces, and addresses that are no pods. */
const dnsRule = ({ dns: { namespaces, podLabels, networks, ports } }: KubernetesZone) => ({
  to: [
    ...[...namespaces].sort().map((name) => ({
      namespaceSelector: { matchLabels: named(name) },
      ...(Object.keys(podLabels).length > 0 && { podSelector: { matchLabels: podLabels } }),
    })),
    ...[...networks].sort().map((cidr) => ({ ipBlock: { cidr } })),
  ],
  ports: [...ports]
    .sort((one, other) => one - other)
    .flatMap((port) => ['UDP', 'TCP'].map((protocol) => ({ protocol, port }))),
});

/** A network without what must stay closed in it. */
const block = (cidr: string, closed: string[]) => {
  const except = exceptionsIn(cidr, closed);

  return { ipBlock: { cidr, ...(except.length > 0 && { except }) } };
};

/** What a destination's networks may not open, by what the Zone says that they reach. */
export const closedTo = ({ clusterNetworks }: KubernetesZone) => ({
  outside: andTranslated([...clusterNetworks, ...metadataNetworks]),
  cluster: andTranslated(metadataNetworks),
  metadata: [],
});

/** A destination that the Zone allows and the Service asks for. */
const egressRule = (platform: KubernetesZone, name: string) => {
  const destination = ownField(platform.egress, name);
  if (destination === undefined) throw new Error(`egress ${name}, which the zone does not have, was admitted`);
  const { networks, namespaces, ports, reaches } = destination;

  return {
    to: [
      ...[...networks].sort().map((cidr) => block(cidr, closedTo(platform)[reaches])),
      ...[...namespaces].sort().map((namespace) => ({ namespaceSelector: { matchLabels: named(namespace) } })),
    ],
    ports: [...ports].sort((one, other) => one - other).map((port) => ({ protocol: 'TCP', port })),
  };
};

/**
 * Default deny in both directions. In come the own namespace, the namespaces and networks that the zone lets in
 * everywhere, and the Services that this one names. Out go the own namespace, DNS, the addresses of what was offered,
 * what this one asks for of what the zone allows, and the squad's other namespaces of the zone: a connection needs both ends, so which of them it reaches is decided there, by their
 * `allowFrom`, and the caller's document needs no word about it.
 */
// Guard rail: kubernetes-default-deny
export const networkRules = (
  { squad, zone, platform, settings }: Component<KubernetesZone, KubernetesService>,
  bindings: Binding[],
): Record<string, unknown> => {
  const endpoints = bindings.flatMap((binding) => binding.endpoints ?? []);
  const distinct = new Map(endpoints.map((endpoint) => [`${endpoint.port} ${endpoint.networks.join(' ')}`, endpoint]));
  // One cluster may be in several zones: the squad's namespaces of the others are none of this one's business.
  const ofSquad = { 'squadkit.io/squad': squad.name, 'squadkit.io/zone': zone.name };

  return {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          ownNamespace,
          ...[...platform.ingressNamespaces]
            .sort()
            .map((name) => ({ namespaceSelector: { matchLabels: named(name) } })),
          ...[...platform.ingressNetworks].sort().map((cidr) => block(cidr, platform.clusterNetworks)),
          ...[...settings.allowFrom].sort().map((service) => ({
            namespaceSelector: { matchLabels: { ...named(namespaceName(squad.name, service)), ...ofSquad } },
          })),
        ],
      },
    ],
    egress: [
      { to: [ownNamespace, { namespaceSelector: { matchLabels: ofSquad } }] },
      dnsRule(platform),
      ...[...distinct.values()].map(({ port, networks }) => ({
        ...(networks.length > 0 && { to: networks.map((cidr) => ({ ipBlock: { cidr } })) }),
        ports: [{ protocol: 'TCP', port }],
      })),
      ...[...settings.egress].sort().map((name) => egressRule(platform, name)),
    ],
  };
};
