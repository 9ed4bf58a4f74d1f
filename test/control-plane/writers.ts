import type { Cluster } from './kubernetes.ts';
import { accounts } from './kubernetes-servers.ts';

/** The list by which policies know who may do what. */
export const writers = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'squadkit-writers', namespace: 'squadkit-system' },
};

/**
 * Puts the administrator's name where a platform puts the one of its GitOps controller: whatever people and tests apply
 * with the hub's kubeconfig stands for a commit to Git.
 */
export const nameGitOps = async (hub: Cluster): Promise<void> => {
  await hub.patch(writers, { data: { gitopsUsers: `${accounts.admin.user}\n` } });
};

/**
 * Puts Flux's controllers into the list, beside the administrator unless they are to be alone. What a squad's Kustomization
 * applies comes from the squad's deliverer, whom package/install names already.
 */
export const nameFlux = (hub: Cluster, { alone }: { alone: boolean }): Promise<void> => {
  const flux = ['source-controller', 'kustomize-controller'].map((name) => `system:serviceaccount:flux-system:${name}`);

  return nameUsers(hub, [...(alone ? [] : [accounts.admin.user]), ...flux]);
};

/** Puts Argo CD's controller into the list, as package/install does, beside the administrator. */
export const nameArgo = (hub: Cluster): Promise<void> =>
  nameUsers(hub, [accounts.admin.user, 'system:serviceaccount:argocd:argocd-application-controller']);

/** Puts these users into the list, and nobody else, as those who apply what is in Git. */
export const nameUsers = async (hub: Cluster, names: string[]): Promise<void> => {
  await hub.patch(writers, { data: { gitopsUsers: `${names.join('\n')}\n` } });
};

/** Gives the group that package/install names for emergencies its rights on the hub, as a platform would. */
export const bindEmergency = async (hub: Cluster): Promise<void> => {
  const [apiGroup, name] = ['rbac.authorization.k8s.io', 'squadkit:sre'];
  const apiVersion = `${apiGroup}/v1`;
  const subjects = [{ apiGroup, kind: 'Group', name }];
  await hub.apply({
    ...{ apiVersion, kind: 'ClusterRoleBinding', metadata: { name } },
    ...{ roleRef: { apiGroup, kind: 'ClusterRole', name }, subjects },
  });
  await hub.apply({
    ...{ apiVersion, kind: 'RoleBinding', metadata: { name, namespace: 'squadkit-backups' } },
    ...{ roleRef: { apiGroup, kind: 'Role', name }, subjects },
  });
};

/** On aqua the administrator stands for the SREs of that cluster. */
export const nameEmergency = async (aqua: Cluster): Promise<void> => {
  await aqua.patch(writers, { data: { emergencyUsers: `${accounts.admin.user}\n` } });
};
