import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { BuiltTool } from '../../../package/tools/tools.ts';
import type { ControlPlane } from '../control-plane.ts';
import { applicationController, redis, repoServer } from '../gitops/argocd.ts';
import { gitServer } from '../gitops/host.ts';
import { accountKubeconfig } from '../gitops/identity.ts';
import { createRepository } from '../gitops/repository.ts';
import type { Cluster } from '../kubernetes.ts';
import type { KubernetesObject } from '../objects.ts';
import { choosePorts } from '../ports.ts';
import { repository as clone } from '../state.ts';
import { nameArgo } from '../writers.ts';
import { applyFile, objectsIn } from './apply.ts';
import type { GitOps } from './gitops.ts';

const namespace = 'argocd';
const gitops = join(clone, 'package/install/gitops');
/** What of Argo CD's own installation is no workload: those run as processes here. */
const applied = ['ConfigMap', 'Secret', 'ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];

/**
 * Starts a Git server and Argo CD beside a control plane that is up: with the rights and the settings that Argo CD's own
 * installation gives it, and with what package/install/gitops has a platform apply once. The repository is empty.
 */
export const startArgo = async (controlPlane: ControlPlane, tool: (name: string) => BuiltTool): Promise<GitOps> => {
  const { hub, paths } = controlPlane;
  const chosen = await choosePorts([
    ...(['git', 'redis', 'repo-server', 'repo-server-metrics', 'application-controller-metrics'] as const),
  ]);
  const directory = join(paths.state, 'gitops');
  const repositories = join(directory, 'repositories');
  const url = `http://127.0.0.1:${chosen.git}/platform.git`;
  createRepository(join(repositories, 'platform.git'));
  const argo = tool('argo-cd');
  await installArgo(hub, argo);
  await installDelivery(hub, url);
  await nameArgo(hub);

  const identity = (name: string) => accountKubeconfig(hub, { name, namespace }, directory);
  const receiver = await identity('argocd-server');
  const controller = { directory, kubeconfig: await identity('argocd-application-controller') };
  const processes = [
    gitServer({ port: chosen.git, repositories, engine: 'argocd', kubeconfig: receiver }),
    redis(argo, chosen),
    repoServer(argo, chosen, directory),
    applicationController(argo, chosen, controller),
  ];
  for (const specification of processes) await controlPlane.run(specification);

  return { url, processes: processes.map(({ name }) => name) };
};

/** Argo CD's own manifests, as its kustomization puts them into a namespace. */
const installArgo = async (hub: Cluster, argo: BuiltTool): Promise<void> => {
  const definitions = objectsIn(argo.directory('manifests/crds'));
  for (const definition of definitions) await hub.apply(definition);
  for (const { spec } of definitions) await served(hub, `${spec.group}/v1alpha1`, spec.names.kind);
  await hub.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const parts = ['config', 'application-controller-roles', 'server', 'repo-server'].map((part) => `base/${part}`);
  for (const part of [...parts, 'cluster-rbac/application-controller']) {
    for (const object of objectsIn(argo.directory(`manifests/${part}`))) {
      if (applied.includes(object.kind)) await hub.apply(inNamespace(object));
    }
  }
  // argocd-server, which does not run here, makes it when it first starts.
  const key = Buffer.from('of this control plane only').toString('base64');
  await hub.patch(inNamespace({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'argocd-secret' } }), {
    data: { 'server.secretkey': key },
  });
};

/** Resolves once the API server serves a kind, some moments after its definition was applied. */
const served = async (hub: Cluster, apiVersion: string, kind: string): Promise<void> => {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await hub.list(apiVersion, kind);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
};

const inNamespace = (object: KubernetesObject & { subjects?: object[] }): KubernetesObject => {
  if (object.kind.startsWith('Cluster')) return object;
  const subjects = object.subjects?.map((subject) => ({ ...subject, namespace }));

  return { ...object, metadata: { ...object.metadata, namespace }, ...(subjects && { subjects }) };
};

/** What the page package/install/gitops/README.md has a platform do, with the URL of this repository. */
const installDelivery = async (hub: Cluster, url: string): Promise<void> => {
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cm', namespace } };
  const health = parse(readFileSync(join(gitops, 'argocd-health.yaml'), 'utf8')) as { data: Record<string, string> };
  await hub.patch(settings, { data: { ...health.data, 'application.sync.impersonation.enabled': 'true' } });
  await applyFile(hub, join(clone, 'test/control-plane/gitops/argocd-roles.yaml'));
  for (const object of [...objectsIn(join(gitops, 'platform')), ...objectsIn(join(gitops, 'argocd'))]) {
    const local = JSON.stringify(object).replaceAll('https://git.example.org/platform.git', url);
    await hub.apply(JSON.parse(local) as KubernetesObject);
  }
};
