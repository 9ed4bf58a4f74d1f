import type { Cluster } from '../../control-plane/kubernetes.ts';
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
      ...{ method: 'POST', path: `${core}/${path}`, body, change, group: '', resource: path.split('/')[0] as string },
      ...{ subresource: '', namespace, target: account, isMarked: false, isDeletion: false },
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
        : [
            attempt('Deployment', '', {}),
            attempt('account', 'serviceaccounts', { metadata: { name: `${account}-walls` } }),
          ].filter(({ change }) => change !== 'Deployment')),
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

/** Objects of the whole cluster that would take our kinds or our roles over, under names that are still free. */
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
