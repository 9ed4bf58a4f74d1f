import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { requireGo } from './go.ts';
import type { Progress } from './progress.ts';
import { buildTool, type CacheEntry, cacheEntry, sourceDirectory, type Tool } from './tool.ts';

const crossplaneVersion = (version: string) => [
  `-X github.com/crossplane/crossplane-runtime/v2/pkg/version.version=${version}`,
];

const kubernetesVersion = (version: string) => {
  const [major, minor] = version.slice(1).split('.');
  const variable = 'k8s.io/component-base/version';

  return [`-X ${variable}.gitVersion=${version} -X ${variable}.gitMajor=${major} -X ${variable}.gitMinor=${minor}`];
};

/** What a control plane needs. The shortest first, then the longest: see buildTools. */
const controlPlaneTools: Tool[] = [
  { name: 'etcd', module: 'go.etcd.io/etcd/server/v3', minutes: 0.8 },
  { name: 'kubernetes', module: 'k8s.io/kubernetes', minutes: 3.6, versionFlags: kubernetesVersion },
  {
    // With the binary xpkg: crossplane/xpkg builds, pushes and serves packages.
    name: 'crossplane',
    module: 'github.com/crossplane/crossplane/v2',
    minutes: 2.3,
    versionFlags: crossplaneVersion,
    directories: ['cluster/crds', 'cluster/webhookconfigurations', 'cluster/charts/crossplane'],
  },
  {
    name: 'provider-kubernetes',
    module: 'github.com/crossplane-contrib/provider-kubernetes',
    minutes: 1.6,
    directories: ['package'],
  },
  {
    name: 'provider-sql',
    module: 'github.com/crossplane-contrib/provider-sql',
    minutes: 1.6,
    directories: ['package'],
  },
];

/** Reads YAML as kubectl and Kustomize do: `npm run test:yaml` asks it, and no control plane needs it. */
const reader: Tool = { name: 'kubernetes-reader', module: 'k8s.io/cli-runtime', minutes: 1.1 };

/** Says what NetworkPolicies let through, by cyclonus: `npm run test:networks` asks it. */
const judge: Tool = { name: 'network-policies', module: 'github.com/mattfenwick/cyclonus', minutes: 0.7 };

/** Says of an object what kstatus, Flux and Argo CD say: `npm run test:health` asks it. */
const health: Tool = { name: 'health', module: 'github.com/fluxcd/pkg/runtime', minutes: 1.5 };

/** What a node and the people at it need besides: kubelet, kube-proxy, kube-scheduler and kubectl; Helm; what runs as pods. */
const nodeTools: Tool[] = [
  { name: 'node', module: 'k8s.io/kubernetes', minutes: 1.3, versionFlags: kubernetesVersion },
  { name: 'pods', module: 'github.com/coredns/coredns', minutes: 1.5 },
  { name: 'helm', module: 'helm.sh/helm/v3', minutes: 1.1 },
];

/** Flux: what fetches a Git repository, and what applies it. `npm start -- --gitops` and the scenarios of GitOps need them. */
const gitopsEngines: Tool[] = [
  {
    name: 'source-controller',
    module: 'github.com/fluxcd/source-controller',
    minutes: 2.5,
    directories: ['config/crd/bases'],
  },
  {
    name: 'kustomize-controller',
    module: 'github.com/fluxcd/kustomize-controller',
    minutes: 2.5,
    directories: ['config/crd/bases'],
  },
];

/**
 * The two parts of Argo CD that deliver, and a Redis between them. Only `npm run test:long -- argocd` needs them: Argo CD is
 * built by a line of Go that nothing else here needs.
 */
const argocd: Tool = {
  name: 'argo-cd',
  module: 'github.com/argoproj/argo-cd/v3',
  minutes: 4,
  directories: ['hack', 'manifests/base', 'manifests/cluster-rbac', 'manifests/crds'],
};

/** What watches Squadkit for an SRE: `npm run test:monitoring` asks all three. */
const monitoring: Tool[] = [
  { name: 'kube-state-metrics', module: 'k8s.io/kube-state-metrics/v2', minutes: 1 },
  {
    // promtool, and Prometheus itself: all but the service discoveries, each of which brings a cloud's whole client.
    name: 'prometheus',
    module: 'github.com/prometheus/prometheus',
    minutes: 3,
    tags: 'remove_all_sd',
  },
];

