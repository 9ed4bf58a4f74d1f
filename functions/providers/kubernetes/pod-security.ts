import type { KubernetesZone } from './settings.ts';

/**
 * What the API server's Pod Security admission reads. The version is pinned: with `latest` an upgrade of a cluster
 * could keep pods from starting that started the day before. What `restricted` would say is always told.
 */
export const podSecurityLabels = ({ level, version }: KubernetesZone['podSecurity']): Record<string, string> => ({
  // Guard rail: kubernetes-restricted-pods
  'pod-security.kubernetes.io/enforce': level,
  'pod-security.kubernetes.io/enforce-version': version,
  'pod-security.kubernetes.io/audit': 'restricted',
  'pod-security.kubernetes.io/audit-version': version,
  'pod-security.kubernetes.io/warn': 'restricted',
  'pod-security.kubernetes.io/warn-version': version,
});
