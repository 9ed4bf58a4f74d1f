import { impersonating } from '../../../functions/evidence/live/kubeconfig.ts';
import { Cluster } from '../../control-plane/kubernetes.ts';
import { accounts } from '../../control-plane/kubernetes-servers.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import type { Attempt } from './attempts.ts';
import { byGit, installs, machine, otherMarks, ours, servicePlaces } from './rights.ts';
import type { ClusterName } from './servers.ts';

/** Somebody who talks to an API server. */
export interface Actor {
  name: string;
  user: string;
  groups: string[];
  /** What our pages say that they may do: of it nothing is tried for real. */
  may?: (attempt: Attempt) => boolean;
  /** What is nobody's question, and is not tried. */
  either?: (attempt: Attempt) => boolean;
  /** Has the rights of another one here, under another name: of them one thing is tried by each door. */
  isLike?: string;
}

const account = (namespace: string, name: string) => ({
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
});

/** Called as Kubernetes' own are, and with every right; some clouds and tools install such there. */
export const programOfKubeSystem = {
  user: 'system:serviceaccount:kube-system:walls-controller',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'walls:administrators'],
};

/** Whom the platform names in squadkitUsers besides the ServiceAccount of package/install/remote. */
export const otherSquadkit = 'walls:squadkit';

/** What Squadkit may do on a cluster, by whatever name it comes. */
const asSquadkit = ({ group, resource, namespace, target, change }: Attempt): boolean =>
  (servicePlaces.includes(namespace ?? (resource === 'namespaces' ? target : '')) &&
    !['a token', 'given a node'].includes(change) &&
    !(resource === 'namespaces' && ['mark', 'unmarked'].includes(change))) ||
  (namespace === 'squadkit-deployers' && group === '' && ['secrets', 'serviceaccounts'].includes(resource));

