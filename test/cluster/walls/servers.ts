import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createProgress } from '../../../package/tools/progress.ts';
import { type BuiltTool, buildTools } from '../../../package/tools/tools.ts';
import { createAuthority, createTokenKey } from '../../control-plane/certificates.ts';
import { Cluster } from '../../control-plane/kubernetes.ts';
import { apiServer, controllerManager, etcd, writeClusterFiles } from '../../control-plane/kubernetes-servers.ts';
import { choosePorts } from '../../control-plane/ports.ts';
import { Processes, type ProcessSpecification } from '../../control-plane/processes.ts';

/** Which of the two clusters something is about. */
export const clusterNames = ['hub', 'aqua'] as const;
/** Which of the two clusters something is about. */
export type ClusterName = (typeof clusterNames)[number];

/** Real API servers with their controllers, and nothing else: no Crossplane, no provider, no database. */
export interface Servers {
  /** Each cluster that was started as its administrator in system:masters. */
  clusters: Record<ClusterName, Cluster>;
  tool: (name: string) => BuiltTool;
  /** Seconds of CPU that the API server of a cluster has used. */
  cpu(name: ClusterName): number;
  /**
   * Starts the garbage collector and the others, and further ones by their names; they know the kinds that there are when
   * they start.
   */
  startControllers(name: ClusterName, further?: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** In the lane's own directory: whatever ends the lane, it stops all that is written down there. */
const stateDirectory = (): string => {
  const stateFile = process.env.SQUADKIT_CONTROL_PLANE;
  if (stateFile === undefined) throw new Error('run it with npm run test:cluster, which stops what it starts');

  return dirname(stateFile);
};

/** Starts etcd and these API servers beside the control plane of the lane. */
export const startServers = async (names: readonly ClusterName[] = clusterNames): Promise<Servers> => {
  const directory = mkdtempSync(join(stateDirectory(), 'walls-'));
  const tool = await buildTools(createProgress(), [
    'etcd',
    'kubernetes',
    'crossplane',
    'provider-sql',
    'provider-kubernetes',
  ]);
  const ports = await choosePorts([
    'walls-etcd',
    'walls-peer',
    'walls-hub',
    'walls-aqua',
    'walls-hub-controllers',
    'walls-aqua-controllers',
  ]);
  const processes = new Processes(stateDirectory());
  const authority = await createAuthority('squadkit walls');
  const kubeconfig = (name: ClusterName) => join(directory, `${name}.kubeconfig`);
  for (const name of names) {
    mkdirSync(join(directory, name), { recursive: true });
    await writeClusterFiles({
      ...{ name, directory: join(directory, name), port: ports[`walls-${name}`], authority },
      ...{ tokenKey: createTokenKey(), createToken: () => randomBytes(24).toString('hex') },
      adminKubeconfig: kubeconfig(name),
    });
  }
  const started: string[] = [];
  const run = async (specification: ProcessSpecification) => {
    const name = `walls-${specification.name}`;
    started.push(name);
    await processes.run({ ...specification, name });
  };
  const stop = async () => {
    for (const name of started.reverse()) await processes.remove(name);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await run(
      etcd(tool('etcd'), {
        directory: join(directory, 'etcd'),
        client: ports['walls-etcd'],
        peer: ports['walls-peer'],
      }),
    );
    await Promise.all(
      names.map((name) =>
        run(
          withMoreFields(
            apiServer(tool('kubernetes'), {
              ...{ name, directory: join(directory, name), port: ports[`walls-${name}`] },
              etcdPort: ports['walls-etcd'],
            }),
          ),
        ),
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    clusters: Object.fromEntries(names.map((name) => [name, new Cluster(kubeconfig(name))])) as Servers['clusters'],
    tool,
    cpu: (name) => cpuSeconds(processes.pid(`walls-${name}-apiserver`)),
    startControllers: (name, further = []) => {
      const manager = controllerManager(tool('kubernetes'), {
        ...{ name, directory: join(directory, name), controllerPort: ports[`walls-${name}-controllers`] },
      });

      return run({
        ...manager,
        arguments: manager.arguments.map((argument) =>
          argument.startsWith('--controllers=') ? [argument, ...further].join(',') : argument,
        ),
      });
    },
    stop,
  };
};

/** What a cluster may have switched on: a field that the API server drops cannot be tried. */
const withMoreFields = (specification: ProcessSpecification): ProcessSpecification => ({
  ...specification,
  arguments: [...specification.arguments, '--feature-gates=CrossNamespaceVolumeDataSource=true'],
});

/** User and system time of a process, from the 14th and 15th field of its line in /proc; Linux counts in 1/100 s. */
const cpuSeconds = (pid: number | undefined): number => {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');

  return (Number(fields[11]) + Number(fields[12])) / 100;
};
