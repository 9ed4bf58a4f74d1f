import { andTranslated, areEverybody, isWithin } from '../../documents/networks.ts';
import { isMetadata, metadataNetworks } from './reach.ts';

/** What a Zone says of networks, as far as its parts have to go together. */
interface Reach {
  clusterNetworks: string[];
  dns: { namespaces: string[]; networks: string[]; ports: number[] };
  ingressNetworks: string[];
  egress: Record<string, { networks: string[]; namespaces: string[]; reaches: 'outside' | 'cluster' | 'metadata' }>;
}

/** Something that does not go together: where, and what would be right. */
interface Fault {
  path: (string | number)[];
  message: string;
}

const unknownNetworks = (field: string): string =>
  `${field} names networks: say in clusterNetworks which networks the pods and the Services of this cluster have (--cluster-cidr and --service-cluster-ip-range), so that these stay closed`;

const isOneAddress = (network: string): boolean => network.endsWith(network.includes(':') ? '/128' : '/32');

const isInside = (network: string, closed: string[]): boolean =>
  andTranslated(closed).some((other) => isWithin(network, other));

const dnsFaults = ({ dns }: Reach): Fault[] => {
  if (dns.namespaces.length + dns.networks.length === 0) {
    return [
      { path: ['dns'], message: 'say in namespaces or networks who resolves names: without, nothing finds anything' },
    ];
  }
  if (dns.ports.every((port) => port === 53)) return [];

  return dns.networks.flatMap((network, index) =>
    isMetadata(network)
      ? [
          {
            path: ['dns', 'networks', index],
            message: `use port 53 only with ${network}: at other ports a machine gets its credentials there`,
          },
        ]
      : [],
  );
};

const egressFaults = ({ egress, clusterNetworks }: Reach): Fault[] =>
  Object.entries(egress).flatMap(([name, { networks, namespaces, reaches }]): Fault[] => {
    const path = ['egress', name];
    if (networks.length + namespaces.length === 0) {
      return [{ path, message: `say in networks or namespaces where ${name} is` }];
    }
    if (reaches === 'metadata') return [];
    if (reaches === 'outside' && networks.length > 0 && clusterNetworks.length === 0) {
      return [{ path: [...path, 'networks'], message: unknownNetworks(`egress ${name}`) }];
    }

    return networks.flatMap((network, index): Fault[] => {
      const at = [...path, 'networks', index];
      if (isInside(network, metadataNetworks)) {
        return [
          {
            path: at,
            message: `take ${network} out: machines get their credentials there; if every squad that asks for ${name} may have them, say reaches: metadata`,
          },
        ];
      }
      if (reaches === 'cluster' || !isInside(network, clusterNetworks)) return [];

      return [
        {
          path: at,
          message: `use namespaces for what runs in the cluster: ${network} is of its own pods or Services; if that is meant, say reaches: cluster`,
        },
      ];
    });
  });

const ingressFaults = ({ ingressNetworks, clusterNetworks }: Reach): Fault[] => {
  if (ingressNetworks.length > 0 && clusterNetworks.length === 0) {
    return [{ path: ['ingressNetworks'], message: unknownNetworks('ingressNetworks') }];
  }
  const everybody = ingressNetworks.findIndex((network) => areEverybody([network]));
  if (everybody >= 0 || areEverybody(ingressNetworks)) {
    return [
      {
        path: ['ingressNetworks', ...(everybody < 0 ? [] : [everybody])],
        message: `name the networks of nodes or load balancers: ${ingressNetworks[everybody] ?? ingressNetworks.join(' and ')} is everybody`,
      },
    ];
  }

  return ingressNetworks.flatMap((network, index): Fault[] => {
    const path = ['ingressNetworks', index];
    // In some overlays a node comes with an address of the pods' network that is its own, as in RKE2's Canal.
    if (!isInside(network, clusterNetworks) || isOneAddress(network)) return [];

    return [
      {
        path,
        message: `use ingressNamespaces for pods: ${network} is of the cluster's own pods or Services, of every squad`,
      },
    ];
  });
};

/** What of the networks that a Zone names does not go together: each with what would be right. */
// Guard rail: kubernetes-default-deny
export const reachFaults = (reach: Reach): Fault[] => [
  ...dnsFaults(reach),
  ...egressFaults(reach),
  ...ingressFaults(reach),
];
