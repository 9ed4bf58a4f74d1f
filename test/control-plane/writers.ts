import type { Cluster } from './kubernetes.ts';
import { accounts } from './kubernetes-servers.ts';

const writers = {
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
export const nameFlux = async (hub: Cluster, { alone }: { alone: boolean }): Promise<void> => {
  const flux = ['source-controller', 'kustomize-controller'].map((name) => `system:serviceaccount:flux-system:${name}`);
  const named = [...(alone ? [] : [accounts.admin.user]), ...flux];
  await hub.patch(writers, { data: { gitopsUsers: `${named.join('\n')}\n` } });
};

/** Gives the group that package/install names for emergencies its rights on the hub, as a platform would. */
export const bindEmergency = async (hub: Cluster): Promise<void> => {
  await hub.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'squadkit:sre' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'squadkit:sre' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'squadkit:sre' }],
  });
};

/** On aqua the administrator stands for the SREs of that cluster. */
export const nameEmergency = async (aqua: Cluster): Promise<void> => {
  await aqua.patch(writers, { data: { emergencyUsers: `${accounts.admin.user}\n` } });
};
