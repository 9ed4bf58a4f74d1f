import type { Cluster } from '../../control-plane/kubernetes.ts';
import { isTrue } from '../../control-plane/objects.ts';
import { openDefinition } from './definition.ts';

/** Kinds of network plugins that open what a NetworkPolicy closes, each under the group that its plugin gives it. */
const kinds = [
  ['cilium.io', 'CiliumNetworkPolicy'],
  ['cilium.io', 'CiliumLocalRedirectPolicy'],
  ['cilium.io', 'CiliumEnvoyConfig'],
  ['crd.antrea.io', 'NetworkPolicy'],
  ['crd.projectcalico.org', 'StagedNetworkPolicy'],
  ['k8s.ovn.org', 'EgressFirewall'],
  ['k8s.ovn.org', 'EgressService'],
] as const;

const definitions = kinds.map(([group, kind]) => openDefinition(group, kind));

/** Where the API server has them, besides Kubernetes' own. */
export const networks: { group: string; resource: string }[] = [
  { group: 'networking.k8s.io', resource: 'networkpolicies' },
  ...definitions.map(({ spec }) => ({ group: spec.group as string, resource: spec.names.plural as string })),
];

/** Lets a cluster know these kinds. */
export const serveNetworks = async (cluster: Cluster): Promise<void> => {
  for (const definition of definitions) await cluster.apply(definition);
  for (const definition of definitions) {
    await cluster.waitFor(definition, (found) => isTrue(found, 'Established'), { what: 'established' });
  }
};
