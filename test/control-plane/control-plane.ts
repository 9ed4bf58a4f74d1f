import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, ClientConfig } from 'pg';
import { createProgress, type Progress } from '../../package/tools/progress.ts';
import { buildTools } from '../../package/tools/tools.ts';
import { Cluster } from './kubernetes.ts';
import { choosePorts } from './ports.ts';
import { connectPostgres, type PostgresConnection } from './postgres.ts';
import { Processes } from './processes.ts';
import { requireProviderPorts } from './providers.ts';
import { claimState, clearState, startState } from './state.ts';
import { startKubernetes } from './steps/clusters.ts';
import { registerZoneCredentials } from './steps/credentials.ts';
import { installPackages, publishPackages } from './steps/packages.ts';
import { adminKubeconfig, type Plan, type Ports, portNames } from './steps/plan.ts';
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

const stateFile = (directory: string) => join(directory, 'control-plane.json');
