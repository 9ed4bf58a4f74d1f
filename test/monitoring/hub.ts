import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { definitions } from '../../package/definition.ts';
import type { BuiltTool } from '../../package/tools/tools.ts';
import { createAuthority, createTokenKey } from '../control-plane/certificates.ts';
import { Cluster } from '../control-plane/kubernetes.ts';
import { apiServer, etcd, kubeconfig, writeClusterFiles } from '../control-plane/kubernetes-servers.ts';
import type { KubernetesObject } from '../control-plane/objects.ts';
import { choosePorts } from '../control-plane/ports.ts';
import type { Processes } from '../control-plane/processes.ts';
import { repository } from '../control-plane/state.ts';

const monitoring = join(repository, 'package/install/monitoring');

/** The kinds as Crossplane would make them of the definitions: a status that they do not declare is not kept. */
const kinds = (): KubernetesObject[] =>
  definitions.map(({ metadata, spec: { group, names, scope, versions } }) => {
    const { status } = versions[0]?.schema.openAPIV3Schema.properties ?? {};
    const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const conditions = { type: 'array', items: anything };
    const schema = {
      type: 'object',
      properties: { spec: anything, status: { ...status, properties: { ...status?.properties, conditions } } },
    };

    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata,
      spec: {
        ...{ group, names, scope },
        versions: [
          {
            ...{ name: 'v1alpha1', served: true, storage: true },
            ...{ subresources: { status: {} }, schema: { openAPIV3Schema: schema } },
          },
        ],
      },
    };
  });

/** What `kubectl apply -k package/install/monitoring` applies, but for what only a node would do something with. */
const installed = (): KubernetesObject[] =>
  ['kube-state-metrics.yaml', 'rights.yaml']
    .flatMap((file) => parseAllDocuments(readFileSync(join(monitoring, file), 'utf8')))
    .map((document) => document.toJS() as KubernetesObject)
    .filter(({ kind }) => kind !== 'Deployment' && kind !== 'Service');

/** An API server with the kinds, and what watches it as it is installed. */
export interface Hub {
  cluster: Cluster;
  /** Where kube-state-metrics and Prometheus listen on this machine. */
  metrics: string;
  prometheus: string;
}

/**
 * Starts an API server with etcd, kube-state-metrics as the ServiceAccount that package/install/monitoring makes, with
 * metrics.yaml and the arguments of its Deployment, and Prometheus with rules.yaml.
 */
export const startHub = async (
  directory: string,
  processes: Processes,
  tool: (name: string) => BuiltTool,
  further: KubernetesObject[],
): Promise<Hub> => {
  const names = ['etcd', 'etcd-peer', 'hub', 'metrics', 'telemetry', 'prometheus'] as const;
  const ports = await choosePorts([...names]);
  const authority = await createAuthority('squadkit monitoring');
  const admin = join(directory, 'admin.kubeconfig');
  const token = () => randomBytes(24).toString('hex');
  const files = { name: 'hub', directory: join(directory, 'hub'), port: ports.hub, authority, createToken: token };
  await writeClusterFiles({ ...files, tokenKey: createTokenKey(), adminKubeconfig: admin });
  const data = { directory: join(directory, 'etcd'), client: ports.etcd, peer: ports['etcd-peer'] };
  await Promise.all([
    processes.run(etcd(tool('etcd'), data)),
    processes.run(apiServer(tool('kubernetes'), { ...files, etcdPort: ports.etcd })),
  ]);
  const cluster = new Cluster(admin);
  for (const object of [...kinds(), ...installed(), ...further]) await cluster.apply(object);

  const account = '/api/v1/namespaces/squadkit-monitoring/serviceaccounts/kube-state-metrics/token';
  const issued = await cluster.request<{ status: { token: string } }>('POST', account, { spec: {} });
  const own = { name: 'hub', server: `https://127.0.0.1:${ports.hub}`, authority, user: 'kube-state-metrics' };
  writeFileSync(join(directory, 'metrics.kubeconfig'), kubeconfig({ ...own, token: issued.status.token }), {
    mode: 0o600,
  });
  await processes.run({
    name: 'kube-state-metrics',
    command: tool('kube-state-metrics').binary('kube-state-metrics'),
    arguments: [
      '--custom-resource-state-only',
      `--custom-resource-state-config-file=${join(monitoring, 'metrics.yaml')}`,
      `--kubeconfig=${join(directory, 'metrics.kubeconfig')}`,
      ...['--host=127.0.0.1', `--port=${ports.metrics}`],
      ...['--telemetry-host=127.0.0.1', `--telemetry-port=${ports.telemetry}`],
    ],
    ready: { url: `http://127.0.0.1:${ports.telemetry}/readyz` },
  });
  await startPrometheus(join(directory, 'prometheus'), processes, tool('prometheus'), ports);

  return { cluster, metrics: `http://127.0.0.1:${ports.metrics}`, prometheus: `http://127.0.0.1:${ports.prometheus}` };
};

const startPrometheus = async (
  directory: string,
  processes: Processes,
  tool: BuiltTool,
  ports: { metrics: number; prometheus: number },
): Promise<void> => {
  mkdirSync(directory, { recursive: true });
  const configuration = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(monitoring, 'rules.yaml')],
    scrape_configs: [
      { job_name: 'squadkit', honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${ports.metrics}`] }] },
    ],
  };
  // Every JSON is YAML.
  writeFileSync(join(directory, 'prometheus.yaml'), JSON.stringify(configuration));
  await processes.run({
    name: 'prometheus',
    command: tool.binary('prometheus'),
    arguments: [
      `--config.file=${join(directory, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
    ],
    ready: { url: `http://127.0.0.1:${ports.prometheus}/-/ready` },
  });
};
