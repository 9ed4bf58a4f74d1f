import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, ClientConfig } from 'pg';
import { parseAllDocuments } from 'yaml';
import { bundle, functionEntries } from '../../package/build.ts';
import { engineFlags } from '../../package/engine.ts';
import { buildPackages, buildProviderPackages, releasedVersion } from '../../package/package.ts';
import { createProgress, type Progress } from '../../package/tools/progress.ts';
import { type BuiltTool, buildTools } from '../../package/tools/tools.ts';
import { type Authority, createAuthority, createTokenKey } from './certificates.ts';
import { crossplane, initializeCrossplane } from './crossplane.ts';
import { Cluster } from './kubernetes.ts';
import {
  accounts,
  apiServer,
  controllerManager,
  etcd,
  type Identity,
  kubeconfig,
  writeClusterFiles,
} from './kubernetes-servers.ts';
import { isTrue, type KubernetesObject } from './objects.ts';
import { installConfiguration, pushPackages, redirectRegistries, registry, waitForPackages } from './packages.ts';
import { choosePorts } from './ports.ts';
import { bootstrapPostgres, connectPostgres, type PostgresConnection, preparePostgres } from './postgres.ts';
import { Processes, type ProcessSpecification } from './processes.ts';
import { providerKubernetes, providerSql, requireProviderPorts, waitForCrds } from './providers.ts';
import { claimState, clearState, recordExternalDirectory, repository, startState } from './state.ts';
import { bindEmergency, nameEmergency, nameGitOps } from './writers.ts';

const portNames = [
  ...(['etcd', 'etcd-peer', 'hub', 'hub-controllers', 'aqua', 'aqua-controllers', 'postgres', 'registry'] as const),
  ...(['crossplane-webhook', 'crossplane-metrics', 'crossplane-health', 'function'] as const),
  ...(['provider-sql-metrics', 'provider-kubernetes-health'] as const),
];

/** Ports on 127.0.0.1, by what listens there. */
export type Ports = Record<(typeof portNames)[number], number>;

/** What can be chosen about a control plane. */
export interface ControlPlaneOptions {
  /** Where everything is kept; .squadkit in the clone by default. */
  stateDirectory?: string;
  /** How often the providers look at what they manage: SQUADKIT_POLL, or one minute. */
  poll?: string;
  /** Whether the hub logs every request with who made it, in logs/hub-audit.log: SQUADKIT_AUDIT=1. */
  audit?: boolean;
  progress?: Progress;
}

/** A running control plane, with Squadkit installed on the hub as packages. */
export interface ControlPlane {
  /** The cluster with Crossplane, as its administrator. */
  hub: Cluster;
  /** The cluster for workloads, as its administrator. */
  aqua: Cluster;
  postgres: PostgresConnection & {
    /** The superuser in database postgres, unless the settings say otherwise. */
    connect(settings?: ClientConfig): Promise<Client>;
  };
  ports: Ports;
  paths: { state: string; logs: string; stateFile: string; hubKubeconfig: string; aquaKubeconfig: string };
  /** The names of its processes, for the methods below. */
  names(): string[];
  pid(name: string): number | undefined;
  /** The log file of a process; hub-audit is the hub's audit log. */
  log(name: string): string;
  start(name: string): Promise<void>;
  restart(name: string): Promise<void>;
  /** SIGKILL for a crash, SIGSTOP and SIGCONT for a hang. */
  signal(name: string, signal: NodeJS.Signals): void;
  /** Stops one process, or without a name everything; then its state is gone too, but for the logs. */
  stop(name?: string): Promise<void>;
}

interface ControlPlaneState {
  directory: string;
  ports: Ports;
  postgres: PostgresConnection;
}

/** Starts everything from nothing, installs Squadkit from the working tree, and returns when all of it is healthy. */
export const startControlPlane = async (options: ControlPlaneOptions = {}): Promise<ControlPlane> => {
  const { stateDirectory: directory = startState, progress = createProgress() } = options;
  const { poll = process.env.SQUADKIT_POLL ?? '1m', audit = process.env.SQUADKIT_AUDIT === '1' } = options;
  const tool = await buildTools(progress);
  await claimState(directory);
  await requireProviderPorts();
  const ports: Ports = await choosePorts([...portNames]);
  const processes = new Processes(directory);
  stopOnSignal(processes, directory);
  const plan: Plan = { directory, ports, processes, progress, tool, poll, audit };

  try {
    const [, postgres] = await Promise.all([
      startKubernetes(plan),
      progress.step('PostgreSQL 18', () => startPostgres(plan)),
      progress.step('packages built and pushed', () => publishPackages(plan)),
    ]);
    const state: ControlPlaneState = { directory, ports, postgres };
    writeFileSync(stateFile(directory), JSON.stringify(state, null, 2), { mode: 0o600 });
    const controlPlane = openControlPlane(state, processes);
    await Promise.all([
      progress.step('credentials of aqua and spike', () => registerZoneCredentials(plan, controlPlane)),
      installPackages(plan, controlPlane),
    ]);

    return controlPlane;
  } catch (error) {
    await processes.stopAll();
    throw error;
  }
};

