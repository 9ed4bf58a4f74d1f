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
        ? [
            {
              ...attempt('account', `serviceaccounts/${account}`, { metadata: { labels: { walls: 'tried' } } }),
              ...{ method: 'PATCH', contentType: 'application/merge-patch+json' },
            },
          ]
        : [attempt('account', 'serviceaccounts', { metadata: { name: `${account}-walls` } })]),
    ];
  });
};

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

/**
 * Whether an actor may become that by what the pages say: in the own namespace; Git installs the platform's programs, an
 * SRE of a cluster does so in an emergency, and Squadkit makes deployers and their tokens.
 */
export const isTheirs = (actor: Actor, { namespace, change }: Attempt): boolean =>
  actor.groups.includes(`system:serviceaccounts:${namespace}`) ||
  ((isGitOps(actor) || actor.name === 'an SRE, in an emergency') && namespace !== 'kube-system') ||
  (actor.name.startsWith('Squadkit ') &&
    namespace === 'squadkit-deployers' &&
    ['token Secret', 'account'].includes(change));

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
