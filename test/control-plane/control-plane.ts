import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, ClientConfig } from 'pg';
import { createProgress, type Progress } from '../../package/tools/progress.ts';
import { buildTools } from '../../package/tools/tools.ts';
import { Cluster } from './kubernetes.ts';
import { choosePorts } from './ports.ts';
import { connectPostgres, type PostgresConnection } from './postgres.ts';
import { Processes, type ProcessSpecification } from './processes.ts';
import { requireProviderPorts } from './providers.ts';
import { claimState, clearState, startState } from './state.ts';
import { startKubernetes } from './steps/clusters.ts';
import { registerZoneCredentials } from './steps/credentials.ts';
import { startJanitor } from './steps/janitor.ts';
import { installPackages, publishPackages } from './steps/packages.ts';
import { adminKubeconfig, type Plan, type Ports, portNames, workloadClusters } from './steps/plan.ts';
import { startPostgres } from './steps/postgres.ts';
import { stopOnSignal } from './steps/signals.ts';

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

/** A PostgreSQL server, and a way in. */
export interface PostgresServer extends PostgresConnection {
  /** The superuser in database postgres, unless the settings say otherwise. */
  connect(settings?: ClientConfig): Promise<Client>;
}

/** What a Zone of the examples leads to: nothing of it belongs to another Zone. */
export interface ZoneServers {
  /** The cluster for workloads, as its administrator. */
  aqua: Cluster;
  /** The server of spike. */
  postgres: PostgresServer;
}

/** A running control plane, with Squadkit installed on the hub as packages; `aqua` and `postgres` are frontier's. */
export interface ControlPlane extends ZoneServers {
  /** The cluster with Crossplane, as its administrator. */
  hub: Cluster;
  /** What Zone meadow leads to. The control plane of a clone of v0.1.0 has none: asking for it throws. */
  readonly meadow: ZoneServers;
  ports: Ports;
  paths: {
    state: string;
    logs: string;
    stateFile: string;
    hubKubeconfig: string;
    aquaKubeconfig: string;
    meadowKubeconfig: string;
  };
  /** The names of its processes, for the methods below. */
  names(): string[];
  pid(name: string): number | undefined;
  /** The log file of a process; hub-audit is the hub's audit log. */
  log(name: string): string;
  start(name: string): Promise<void>;
  /** Starts what does not run, each when what was started before it at first is ready. */
  startAll(): Promise<void>;
  /** Runs one more process, as of a scenario, and waits until it is ready; `remove` stops and forgets it. */
  run(specification: ProcessSpecification): Promise<void>;
  remove(name: string): Promise<void>;
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
  /** Of Zone meadow, which had the same ones as frontier in v0.1.0. */
  meadow?: { postgres: PostgresConnection };
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
    const [, { frontier, meadow }] = await Promise.all([
      startKubernetes(plan),
      progress.step('PostgreSQL 18', () => startPostgres(plan)),
      progress.step('packages built and pushed', () => publishPackages(plan)),
    ]);
    const state: ControlPlaneState = { directory, ports, postgres: frontier, meadow: { postgres: meadow } };
    writeFileSync(stateFile(directory), JSON.stringify(state, null, 2), { mode: 0o600 });
    const controlPlane = openControlPlane(state, processes);
    await Promise.all([
      progress.step('credentials of the Zones', () => registerZoneCredentials(plan, controlPlane)),
      installPackages(plan, controlPlane),
    ]);
    await progress.step('janitor', () => startJanitor(plan, controlPlane));

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

const openControlPlane = (state: ControlPlaneState, processes: Processes): ControlPlane => {
  const { directory, ports, postgres } = state;
  const hubKubeconfig = adminKubeconfig(directory, 'hub');
  const aquaKubeconfig = adminKubeconfig(directory, workloadClusters.frontier);
  const meadowKubeconfig = adminKubeconfig(directory, workloadClusters.meadow);
  let meadow: ZoneServers | undefined;

  return {
    hub: new Cluster(hubKubeconfig),
    ...openServers(aquaKubeconfig, postgres),
    get meadow() {
      if (!state.meadow) throw new Error('this control plane has no servers of its own for Zone meadow');
      meadow ??= openServers(meadowKubeconfig, state.meadow.postgres);

      return meadow;
    },
    ports,
    paths: {
      state: directory,
      logs: join(directory, 'logs'),
      stateFile: stateFile(directory),
      hubKubeconfig,
      aquaKubeconfig,
      meadowKubeconfig,
    },
    names: () => processes.names(),
    pid: (name) => processes.pid(name),
    log: (name) => processes.log(name),
    start: (name) => processes.start(name),
    startAll: () => processes.startAll(),
    run: (specification) => processes.run(specification),
    remove: (name) => processes.remove(name),
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

const openServers = (kubeconfig: string, postgres: PostgresConnection): ZoneServers => ({
  aqua: new Cluster(kubeconfig),
  postgres: { ...postgres, connect: (settings) => connectPostgres(postgres, settings) },
});

const stateFile = (directory: string) => join(directory, 'control-plane.json');