/** By cluster, everybody who may come. The rights of each group stand below. */
export const actors: Record<ClusterName, Actor[]> = {
  hub: [
    { name: 'somebody without a name', user: 'system:anonymous', groups: ['system:unauthenticated'] },
    { name: 'a member of the squad', user: 'ada', groups: ['galaxy'] },
    { name: 'a member of another squad', user: 'zoe', groups: ['quasar'] },
    {
      name: 'the delivery of the squad',
      ...account('squadkit-delivery', 'galaxy'),
      may: (attempt) => byGit(attempt) && attempt.resource === 'services' && attempt.namespace === 'galaxy',
    },
    { name: 'a pod of the squad', ...account('galaxy', 'default') },
    { name: 'a backup that no pod makes', ...account('squadkit-backups', 'backup') },
    { name: 'a drill that no pod makes', ...account('squadkit-backups', 'drill') },
    { name: 'an auditor', user: 'olga', groups: ['walls:auditors'] },
    { name: 'who may view everything', user: 'vera', groups: ['walls:view'] },
    { name: 'who may edit every namespace', user: 'eve', groups: ['walls:edit'], may: otherMarks },
    {
      name: 'who is admin of every namespace',
      user: 'adam',
      groups: ['walls:admin'],
      may: otherMarks,
      isLike: 'who may edit every namespace',
    },
    {
      name: 'an SRE',
      user: 'grace',
      groups: ['squadkit:sre'],
      may: ({ group, subresource, change }) =>
        ours.test(group) &&
        !installs.test(group) &&
        subresource === '' &&
        ['paused', 'observed', ...(group === 'squadkit.io' ? ['annotation', 'replaced', 'applied'] : [])].includes(
          change,
        ),
    },
    { name: 'an administrator whom nobody named', user: 'mallory', groups: ['walls:administrators'], may: otherMarks },
    {
      name: 'a controller of somebody in kube-system',
      ...programOfKubeSystem,
      may: otherMarks,
      isLike: 'an administrator whom nobody named',
    },
    {
      name: 'a member of the group without a name',
      user: 'mallory',
      groups: ['walls:administrators', ''],
      may: otherMarks,
      isLike: 'an administrator whom nobody named',
    },
    {
      name: 'the GitOps identity',
      ...account('flux-system', 'kustomize-controller'),
      may: (attempt) => otherMarks(attempt) || byGit(attempt),
      // A label that comes by the door to a part of an object is dropped by some kinds, where it marks nothing, and seen by
      // admission in others. Whoever may not change the object at all tries it.
      either: ({ change, subresource }) => change === 'mark' && subresource !== '',
    },
    {
      name: 'who keeps the credentials',
      user: 'vault',
      groups: ['walls:administrators', 'walls:credentials'],
      isLike: 'an administrator whom nobody named',
      may: (attempt) =>
        otherMarks(attempt) ||
        (attempt.resource === 'secrets' &&
          ['squadkit-system', 'squadkit-backups', 'squadkit-janitor'].includes(attempt.namespace ?? '') &&
          attempt.change !== 'mark'),
    },
    {
      name: 'provider-sql',
      user: accounts['provider-sql'].user,
      groups: accounts['provider-sql'].groups,
      may: (attempt) => machine(attempt),
    },
    {
      name: 'provider-kubernetes',
      user: accounts['provider-kubernetes'].user,
      groups: accounts['provider-kubernetes'].groups,
      may: (attempt) => machine(attempt),
    },
  ],
  aqua: [
    { name: 'somebody without a name', user: 'system:anonymous', groups: ['system:unauthenticated'] },
    { name: "the squad's deployer", ...account('squadkit-deployers', 'galaxy-billing') },
    { name: "another squad's deployer", ...account('squadkit-deployers', 'quasar-catalog') },
    { name: 'a pod of the squad', ...account('galaxy-billing', 'default') },
    { name: 'a member, in production', user: 'ada', groups: ['oidc:galaxy'] },
    { name: 'a member, in engineering', user: 'zoe', groups: ['oidc:quasar'] },
    { name: 'who may view everything', user: 'vera', groups: ['walls:view'] },
    { name: 'who may edit every namespace', user: 'eve', groups: ['walls:edit'], may: otherMarks },
    {
      name: 'who is admin of every namespace',
      user: 'adam',
      groups: ['walls:admin'],
      may: otherMarks,
      isLike: 'who may edit every namespace',
    },
    { name: 'an administrator whom nobody named', user: 'mallory', groups: ['walls:administrators'], may: otherMarks },
    {
      name: 'a controller of somebody in kube-system',
      ...programOfKubeSystem,
      may: otherMarks,
      isLike: 'an administrator whom nobody named',
    },
    {
      name: 'a member of the group without a name',
      user: 'mallory',
      groups: ['walls:administrators', ''],
      may: otherMarks,
      isLike: 'an administrator whom nobody named',
    },
    { name: 'Squadkit itself', ...account('squadkit-system', 'squadkit'), may: asSquadkit },
    { name: 'Squadkit under another name', user: otherSquadkit, groups: [], may: asSquadkit },
    {
      name: 'an SRE, in an emergency',
      user: 'grace',
      groups: ['squadkit:sre', 'walls:administrators'],
      may: ({ target, change, isDeletion }) =>
        !['everybody', 'given a node'].includes(change) &&
        !change.startsWith('a further kind') &&
        !(['squadkit-writers', 'squadkit-allowed'].includes(target) && isDeletion),
    },
  ],
};

/** The rights of these groups on both clusters: Kubernetes' own roles, for the whole cluster. */
export const bindings = (name: ClusterName): KubernetesObject[] => {
  const bind = (role: string, subject: object): KubernetesObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `walls:${role}:${Object.values(subject).join(':')}`.replace(/[^a-z:-]/g, '-') },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', ...subject }],
  });
  const group = (role: string, who: string) => bind(role, { kind: 'Group', name: who });

  return [
    ...['view', 'edit', 'admin'].map((role) => group(role, `walls:${role}`)),
    group('cluster-admin', 'walls:administrators'),
    ...(name === 'hub'
      ? [
          group('squadkit:sre', 'squadkit:sre'),
          group('squadkit:auditor', 'walls:auditors'),
          bind('cluster-admin', { kind: 'User', name: 'system:serviceaccount:flux-system:kustomize-controller' }),
          ...(['crossplane', 'provider-sql', 'provider-kubernetes'] as const).map((identity) =>
            bind(`harness:${identity}`, { kind: 'User', name: accounts[identity].user }),
          ),
        ]
      : [bind('squadkit', { kind: 'User', name: otherSquadkit })]),
  ];
};

/** A cluster as an actor; the API server puts nothing to the groups that it is told. */
export const asActor = (
  { kubeconfigPath }: Cluster,
  { user, groups }: Pick<Actor, 'user' | 'groups'> & { name?: string },
): Cluster =>
  new Cluster(
    kubeconfigPath,
    impersonating(user, user === 'system:anonymous' ? groups : [...groups, 'system:authenticated']),
  );
