import type { Binding } from '../provider.ts';

/** Everybody inside the namespace, and nobody else. */
const ownNamespace = { podSelector: {} };

const dns = {
  to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

/** Default deny in both directions; open are the own namespace, DNS, and the addresses of what was offered. */
export const networkRules = (bindings: Binding[]): Record<string, unknown> => {
  const endpoints = bindings.flatMap((binding) => binding.endpoints);
  const distinct = new Map(endpoints.map((endpoint) => [`${endpoint.port} ${endpoint.networks.join(' ')}`, endpoint]));

  return {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [ownNamespace] }],
    egress: [
      { to: [ownNamespace] },
      dns,
      ...[...distinct.values()].map(({ port, networks }) => ({
        ...(networks.length > 0 && { to: networks.map((cidr) => ({ ipBlock: { cidr } })) }),
        ports: [{ protocol: 'TCP', port }],
      })),
    ],
  };
};
