import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { Actor } from './actors.ts';
import type { Attempt } from './attempts.ts';
import type { ClusterName } from './servers.ts';

/** ServiceAccounts that the policies trust: by cluster, where they live. Those of kube-system are asked of the cluster. */
const trusted: Record<ClusterName, [namespace: string, name: string][]> = {
  hub: [
    ['crossplane-system', 'crossplane'],
    ['flux-system', 'kustomize-controller'],
    // Named in the list, and not installed: whoever makes it would be it.
    ['argocd', 'argocd-application-controller'],
  ],
  aqua: [
    ['squadkit-system', 'squadkit'],
    ['squadkit-deployers', 'galaxy-billing'],
  ],
};

/** Every way to act as a ServiceAccount without impersonating it: its token, a Secret with one, a pod, an account. */
export const waysToBecome = async (name: ClusterName, server: Cluster): Promise<Attempt[]> => {
  const { items } = await server.request<{ items: { metadata: { name: string } }[] }>(
    'GET',
    '/api/v1/namespaces/kube-system/serviceaccounts',
  );
  const controllers = items
    .map(({ metadata }): [string, string] => ['kube-system', metadata.name])
    .filter(([, account]) => account !== 'default');

  return [...trusted[name], ...controllers].flatMap(([namespace, account]) => {
    const core = `/api/v1/namespaces/${namespace}`;
    const attempt = (change: string, path: string, body: object): Attempt => ({
      ...{ method: 'POST', path: `${core}/${path}`, body, change, group: '' },
      resource: path.split('/')[0] as string,
      ...{ subresource: path.split('/')[2] ?? '', namespace, target: account, isMarked: false, isDeletion: false },
    });
    const spec = { serviceAccountName: account, containers: [{ name: 'walls', image: 'walls:1' }] };

    return [
      attempt('token', `serviceaccounts/${account}/token`, { spec: {} }),
      attempt('token Secret', 'secrets', {
        metadata: { name: 'walls-token', annotations: { 'kubernetes.io/service-account.name': account } },
        type: 'kubernetes.io/service-account-token',
      }),
      attempt('pod', 'pods', { metadata: { name: 'walls' }, spec }),
      ...(namespace === 'kube-system'
        ? []
        : [attempt('account', 'serviceaccounts', { metadata: { name: `${account}-walls` } })]),
    ];
  });
};

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

/** What would take our kinds, our roles or our documents over, under names that are still free. */
export const hostile: Attempt[] = [
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
];

/** What no admission policy sees, because it is decided before: who may do it is asked of the API server itself. */
export const beyondAdmission: { verb: string; group: string; resource: string; subresource?: string; name?: string }[] =
  [
    { verb: 'impersonate', group: '', resource: 'users', name: 'system:serviceaccount:crossplane-system:crossplane' },
    { verb: 'impersonate', group: '', resource: 'groups', name: 'system:masters' },
    { verb: 'impersonate', group: '', resource: 'serviceaccounts', name: 'kustomize-controller' },
    { verb: 'impersonate', group: 'authentication.k8s.io', resource: 'userextras', subresource: 'scopes' },
    { verb: 'bind', group: 'rbac.authorization.k8s.io', resource: 'clusterroles', name: 'cluster-admin' },
    { verb: 'escalate', group: 'rbac.authorization.k8s.io', resource: 'clusterroles', name: 'walls' },
    { verb: 'approve', group: 'certificates.k8s.io', resource: 'signers', name: 'kubernetes.io/kube-apiserver-client' },
    { verb: 'sign', group: 'certificates.k8s.io', resource: 'signers', name: 'kubernetes.io/kube-apiserver-client' },
    { verb: 'create', group: '', resource: 'nodes', subresource: 'proxy' },
    ...[
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'mutatingadmissionpolicies',
      'mutatingwebhookconfigurations',
    ].flatMap((resource) =>
      ['create', 'update', 'patch', 'delete', 'deletecollection'].map((verb) => ({
        verb,
        group: 'admissionregistration.k8s.io',
        resource,
      })),
    ),
  ];

const isGitOps = ({ name }: Actor) => name === 'the GitOps identity';

/** Whether an actor may become that by what the pages say: in the own namespace, and Git installs the platform's programs. */
export const isTheirs = (actor: Actor, { namespace }: Attempt): boolean =>
  actor.groups.includes(`system:serviceaccounts:${namespace}`) || (isGitOps(actor) && namespace !== 'kube-system');

/** What of this an actor may do, by rights that are given outside Squadkit: package/install/README.md says so. */
export const mayBeyond = (actor: Actor): typeof beyondAdmission => {
  if (isGitOps(actor) || actor.groups.includes('walls:administrators')) return beyondAdmission;
  // Kubernetes' own edit and admin impersonate every ServiceAccount of their namespaces.
  const impersonates = actor.groups.some((group) => ['walls:edit', 'walls:admin'].includes(group));

  return beyondAdmission.filter(({ resource }) => impersonates && resource === 'serviceaccounts');
};

/** Whether an actor may do one of these, in the words of the API server's authorizer. */
export const may = async (
  cluster: Cluster,
  { user, groups }: { user: string; groups: string[] },
  { verb, group, resource, subresource, name }: (typeof beyondAdmission)[number],
): Promise<boolean> => {
  const { status } = await cluster.request<{ status: { allowed: boolean } }>(
    'POST',
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user,
        groups: [...groups, 'system:authenticated'],
        resourceAttributes: { verb, group, resource, subresource, name },
      },
    },
  );

  return status.allowed;
};
