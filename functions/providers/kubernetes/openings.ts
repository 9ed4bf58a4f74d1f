import { ownField } from '../../objects/record.ts';
import type { Opening } from '../../words/thing.ts';
import type { Binding } from '../binding.ts';
import { closedTo } from './network.ts';
import type { KubernetesZone } from './settings.ts';

/** Every address of both families. */
const anywhere = ['0.0.0.0/0', '::/0'];

/** What a destination of that name opens, whoever asks for it. */
export const egressOpens = (platform: KubernetesZone, name: string): Opening[] => {
  const destination = ownField(platform.egress, name);
  if (destination === undefined) return [];
  const { networks, namespaces, ports, reaches } = destination;
  const except = closedTo(platform)[reaches];

  return ports.flatMap((port) => [
    ...networks.map((network) => ({ what: `TCP ${port}`, network, except })),
    ...namespaces.map((namespace) => ({ what: `TCP ${port} of namespace ${namespace}` })),
  ]);
};

/** What the pods of a Service may reach: the databases of its zone, and what it asks for. */
export const destinationsOpen = (platform: KubernetesZone, bindings: Binding[], egress: string[]): Opening[] => [
  ...bindings
    .flatMap(({ endpoints }) => endpoints ?? [])
    .flatMap(({ port, networks }) =>
      (networks.length > 0 ? networks : anywhere).map((network) => ({ what: `TCP ${port}`, network })),
    ),
  ...egress.flatMap((name) => egressOpens(platform, name)),
];

/** Who may be asked for names. */
export const resolversOpen = ({ dns: { namespaces, podLabels, networks, ports } }: KubernetesZone): Opening[] => {
  const labels = Object.entries(podLabels).map(([key, value]) => `${key}=${value}`);

  return ports.flatMap((port) => [
    ...networks.map((network) => ({ what: `names at ${port}`, network })),
    ...namespaces.map((name) => ({ what: `names at ${port} of ${labels.sort().join(' ')} in namespace ${name}` })),
  ]);
};

/** Who reaches the pods of a Service. */
export const callersOpen = (platform: KubernetesZone, allowFrom: string[]): Opening[] => [
  ...allowFrom.map((service) => ({ what: `service ${service}` })),
  ...platform.ingressNamespaces.map((name) => ({ what: `namespace ${name}` })),
  ...platform.ingressNetworks.map((network) => ({ what: 'callers', network, except: platform.clusterNetworks })),
];
