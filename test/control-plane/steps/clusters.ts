import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, createTokenKey } from '../certificates.ts';
import { Cluster } from '../kubernetes.ts';
import { apiServer, controllerManager, etcd, writeClusterFiles } from '../kubernetes-servers.ts';
import { nameEmergency } from '../writers.ts';
import { applyFiles } from './apply.ts';
import { startCrossplane } from './crossplane.ts';
import { adminKubeconfig, type ClusterName, type Plan, workloadClusters } from './plan.ts';

/** The hub, with Crossplane as soon as it is there, and a cluster for workloads for each Zone of the examples. */
export const startKubernetes = async (plan: Plan): Promise<void> => {
  const { directory, ports, processes, progress, tool } = plan;
  const authority = await createAuthority('squadkit kubernetes');
  const createToken = () => randomBytes(24).toString('hex');
  writeFileSync(join(directory, 'kubernetes-ca.crt'), authority.certificate);
  const workloads = Object.values(workloadClusters);
  for (const name of ['hub', ...workloads] as const) {
    const files = { name, directory: join(directory, name), port: ports[name], authority, createToken };
    // A token of one cluster is nothing to another.
    const own = { tokenKey: createTokenKey(), adminKubeconfig: adminKubeconfig(directory, name) };
    await writeClusterFiles({ ...files, ...own });
  }
  const etcdData = { directory: join(directory, 'etcd'), client: ports.etcd, peer: ports['etcd-peer'] };
  const started = progress.step('etcd', () => processes.run(etcd(tool('etcd'), etcdData)));
  const hub = progress.step('cluster hub', () => startCluster(plan, 'hub'));
  const startWorkloads = async (name: ClusterName) => {
    await progress.step(`cluster ${name}`, () => startCluster(plan, name));
    await Promise.all([
      startControllers(plan, name),
      installForWorkloads(new Cluster(adminKubeconfig(directory, name))),
    ]);
  };
  await Promise.all([started, hub.then(() => startCrossplane(plan)), ...workloads.map(startWorkloads)]);
};

/** Starts the API server of a cluster whose files are written. */
export const startCluster = async (
  { directory, ports, processes, tool, audit }: Plan,
  name: ClusterName,
): Promise<void> => {
  const cluster = { name, directory: join(directory, name), port: ports[name], etcdPort: ports.etcd };
  const auditLog = audit && name === 'hub' && { auditLog: processes.log('hub-audit') };
  await processes.run(apiServer(tool('kubernetes'), { ...cluster, ...auditLog }));
};

const installForWorkloads = async (cluster: Cluster) => {
  await applyFiles(cluster, 'package/install/remote');
  await nameEmergency(cluster);
};

/** Starts the controllers of a cluster: they know the kinds that there are now, and new ones half a minute later. */
export const startControllers = ({ directory, ports, processes, tool }: Plan, name: ClusterName): Promise<void> => {
  const cluster = { name, directory: join(directory, name), controllerPort: ports[`${name}-controllers`] };

  return processes.run(controllerManager(tool('kubernetes'), cluster));
};
