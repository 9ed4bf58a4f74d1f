import type { KubernetesObject } from '../../control-plane/objects.ts';

/** A kind that a platform could give to squads besides, and how it would write that down. */
export interface FurtherKind {
  what: string;
  rule: object;
  name?: string;
  labels?: Record<string, string>;
}

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** The ClusterRole that gives a kind to the pipelines of squads. */
export const roleOf = ({ rule, name = 'squadkit:further', labels }: FurtherKind): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name, labels: { 'squadkit.io/aggregate-to-deployer': 'true', ...labels } },
  rules: [rule],
});

/** The rule that gives a kind with every verb. */
export const kindOf = (group: string, resource: string, more: object = {}): object => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
  ...more,
});

/** What is refused even from the platform. */
export const refusedKinds: FurtherKind[] = [
  { what: 'everything', rule: kindOf('*', '*') },
  { what: 'everything of a group', rule: kindOf('cert-manager.io', '*') },
  { what: 'every verb', rule: kindOf('cert-manager.io', 'certificates', { verbs: ['*'] }) },
  { what: 'a verb that gives rights', rule: kindOf('cert-manager.io', 'certificates', { verbs: ['escalate'] }) },
  { what: 'use', rule: kindOf('security.openshift.io', 'securitycontextconstraints', { verbs: ['use'] }) },
  { what: 'a path', rule: { nonResourceURLs: ['/metrics'], verbs: ['get'] } },
  ...[
    'secrets',
    'pods',
    'pods/exec',
    'serviceaccounts',
    'serviceaccounts/token',
    'nodes',
    'endpoints',
    'namespaces',
  ].map((resource) => ({ what: resource, rule: kindOf('', resource) })),
  ...(
    [
      ['apps', 'daemonsets'],
      ['rbac.authorization.k8s.io', 'rolebindings'],
      ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations'],
      ['certificates.k8s.io', 'certificatesigningrequests'],
      ['apiextensions.k8s.io', 'customresourcedefinitions'],
      ['networking.k8s.io', 'networkpolicies'],
      ['policy.networking.k8s.io', 'adminnetworkpolicies'],
      ['gateway.networking.k8s.io', 'gateways'],
      ['gateway.networking.k8s.io', 'referencegrants'],
      ['cilium.io', 'ciliumnetworkpolicies'],
      ['k8s.cni.cncf.io', 'network-attachment-definitions'],
      ['kustomize.toolkit.fluxcd.io', 'kustomizations'],
      ['helm.toolkit.fluxcd.io', 'helmreleases'],
      ['argoproj.io', 'applications'],
      ['kubernetes.m.crossplane.io', 'objects'],
      ['pkg.crossplane.io', 'providers'],
      ['management.cattle.io', 'projects'],
      ['build.openshift.io', 'builds'],
      ['kyverno.io', 'policies'],
      ['external-secrets.io', 'pushsecrets'],
      ['external-secrets.io', 'secretstores'],
      ['networking.istio.io', 'envoyfilters'],
      ['monitoring.coreos.com', 'prometheuses'],
      ['squadkit.io', 'services'],
      ['cert-manager.io', 'certificates/status'],
    ] as const
  ).map(([group, resource]) => ({ what: `${group} ${resource}`, rule: kindOf(group, resource) })),
  { what: 'a role under another name', rule: kindOf('cert-manager.io', 'certificates'), name: 'further' },
];
