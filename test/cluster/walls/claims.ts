import type { KubernetesObject } from '../../control-plane/objects.ts';

const selector = { matchLabels: { app: 'web' } };

const claim = (spec: object, annotations?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { ...(annotations && { annotations }) },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const budget = (spec: object) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  spec: { selector, unhealthyPodEvictionPolicy: 'AlwaysAllow', ...spec },
});

type Try = [resource: string, what: string, body: object, isAllowed?: true];

/** By each a claim reaches something of others, with some controller or provisioner. */
const annotations = [
  'volume.beta.kubernetes.io/storage-class',
  'volume.alpha.kubernetes.io/storage-class',
  'volume.kubernetes.io/selected-node',
  'volume.beta.kubernetes.io/storage-provisioner',
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
  'nfs.io/storage-path',
  'k8s.io/CloneRequest',
  'cdi.kubevirt.io/storage.import.endpoint',
];

/** What claims for volumes and budgets of pods may not say, and what they may. */
export const claimCases: Try[] = [
  ['persistentvolumeclaims', 'get a volume', claim({}), true],
  ['persistentvolumeclaims', 'get one of a class', claim({ storageClassName: 'fast' }), true],
  ['persistentvolumeclaims', 'stay when Helm goes', claim({}, { 'helm.sh/resource-policy': 'keep' }), true],
  ['persistentvolumeclaims', 'get what has no class', claim({ storageClassName: '' })],
  [
    'persistentvolumeclaims',
    'be filled from a volume of others',
    claim({ dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'a', namespace: 'nebula-shop' } }),
  ],
  ['persistentvolumeclaims', 'take a volume that is there', claim({ volumeName: 'of-quasar' })],
  ['persistentvolumeclaims', 'choose a volume that is there', claim({ selector: { matchLabels: { of: 'quasar' } } })],
  ...annotations.flatMap((annotation): Try[] =>
    ['', 'fast'].map((value) => [
      'persistentvolumeclaims',
      `say ${annotation} "${value}"`,
      claim({}, { [annotation]: value }),
    ]),
  ),
  ...[1, 2, '1%', '50%', '100%', '05%'].map(
    (maxUnavailable): Try => ['poddisruptionbudgets', `let ${maxUnavailable} go`, budget({ maxUnavailable }), true],
  ),
  ...[0, '0%', '00%', '000%'].map(
    (maxUnavailable): Try => ['poddisruptionbudgets', `let ${maxUnavailable} go`, budget({ maxUnavailable })],
  ),
  ...[0, 1, 1000, '0%', '1%', '99%', '100%', '0100%', '1000%'].map(
    (minAvailable): Try => ['poddisruptionbudgets', `keep ${minAvailable}`, budget({ minAvailable })],
  ),
  ['poddisruptionbudgets', 'say neither', budget({})],
  ...[undefined, 'IfHealthyBudget'].map(
    (unhealthyPodEvictionPolicy): Try => [
      'poddisruptionbudgets',
      `keep pods that never get ready by ${unhealthyPodEvictionPolicy}`,
      budget({ maxUnavailable: 1, unhealthyPodEvictionPolicy }),
    ],
  ),
];

/** A claim that has no volume yet, and a budget that was there before the policies. */
export const before = (namespace: string): { claim: KubernetesObject; budget: KubernetesObject } => {
  const metadata = { name: 'before', namespace };
  return {
    claim: { ...claim({}), metadata } as KubernetesObject,
    budget: { ...budget({ minAvailable: 1 }), metadata } as KubernetesObject,
  };
};

/** What they are changed to. */
export const changes: [of: 'claim' | 'budget', what: string, change: object, isAllowed?: true][] = [
  ['claim', 'take a volume that is there, later', { spec: { volumeName: 'of-quasar' } }],
  ['claim', 'get what has no class, later', { spec: { storageClassName: '' } }],
  ...annotations.map((annotation): [of: 'claim', what: string, change: object] => [
    'claim',
    `say ${annotation}, later`,
    { metadata: { annotations: { [annotation]: '' } } },
  ]),
  ['claim', 'get a class, later', { spec: { storageClassName: 'fast' } }, true],
  ['claim', 'get a label', { metadata: { labels: { a: 'b' } } }, true],
  ['budget', 'keep more, later', { spec: { minAvailable: 2 } }],
  ['budget', 'let none go, later', { spec: { minAvailable: null, maxUnavailable: '00%' } }],
  [
    'budget',
    'keep pods that never get ready, later',
    { spec: { minAvailable: null, maxUnavailable: 1, unhealthyPodEvictionPolicy: null } },
  ],
  ['budget', 'let one go, later', { spec: { minAvailable: null, maxUnavailable: 1 } }, true],
  ['budget', 'get a label', { metadata: { labels: { a: 'b' } } }, true],
];
