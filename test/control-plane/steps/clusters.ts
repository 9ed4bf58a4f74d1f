import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, createTokenKey } from '../certificates.ts';
import { Cluster } from '../kubernetes.ts';
import { apiServer, controllerManager, etcd, writeClusterFiles } from '../kubernetes-servers.ts';
import { nameEmergency } from '../writers.ts';
import { applyFiles } from './apply.ts';
import { startCrossplane } from './crossplane.ts';
import { adminKubeconfig, type Plan } from './plan.ts';

/** Both clusters, and Crossplane as soon as the hub is there. */
export const startKubernetes = async (plan: Plan): Promise<void> => {
  const { directory, ports, processes, progress, tool } = plan;
  const authority = await createAuthority('squadkit kubernetes');
  const createToken = () => randomBytes(24).toString('hex');
  const tokenKey = createTokenKey();
  writeFileSync(join(directory, 'kubernetes-ca.crt'), authority.certificate);
  for (const name of ['hub', 'aqua'] as const) {
    const files = { name, directory: join(directory, name), port: ports[name], authority, tokenKey, createToken };
    await writeClusterFiles({ ...files, adminKubeconfig: adminKubeconfig(directory, name) });
  }
  const etcdData = { directory: join(directory, 'etcd'), client: ports.etcd, peer: ports['etcd-peer'] };
  const startCluster = async (name: 'hub' | 'aqua') => {
    const cluster = { name, directory: join(directory, name), port: ports[name], etcdPort: ports.etcd };
    const auditLog = plan.audit && name === 'hub' && { auditLog: processes.log('hub-audit') };
    await processes.run(apiServer(tool('kubernetes'), { ...cluster, ...auditLog }));
  };
  const started = progress.step('etcd', () => processes.run(etcd(tool('etcd'), etcdData)));
  const hub = progress.step('cluster hub', () => startCluster('hub'));
  const aqua = progress.step('cluster aqua', () => startCluster('aqua'));
  await Promise.all([
    started,
    aqua.then(() => startControllers(plan, 'aqua')),
    hub.then(() => startCrossplane(plan)),
    aqua.then(() => installOnAqua(new Cluster(adminKubeconfig(directory, 'aqua')))),
  ]);
};

const installOnAqua = async (aqua: Cluster) => {
  await applyFiles(aqua, 'package/install/remote');
  await nameEmergency(aqua);
};

/** Starts the controllers of a cluster: they know the kinds that there are now, and new ones half a minute later. */
export const startControllers = ({ directory, ports, processes, tool }: Plan, name: 'hub' | 'aqua'): Promise<void> => {
  const cluster = { name, directory: join(directory, name), controllerPort: ports[`${name}-controllers`] };

  return processes.run(controllerManager(tool('kubernetes'), cluster));
};
