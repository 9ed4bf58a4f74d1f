import type { KubernetesObject } from '../../control-plane/objects.ts';

/** What is changed of every object, each by a merge patch; by a word for it. */
export const changesOf = (object: KubernetesObject): Record<string, object> => ({
  annotation: { metadata: { annotations: { walls: 'tried' } } },
  label: { metadata: { labels: { walls: 'tried' } } },
  mark: { metadata: { labels: { 'squadkit.io/squad': 'pirates' } } },
  unmarked: { metadata: { labels: null } },
  owner: {
    metadata: {
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-0000-0000-000000000000' },
      ],
    },
  },
  finalizer: { metadata: { finalizers: ['walls.example.org/stays'] } },
  paused: { metadata: { annotations: { 'crossplane.io/paused': 'true' } } },
  external: { metadata: { annotations: { 'crossplane.io/external-name': 'other' } } },
  ...(object.spec?.managementPolicies && {
    observed: { spec: { managementPolicies: ['Observe'] } },
    everything: { spec: { managementPolicies: ['*'], forProvider: {} } },
  }),
  ...(object.kind === 'ClusterRole' && {
    aggregated: { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { walls: 'tried' } }] } },
    widened: { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
  }),
  ...(object.apiVersion.startsWith('squadkit.io/') && {
    linked: { spec: { crossplane: { compositionRef: { name: 'walls' } } } },
  }),
  ...(object.kind === 'ConfigMap' &&
    object.metadata.name === 'squadkit-writers' && {
      everybody: { data: { emergencyGroups: 'system:authenticated' } },
    }),
  ...(object.kind === 'Lease' && { taken: { spec: { holderIdentity: 'walls', leaseDurationSeconds: 3600 } } }),
  status: { status: { walls: 'tried', phase: 'Terminating', conditions: [] } },
});

/** What is changed by one door only, because that door takes nothing else. */
export const changesAt = (subresource: string): Record<string, object> =>
  ({
    scale: { stopped: { spec: { replicas: 0 } } },
    ephemeralcontainers: { entered: { spec: { ephemeralContainers: [{ name: 'walls', image: 'walls:1' }] } } },
    resize: { starved: { spec: { containers: [] } } },
    finalize: { ended: { spec: { finalizers: [] } } },
  })[subresource] ?? {};

/** What is sent to a subresource that takes no object of its kind. */
export const special: Record<string, (object: KubernetesObject) => object> = {
  token: () => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
  binding: ({ metadata }) => ({ apiVersion: 'v1', kind: 'Binding', metadata, target: { kind: 'Node', name: 'walls' } }),
};