/** The control plane that somebody else started: tests get it by the file that SQUADKIT_CONTROL_PLANE names. */
export const connectControlPlane = (file = process.env.SQUADKIT_CONTROL_PLANE): ControlPlane => {
  if (!file) throw new Error('SQUADKIT_CONTROL_PLANE is not set: run the cluster tests by "npm run test:cluster"');

  const state = JSON.parse(readFileSync(file, 'utf8')) as ControlPlaneState;

  return openControlPlane(state, new Processes(state.directory));
};

interface Plan {
  directory: string;
  ports: Ports;
  processes: Processes;
  progress: Progress;
  tool: (name: string) => BuiltTool;
  poll: string;
  audit: boolean;
}

const openControlPlane = (state: ControlPlaneState, processes: Processes): ControlPlane => {
  const { directory, ports, postgres } = state;
  const [hubKubeconfig, aquaKubeconfig] = [adminKubeconfig(directory, 'hub'), adminKubeconfig(directory, 'aqua')];

  return {
    hub: new Cluster(hubKubeconfig),
    aqua: new Cluster(aquaKubeconfig),
    postgres: { ...postgres, connect: (settings) => connectPostgres(postgres, settings) },
    ports,
    paths: {
      state: directory,
      logs: join(directory, 'logs'),
      stateFile: stateFile(directory),
      hubKubeconfig,
      aquaKubeconfig,
    },
    names: () => processes.names(),
    pid: (name) => processes.pid(name),
    log: (name) => processes.log(name),
    start: (name) => processes.start(name),
    restart: async (name) => {
      await processes.stop(name);
      await processes.start(name);
    },
    signal: (name, signal) => processes.signal(name, signal),
    stop: async (name) => {
      if (name !== undefined) return processes.stop(name);
      await processes.stopAll();
      await clearState(directory);
    },
  };
};

/** Both clusters, and Crossplane as soon as the hub is there. */
const startKubernetes = async (plan: Plan) => {
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

const startControllers = ({ directory, ports, processes, tool }: Plan, name: 'hub' | 'aqua') => {
  const cluster = { name, directory: join(directory, name), controllerPort: ports[`${name}-controllers`] };

  return processes.run(controllerManager(tool('kubernetes'), cluster));
};

const startCrossplane = async (plan: Plan) => {
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
        ...['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'runtime-controller.ts')],
        ...['--kubeconfig', hubKubeconfig('runtime-controller'), '--endpoint', `dns:///127.0.0.1:${ports.function}`],
      ],
    }),
  ]);
};

const startPostgres = async ({ directory, ports, processes }: Plan) => {
  const prepared = await preparePostgres(join(directory, 'postgres'), ports.postgres);
  if (prepared.externalDirectory) recordExternalDirectory(directory, prepared.externalDirectory);
  await processes.run(prepared.specification);
  await bootstrapPostgres(prepared.connection);

  return prepared.connection;
};

const publishPackages = async ({ directory, ports, processes, tool }: Plan) => {
  const crossplaneTool = tool('crossplane');
  const providers = ['provider-sql', 'provider-kubernetes'].map((name) => ({ name, tool: tool(name) }));
  const output = packageDirectory(directory);
  const [own, others] = await Promise.all([
    buildPackages(crossplaneTool, { output }),
    buildProviderPackages(crossplaneTool, providers, output),
    processes.run(registry(crossplaneTool, { port: ports.registry, directory: join(directory, 'registry') })),
    bundle({ outputDirectory: join(output, 'function'), entries: functionEntries }),
  ]);
  await pushPackages(crossplaneTool, ports.registry, [...own, ...others]);
};