/** A store that speaks S3 and locks what is put there, and what reads age's files: `npm run test:backup` asks them. */
const backupStores: Tool[] = [
  { name: 'versitygw', module: 'github.com/versity/versitygw', minutes: 1.5 },
  { name: 'age', module: 'filippo.io/age', minutes: 0.2 },
];

const tools = [
  ...controlPlaneTools,
  ...nodeTools,
  ...gitopsEngines,
  argocd,
  ...monitoring,
  ...backupStores,
  reader,
  judge,
  health,
];

/** The names of what a control plane needs, and of what delivers to it from Git besides. */
export const gitopsTools = [...controlPlaneTools, ...gitopsEngines].map(({ name }) => name);

/** The names of what a control plane needs, and of Argo CD besides. */
export const argocdTools = [...controlPlaneTools, argocd].map(({ name }) => name);

/** The names of what test/monitoring needs: an API server with its etcd, and what watches it. */
export const monitoringTools = ['etcd', 'kubernetes', ...monitoring.map(({ name }) => name)];

/** The names of what test/backup needs. */
export const backupTools = backupStores.map(({ name }) => name);

/** The names of everything that test/install needs. */
export const installTools = [...controlPlaneTools, ...nodeTools].map(({ name }) => name);

/** A tool that is ready to run: `binary('kube-apiserver')` and `directory('cluster/crds')` are absolute paths. */
export interface BuiltTool {
  version: string;
  binary(name: string): string;
  directory(path: string): string;
}

/**
 * Builds every tool of a control plane, or the named ones, unless they are in the cache already. Go is needed only for what is missing;
 * throws one sentence when it is not there.
 */
export const buildTools = async (
  progress: Progress,
  names = controlPlaneTools.map(({ name }) => name),
): Promise<(name: string) => BuiltTool> => {
  const entries = tools.filter(({ name }) => names.includes(name)).map((tool) => ({ tool, entry: cacheEntry(tool) }));
  const missing = entries.filter(({ entry }) => !existsSync(entry.path));
  if (missing.length) await buildMissing(missing, progress);

  return (name) => {
    const found = entries.find(({ tool }) => tool.name === name);
    if (!found) throw new Error(`unknown tool "${name}": expected one of ${names.join(', ')}`);

    return builtTool(found.entry);
  };
};

/**
 * Two at a time: one downloads, or links, which takes one core, while the other compiles. The first is alone, because
 * it compiles Go's standard library, which two at once would both do.
 */
const buildMissing = async (missing: { tool: Tool; entry: CacheEntry }[], progress: Progress) => {
  requireGo(missing.map(({ tool }) => sourceDirectory(tool)));
  const minutes = Math.ceil(missing.reduce((sum, { tool }) => sum + tool.minutes, 0));
  progress.note(`   ${missing.length} to build from source: about ${minutes} min on 2 cores, only once`);

  const queue = missing.entries();
  const build = ([index, { tool, entry }]: [number, { tool: Tool; entry: CacheEntry }]) =>
    progress.step(`${tool.name} ${entry.version}`, () => buildTool(tool, entry), {
      announce: `building ${index + 1} of ${missing.length}`,
    });
  const buildOthers = async () => {
    for (const next of queue) await build(next);
  };
  const first = queue.next();
  if (!first.done) await build(first.value);
  await Promise.all([buildOthers(), buildOthers()]);
};

/** A tool that somebody built before, or undefined: for tests that do not build anything. */
export const cachedTool = (name: string): BuiltTool | undefined => {
  const tool = tools.find((candidate) => candidate.name === name);
  const entry = tool && cacheEntry(tool);

  return entry && existsSync(entry.path) ? builtTool(entry) : undefined;
};

const builtTool = ({ version, path }: CacheEntry): BuiltTool => ({
  version,
  binary: (name) => join(path, 'bin', name),
  directory: (directory) => join(path, 'module', directory),
});
