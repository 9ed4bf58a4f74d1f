import type { Attempt } from './attempts.ts';
import { refusedKinds, roleOf } from './further-kinds.ts';
import type { ClusterName } from './servers.ts';

const cluster = {
  subresource: '',
  namespace: undefined,
  target: '',
  isMarked: false,
  isDeletion: false,
  method: 'POST',
};
const group = 'squadkit.io';
const schema = { openAPIV3Schema: { type: 'object' } };

const merge = 'application/merge-patch+json';
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-0000-0000-000000000000' };
const settings = { engine: 'flux', source: 'squads', folder: 'squads' };
const bound = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name },
  target: { kind: 'Node', name: 'walls' },
});

/** What would end the namespace of a writer: labels of others it may have. */
const ends = (target: string): Attempt[] => {
  const one = { ...cluster, group: '', resource: 'namespaces', target, path: `/api/v1/namespaces/${target}` };

  return [
    { ...one, change: 'owner', method: 'PATCH', contentType: merge, body: { metadata: { ownerReferences: [owner] } } },
    { ...one, change: 'deleted', method: 'DELETE', isDeletion: true },
    {
      ...{ ...one, change: 'status', method: 'PATCH', contentType: merge, subresource: 'status' },
      ...{ path: `${one.path}/status`, body: { metadata: { annotations: { walls: 'tried' } } } },
    },
  ];
};

const onHub: Attempt[] = [
  ...['crossplane-system', 'flux-system'].flatMap(ends),
  {
    ...{ ...cluster, namespace: 'crossplane-system', change: 'given a node', group: '', resource: 'bindings' },
    ...{ path: '/api/v1/namespaces/crossplane-system/bindings', body: bound('crossplane') },
  },
  ...[{ source: '../others' }, { folder: '../others' }].map(
    (other): Attempt => ({
      ...{ ...cluster, namespace: 'squadkit-delivery', change: 'deliver otherwise', group: '', resource: 'configmaps' },
      path: '/api/v1/namespaces/squadkit-delivery/configmaps',
      body: { metadata: { name: 'squadkit-delivery' }, data: { ...settings, ...other } },
    }),
  ),
  {
    ...{
      ...cluster,
      change: 'a server of its own for our kinds',
      group: 'apiregistration.k8s.io',
      resource: 'apiservices',
    },
    path: '/apis/apiregistration.k8s.io/v1/apiservices',
    body: {
      metadata: { name: `v1beta9.${group}` },
      spec: {
        group,
        version: 'v1beta9',
        groupPriorityMinimum: 9000,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: 'walls', namespace: 'default' },
      },
    },
  },
  {
    ...{
      ...cluster,
      change: 'one more kind of ours',
      group: 'apiextensions.k8s.io',
      resource: 'customresourcedefinitions',
    },
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    body: {
      metadata: { name: `walls.${group}` },
      spec: {
        group,
        scope: 'Cluster',
        names: { plural: 'walls', kind: 'Wall' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    },
  },
  {
    ...{
      ...cluster,
      change: 'a role that looks like ours',
      group: 'rbac.authorization.k8s.io',
      resource: 'clusterroles',
    },
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    body: { metadata: { name: 'squadkit:walls' }, rules: [] },
  },
  {
    ...{ ...cluster, change: 'a Zone that cannot go', group: 'protection.crossplane.io', resource: 'clusterusages' },
    path: '/apis/protection.crossplane.io/v1beta1/clusterusages',
    body: {
      apiVersion: 'protection.crossplane.io/v1beta1',
      kind: 'ClusterUsage',
      metadata: { name: 'walls' },
      spec: {
        of: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', resourceRef: { name: 'frontier' } },
        reason: 'walls',
      },
    },
  },
  {
    ...{ ...cluster, namespace: 'default', change: 'what Flux applies', group: 'kustomize.toolkit.fluxcd.io' },
    resource: 'kustomizations',
    path: '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/default/kustomizations',
    body: {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'walls', namespace: 'default' },
      spec: { path: './walls', sourceRef: { kind: 'GitRepository', name: 'walls' } },
    },
  },
  // By which Git could say, before Squadkit does, whose a squad's name was.
  {
    ...{ ...cluster, namespace: 'squadkit-system', change: 'a record of a name that is free', group: '' },
    resource: 'configmaps',
    path: '/api/v1/namespaces/squadkit-system/configmaps',
    body: { metadata: { name: 'squad.pirates' }, data: { id: 'walls', used: 'true', group: 'pirates' } },
  },
];

const marks = { 'squadkit.io/squad': 'galaxy', 'squadkit.io/service': 'billing' };
const inService = { ...cluster, namespace: 'galaxy-billing', group: '' };

const onAqua: Attempt[] = [
  ...refusedKinds.map((kind): Attempt => {
    const role = roleOf({ ...kind, name: kind.name ?? 'squadkit:walls' });

    return {
      ...{
        ...cluster,
        change: `a further kind: ${kind.what}`,
        group: 'rbac.authorization.k8s.io',
        resource: 'clusterroles',
      },
      ...{ path: '/apis/rbac.authorization.k8s.io/v1/clusterroles', body: role },
    };
  }),
  ...['bindings', 'pods/idle/binding'].map(
    (path): Attempt => ({
      ...{ ...inService, change: 'given a node', resource: path.split('/')[0] as string },
      ...{
        subresource: path.split('/')[2] ?? '',
        path: `/api/v1/namespaces/galaxy-billing/${path}`,
        body: bound('idle'),
      },
    }),
  ),
  // Whoever steals Squadkit's identity could do these with its rights.
  {
    ...{ ...inService, change: 'a token', resource: 'secrets', isMarked: true },
    path: '/api/v1/namespaces/galaxy-billing/secrets',
    body: {
      metadata: {
        ...{ name: 'walls-token', labels: marks },
        annotations: { 'kubernetes.io/service-account.name': 'default' },
      },
      type: 'kubernetes.io/service-account-token',
    },
  },
  {
    ...{ ...inService, namespace: 'default', change: 'a right elsewhere', isMarked: true },
    ...{ group: 'rbac.authorization.k8s.io', resource: 'rolebindings' },
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings',
    body: {
      metadata: { name: 'walls', labels: marks },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'squadkit:view' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory' }],
    },
  },
  {
    ...{ ...cluster, change: 'a namespace that was there', group: '', resource: 'namespaces', target: 'kube-public' },
    ...{ method: 'PATCH', path: '/api/v1/namespaces/kube-public', contentType: merge },
    body: { metadata: { labels: { 'squadkit.io/squad': 'kube', 'squadkit.io/service': 'public' } } },
  },
];

/** What would take over what is ours or was there before, under names that are still free. */
export const hostile: Record<ClusterName, Attempt[]> = { hub: onHub, aqua: onAqua };