/** What a platform's administrator would put on the hub: how to reach the server spike and the cluster aqua. */
const registerZoneCredentials = async ({ directory, ports }: Plan, { hub, aqua, postgres }: ControlPlane) => {
  const { status } = await aqua.request<{ status: { token: string } }>(
    'POST',
    '/api/v1/namespaces/squadkit-system/serviceaccounts/squadkit/token',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 365 * 86_400 } },
  );
  const authority = { certificate: readFileSync(join(directory, 'kubernetes-ca.crt'), 'utf8') } as Authority;
  const server = `https://127.0.0.1:${ports.aqua}`;
  const remote = kubeconfig({ name: 'aqua', server, authority, user: 'squadkit', token: status.token });
  const secret = (name: string, stringData: Record<string, string>) =>
    hub.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'squadkit-system' }, stringData });
  await secret('aqua-kubeconfig', { kubeconfig: remote });
  await secret('spike-admin', {
    username: postgres.admin.user,
    password: postgres.admin.password,
    endpoint: postgres.host,
    port: String(postgres.port),
  });
};

const installPackages = async (plan: Plan, { hub, postgres }: ControlPlane) => {
  const { directory, ports, processes, progress, tool, poll } = plan;
  await processes.run({
    name: 'function',
    command: process.execPath,
    arguments: [
      ...engineFlags,
      join(packageDirectory(directory), 'function', 'function.cjs'),
      ...['--address', `127.0.0.1:${ports.function}`, '--tls-certs-dir', join(directory, 'crossplane', 'server')],
      // Its log tells which documents Crossplane asked about, and how often.
      '--debug',
    ],
    ready: { port: ports.function },
  });
  const startProvider = async (name: string, specification: (providerTool: BuiltTool) => ProcessSpecification) => {
    await waitForCrds(hub, tool(name).directory('package'));
    await processes.run(specification(tool(name)));
  };
  const startSql = () =>
    startProvider('provider-sql', (providerTool) =>
      providerSql(providerTool, {
        kubeconfig: join(directory, 'hub', 'provider-sql.kubeconfig'),
        poll,
        metricsPort: ports['provider-sql-metrics'],
        caPath: postgres.caPath,
      }),
    );
  const startKubernetesProvider = () =>
    startProvider('provider-kubernetes', (providerTool) =>
      providerKubernetes(providerTool, {
        kubeconfig: join(directory, 'hub', 'provider-kubernetes.kubeconfig'),
        poll,
        healthPort: ports['provider-kubernetes-health'],
        certificates: join(directory, 'crossplane', 'server'),
      }),
    );
  await progress.step('packages healthy', async () => {
    await redirectRegistries(hub, ports.registry);
    await installConfiguration(hub, releasedVersion());
    await Promise.all([
      startSql(),
      startKubernetesProvider(),
      waitForPackages(hub, progress).then(() => waitForDefinitions(hub)),
    ]);
  });
  // They look for new kinds only every 30 s: until then quotas of Services would refuse everything, and nothing of the
  // new kinds would be collected. Started now, they know all kinds, as on a hub that has been there for a while.
  await progress.step('controllers of hub', () => startControllers(plan, 'hub'));
};

const waitForDefinitions = async (hub: Cluster) => {
  const kind = { apiVersion: 'apiextensions.crossplane.io/v2', kind: 'CompositeResourceDefinition' };
  for (const { metadata } of await hub.list(kind.apiVersion, kind.kind)) {
    const isEstablished = (definition: KubernetesObject | undefined) => isTrue(definition, 'Established');
    await hub.waitFor({ ...kind, metadata: { name: metadata.name } }, isEstablished, { what: 'established' });
  }
};

/** Crossplane's rights are its own and those of package/install, no more: that they are enough is tested by every scenario. */
const grantCrossplane = async (hub: Cluster) => {
  await applyFile(hub, join(import.meta.dirname, 'crossplane-roles.yaml'));
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

/** Applies every object in the YAML files of a directory of the clone. */
const applyFiles = async (cluster: Cluster, directory: string) => {
  const path = join(repository, directory);
  if (!existsSync(path)) return;
  for (const file of readdirSync(path)
    .filter((name) => name.endsWith('.yaml'))
    .sort()) {
    await applyFile(cluster, join(path, file));
  }
};

const applyFile = async (cluster: Cluster, path: string) => {
  for (const document of parseAllDocuments(readFileSync(path, 'utf8'))) {
    const object = document.toJS() as KubernetesObject | null;
    if (object) await cluster.apply(object);
  }
};

/** Ctrl-C and SIGTERM stop everything, also half-way through the start. */
const stopOnSignal = (processes: Processes, directory: string) => {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping everything.');
    // The start, if it is still under way, fails because its processes go; that is no news.
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', () => undefined);
    processes
      .stopAll()
      .then(() => clearState(directory))
      .finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
};

const adminKubeconfig = (directory: string, name: string) => join(directory, 'kubeconfig', name);
const packageDirectory = (directory: string) => join(directory, 'packages');
const stateFile = (directory: string) => join(directory, 'control-plane.json');
