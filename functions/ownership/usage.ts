import type { KubernetesObject } from '../objects/resource.ts';

/**
 * Denies the deletion of a cluster-scoped object, with a reason (Crossplane's Usage webhook, crossplane v2.3.4,
 * apis/protection/v1beta1).
 */
export const clusterUsage = (
  name: string,
  of: { apiVersion: string; kind: string; name: string },
  reason: string,
): KubernetesObject => ({
  apiVersion: 'protection.crossplane.io/v1beta1',
  // Guard rail: in-use-stays
  kind: 'ClusterUsage',
  metadata: { name },
  spec: { of: { apiVersion: of.apiVersion, kind: of.kind, resourceRef: { name: of.name } }, reason },
});
