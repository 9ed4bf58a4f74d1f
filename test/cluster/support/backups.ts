import type { Cluster } from '../../control-plane/kubernetes.ts';
import { accounts } from '../../control-plane/kubernetes-servers.ts';

/** Where backups are made on the hub. */
export const backupsNamespace = 'squadkit-backups';

/** Lets provider-kubernetes make backups, as an installation does for its ServiceAccount, which is called otherwise here. */
export const letBackupsBeMade = async (hub: Cluster): Promise<void> => {
  const [apiGroup, kind] = ['rbac.authorization.k8s.io', 'Role'];
  await hub.apply({
    ...{ apiVersion: `${apiGroup}/v1`, kind: 'RoleBinding', metadata: { name: 'here', namespace: backupsNamespace } },
    roleRef: { apiGroup, kind, name: 'squadkit:backups' },
    subjects: [{ apiGroup, kind: 'User', name: accounts['provider-kubernetes'].user }],
  });
};
