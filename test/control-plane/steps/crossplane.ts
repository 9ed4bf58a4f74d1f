import { join } from 'node:path';
import { crossplane, initializeCrossplane } from '../crossplane.ts';
import { Cluster } from '../kubernetes.ts';
import { accounts, type Identity } from '../kubernetes-servers.ts';
import { bindEmergency, nameGitOps } from '../writers.ts';
import { applyFile, applyFiles } from './apply.ts';
import { adminKubeconfig, type Plan } from './plan.ts';

/** Crossplane on the hub, with the rights and policies of package/install, and what stands in for its runtime. */
export const startCrossplane = async (plan: Plan): Promise<void> => {
  const { directory, ports, processes, progress, tool } = plan;
  const hub = new Cluster(adminKubeconfig(directory, 'hub'));
  const hubKubeconfig = (identity: string) => join(directory, 'hub', `${identity}.kubeconfig`);
  const settings = {
    tool: tool('crossplane'),
    kubeconfig: hubKubeconfig('crossplane'),
    directory: join(directory, 'crossplane'),
    ports: {
      metrics: ports['crossplane-metrics'],
      health: ports['crossplane-health'],
      webhook: ports['crossplane-webhook'],
    },
  };
  await progress.step('Crossplane prepared', async () => {
    await grantCrossplane(hub);
    await initializeCrossplane(hub, settings);
    await applyFiles(hub, 'package/install/hub');
    await nameGitOps(hub);
    await bindEmergency(hub);
  });
  await Promise.all([
    progress.step('Crossplane', () => processes.run(crossplane(settings))),
    processes.run({
      name: 'runtime-controller',
      command: process.execPath,
      arguments: [
        ...['--import', import.meta.resolve('tsx'), join(import.meta.dirname, '../runtime-controller.ts')],
        ...['--kubeconfig', hubKubeconfig('runtime-controller'), '--endpoint', `dns:///127.0.0.1:${ports.function}`],
      ],
    }),
  ]);
};

/** Crossplane's rights are its own and those of package/install, no more: that they are enough is tested by every scenario. */
const grantCrossplane = async (hub: Cluster) => {
  await applyFile(hub, join(import.meta.dirname, '../crossplane-roles.yaml'));
  const rights: [Identity, string][] = [
    ['crossplane', 'harness:crossplane'],
    ['crossplane', 'squadkit:crossplane'],
    ['provider-sql', 'harness:provider-sql'],
    ['provider-kubernetes', 'harness:provider-kubernetes'],
  ];
  for (const [identity, role] of rights) {
    await hub.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `harness:${identity}:${role}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: accounts[identity].user }],
    });
  }
};
