import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../package/image/run.ts';
import type { Package } from '../../../package/package.ts';
import type { Progress } from '../../../package/tools/progress.ts';
import type { BuiltTool } from '../../../package/tools/tools.ts';
import { createAuthority } from '../certificates.ts';
import { Cluster } from '../kubernetes.ts';
import { etcd } from '../kubernetes-servers.ts';
import { isTrue, type KubernetesObject } from '../objects.ts';
import { connectPostgres, type PostgresConnection, preparePostgres } from '../postgres.ts';
import { findPostgres } from '../postgres-programs.ts';
import { Processes } from '../processes.ts';
import { recordExternalDirectory } from '../state.ts';
import { startDns } from './dns.ts';
import { administrators, clusterDirectory, writeIdentities } from './identities.ts';
import { containerd, kubelet } from './kubelet.ts';
import { aquaPlace, databases, hubPlace, meadowPlace, type Place, registryAddress } from './layout.ts';
import { makeNetwork } from './network.ts';
import { apiServer, controllers, proxy, scheduler } from './servers.ts';

/** Clusters, two of them with a node each, a registry and PostgreSQL servers, with nothing of ours on them. */
export interface Nodes {
  /** Kubeconfigs of the clusters' administrators. */
  hub: string;
  aqua: string;
  meadow: string;
  /** By the names in layout.ts. */
  postgres: Record<keyof typeof databases, PostgresConnection>;
}

interface NodeSettings {
  /** Where everything is kept. */
  state: string;
  tool: (name: string) => BuiltTool;
  progress: Progress;
  /** What the registry has. */
  packages: Package[];
}

/** Starts all of it inside of namespaces of its own: see `ownNamespaces`. */
export const startNodes = async ({ state, tool, progress, packages }: NodeSettings): Promise<Nodes> => {
  makeNetwork(state);
  const processes = new Processes(state);
  const authority = await createAuthority('squadkit install');
  for (const place of [hubPlace, aquaPlace, meadowPlace]) await writeIdentities(state, place, authority);
  const ports = { directory: join(state, 'etcd'), client: 2379, peer: 2380 };
  const startCluster = (place: Place) =>
    progress.step(`cluster ${place.name}`, async () => {
      await processes.run(apiServer(tool('kubernetes'), state, place));
      await processes.run(controllers(tool('kubernetes'), state, place));
      await bindAdministrators(new Cluster(join(clusterDirectory(state, place), 'kube-controller-manager.kubeconfig')));
    });
  const startNode = (place: Place) =>
    progress.step(`node of ${place.name}`, async () => {
      await processes.run(scheduler(tool('node'), state, place));
      await processes.run(containerd(state, place));
      await processes.run(kubelet(tool('node'), state, place));
      const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: `${place.name}-1` } };
      const isReady = (found: KubernetesObject | undefined) => found !== undefined && isTrue(found, 'Ready');
      await new Cluster(kubeconfigOf(state, place)).waitFor(node, isReady, { what: 'Ready' });
    });
  const [, postgres] = await Promise.all([
    progress.step('registry', () => startRegistry(processes, { state, tool, packages })),
    progress.step('two PostgreSQL servers', () => startPostgres(processes, state)),
    progress.step('etcd', () => processes.run(etcd(tool('etcd'), ports))),
  ]);
  await Promise.all([
    startCluster(hubPlace).then(() => startNode(hubPlace)),
    startCluster(aquaPlace).then(() => startNode(aquaPlace)),
    startCluster(meadowPlace),
  ]);
  await processes.run(proxy(tool('node'), state));
  await progress.step('DNS', () => startDns(new Cluster(kubeconfigOf(state, hubPlace))));

  return {
    hub: kubeconfigOf(state, hubPlace),
    aqua: kubeconfigOf(state, aquaPlace),
    meadow: kubeconfigOf(state, meadowPlace),
    postgres,
  };
};

/** What kubeadm binds (cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go, 1.35). */
const bindAdministrators = (cluster: Cluster) =>
  cluster.apply({
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: administrators } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: administrators }],
  });

const kubeconfigOf = (state: string, place: Place) => join(clusterDirectory(state, place), 'admin.kubeconfig');

const startRegistry = async (
  processes: Processes,
  { state, tool, packages }: Pick<NodeSettings, 'state' | 'tool' | 'packages'>,
) => {
  const directory = join(state, 'registry');
  mkdirSync(directory, { recursive: true });
  const xpkg = tool('crossplane').binary('xpkg');
  const ready = { url: `http://${registryAddress}/v2/` };
  await processes.run({ name: 'registry', command: xpkg, arguments: ['serve', registryAddress, directory], ready });
  await Promise.all(
    packages.map(({ files, repository }) => run(xpkg, ['push', `${registryAddress}/${repository}`, ...files])),
  );
};

const startPostgres = async (processes: Processes, state: string): Promise<Nodes['postgres']> => {
  const programs = findPostgres(state);
  if (programs.externalDirectory) recordExternalDirectory(state, programs.externalDirectory);
  const start = async (name: keyof typeof databases) => {
    const reach = { ...databases[name], clients: 'all' };
    const { specification, connection } = await preparePostgres(programs, { name, port: 5432, reach });
    await processes.run(specification);
    await (await connectPostgres(connection)).end();

    return connection;
  };

  return { spike: await start('spike'), 'meadow-spike': await start('meadow-spike') };
};
