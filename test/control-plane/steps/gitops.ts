import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltTool } from '../../../package/tools/tools.ts';
import type { ControlPlane } from '../control-plane.ts';
import { kustomizeController, sourceController } from '../gitops/flux.ts';
import { gitServer } from '../gitops/host.ts';
import { accountKubeconfig } from '../gitops/identity.ts';
import { createRepository } from '../gitops/repository.ts';
import type { KubernetesObject } from '../objects.ts';
import { choosePorts } from '../ports.ts';
import { repository as clone } from '../state.ts';
import { nameFlux } from '../writers.ts';
import { applyFile, objectsIn } from './apply.ts';

/** A Git repository on loopback that Flux delivers from. */
export interface GitOps {
  /** Where people clone it from, and push to. */
  url: string;
  /** The processes that make it up, for `ControlPlane`. */
  processes: string[];
}

const ports = [
  ...(['git', 'flux-storage', 'source-metrics', 'source-health', 'kustomize-metrics', 'kustomize-health'] as const),
];

/**
 * Starts a Git server and Flux beside a control plane that is up, with what package/install/gitops has a platform apply
 * once. The repository is empty: Flux begins with the first push.
 *
 * @param alone whether only Flux may write Services, Zones and Squads from now on, and the hub's administrator no longer
 */
export const startGitOps = async (
  controlPlane: ControlPlane,
  tool: (name: string) => BuiltTool,
  { alone }: { alone: boolean },
): Promise<GitOps> => {
  const { hub, paths } = controlPlane;
  const chosen = await choosePorts(ports);
  const directory = join(paths.state, 'gitops');
  const url = `http://127.0.0.1:${chosen.git}/platform.git`;
  createRepository(join(directory, 'repositories', 'platform.git'));
  for (const name of ['source-controller', 'kustomize-controller']) {
    await applyFile(hub, tool(name).directory('config/crd/bases'));
  }
  await applyFile(hub, join(clone, 'test/control-plane/gitops/flux-roles.yaml'));
  await installDelivery(controlPlane, url);
  await nameFlux(hub, { alone });

  const identity = (name: string) => accountKubeconfig(hub, { name, namespace: 'flux-system' }, directory);
  const controllers = [
    sourceController(tool('source-controller'), {
      kubeconfig: await identity('source-controller'),
      storage: join(directory, 'artifacts'),
      storagePort: chosen['flux-storage'],
      ports: { metrics: chosen['source-metrics'], health: chosen['source-health'] },
    }),
    kustomizeController(tool('kustomize-controller'), {
      kubeconfig: await identity('kustomize-controller'),
      ports: { metrics: chosen['kustomize-metrics'], health: chosen['kustomize-health'] },
    }),
  ];
  mkdirSync(join(directory, 'artifacts'), { recursive: true });
  const server = gitServer({
    port: chosen.git,
    repositories: join(directory, 'repositories'),
    engine: 'flux',
    kubeconfig: await identity('receiver'),
  });
  const processes = [server, ...controllers];
  await Promise.all(processes.map((specification) => controlPlane.run(specification)));

  return { url, processes: processes.map(({ name }) => name) };
};

/** What package/install/gitops has a platform apply once, with the URL of this repository. */
const installDelivery = async ({ hub }: ControlPlane, url: string): Promise<void> => {
  const folder = join(clone, 'package/install/gitops');
  const local = (object: KubernetesObject): KubernetesObject =>
    object.kind === 'GitRepository' ? { ...object, spec: { ...object.spec, url, interval: '10s' } } : object;
  for (const object of [...objectsIn(join(folder, 'platform')), ...objectsIn(join(folder, 'flux'))]) {
    await hub.apply(local(object));
  }
};
