import { namespaceName } from '../../documents/names.ts';
import type { Binding } from '../binding.ts';
import type { Component } from '../provider.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

/** Everybody inside the namespace, and nobody else. */
const ownNamespace = { podSelector: {} };

/** A namespace by the label that the API server itself sets to its name: nobody can take another's. */
const named = (name: string) => ({ 'kubernetes.io/metadata.name': name });

const dns = {
  to: [{ namespaceSelector: { matchLabels: named('kube-system') } }],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

/**
 * Default deny in both directions. In come the own namespace, the namespaces that the zone lets in everywhere, and the
 * Services that this one names. Out go the own namespace, DNS, the addresses of what was offered, and the squad's other
 * namespaces of the zone: a connection needs both ends, so which of them it reaches is decided there, by their
 * `allowFrom`, and the caller's document needs no word about it.
 */
// Guard rail: kubernetes-default-deny
export const networkRules = (
  { squad, zone, platform, settings }: Component<KubernetesZone, KubernetesService>,
  bindings: Binding[],
): Record<string, unknown> => {
  const endpoints = bindings.flatMap((binding) => binding.endpoints);
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
          ...[...settings.allowFrom].sort().map((service) => ({
            namespaceSelector: { matchLabels: { ...named(namespaceName(squad.name, service)), ...ofSquad } },
          })),
        ],
      },
    ],
    egress: [
      { to: [ownNamespace, { namespaceSelector: { matchLabels: ofSquad } }] },
      dns,
      ...[...distinct.values()].map(({ port, networks }) => ({
        ...(networks.length > 0 && { to: networks.map((cidr) => ({ ipBlock: { cidr } })) }),
        ports: [{ protocol: 'TCP', port }],
      })),
    ],
  };
};
