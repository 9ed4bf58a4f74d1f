import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BuiltTool } from '../../package/tools/tools.ts';
import { type Authority, loadAuthority } from './certificates.ts';
import type { Cluster } from './kubernetes.ts';
import type { KubernetesObject } from './objects.ts';
import type { ProcessSpecification } from './processes.ts';

/** The namespace of Crossplane and of its Secrets. */
export const crossplaneNamespace = 'crossplane-system';

/** The Secret with which functions and providers serve and call; made by us, because the package runtime is External. */
export const runtimeCertificates = 'squadkit-runtime-tls';

const webhookConfiguration = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' };

interface CrossplaneSettings {
  tool: BuiltTool;
  kubeconfig: string;
  directory: string;
  ports: { metrics: number; health: number; webhook: number };
}

/**
 * Crossplane's own preparation of the hub: its CRDs, its authority and its webhook. Then what a cluster with nodes would
 * do: certificates as files, and a webhook address that does not need a Service.
 */
export const initializeCrossplane = async (
  hub: Cluster,
  { tool, kubeconfig, directory, ports }: CrossplaneSettings,
) => {
  await hub.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: crossplaneNamespace } });
  await initialize(tool, kubeconfig);
  const client = await secret(hub, 'crossplane-tls-client');
  writeCertificates(join(directory, 'client'), client);

  const root = await secret(hub, 'crossplane-root-ca');
  const authority = await loadAuthority({ certificate: root['tls.crt'] ?? '', key: root['tls.key'] ?? '' });
  await writeRuntimeCertificates(hub, authority, join(directory, 'server'));
  await pointWebhooks(hub, ports.webhook, authority.certificate);
};

/** Crossplane core with its default flags, but for the package runtime: nothing here runs pods. */
export const crossplane = ({ tool, kubeconfig, directory, ports }: CrossplaneSettings): ProcessSpecification => {
  const cache = join(directory, 'packages');
  mkdirSync(cache, { recursive: true });

  return {
    name: 'crossplane',
    command: tool.binary('crossplane'),
    arguments: [
      ...['core', 'start', '--package-runtime=External', `--xpkg-cache-dir=${cache}`],
      ...[`--webhook-port=${ports.webhook}`, `--metrics-port=${ports.metrics}`, `--health-probe-port=${ports.health}`],
    ],
    environment: {
      KUBECONFIG: kubeconfig,
      ENABLE_WEBHOOKS: 'true',
      TLS_SERVER_CERTS_DIR: join(directory, 'server'),
      TLS_CLIENT_CERTS_DIR: join(directory, 'client'),
    },
    ready: { url: `http://127.0.0.1:${ports.health}/readyz` },
  };
};

const initialize = async (tool: BuiltTool, kubeconfig: string, attempt = 1): Promise<void> => {
  const initArguments = [
    ...['core', 'init', '--activation=*'],
    `--cr-ds-path=${tool.directory('cluster/crds')}`,
    `--webhook-configurations-path=${tool.directory('cluster/webhookconfigurations')}`,
    '--tlsca-secret-name=crossplane-root-ca',
    '--tls-server-secret-name=crossplane-tls-server',
    '--tls-client-secret-name=crossplane-tls-client',
    '--webhook-service-name=crossplane-webhooks',
    `--webhook-service-namespace=${crossplaneNamespace}`,
    '--webhook-service-port=9443',
  ];
  const environment = { ...process.env, KUBECONFIG: kubeconfig, ENABLE_WEBHOOKS: 'true' };
  try {
    await promisify(execFile)(tool.binary('crossplane'), initArguments, { env: environment });
  } catch (error) {
    // It applies CRDs and at once objects of them: discovery may not be that fast.
    if (attempt < 5) return initialize(tool, kubeconfig, attempt + 1);
    throw new Error(`cannot prepare the hub for Crossplane: ${(error as { stderr?: string }).stderr}`);
  }
};

const secret = async (hub: Cluster, name: string) => {
  const reference = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: crossplaneNamespace } };
  const { data } = (await hub.get(reference)) ?? {};
  if (!data) throw new Error(`Crossplane did not make Secret ${name} in ${crossplaneNamespace}`);

  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
};

const writeRuntimeCertificates = async (hub: Cluster, authority: Authority, directory: string) => {
  const { certificate, key } = await authority.issue('squadkit runtime');
  const files = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority.certificate };
  writeCertificates(directory, files);
  await hub.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: runtimeCertificates, namespace: crossplaneNamespace },
    type: 'Opaque',
    data: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')])),
  });
};

const writeCertificates = (directory: string, files: Record<string, string>) => {
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content, { mode: 0o600 });
};

const pointWebhooks = async (hub: Cluster, port: number, certificate: string) => {
  const reference = { ...webhookConfiguration, metadata: { name: 'crossplane-no-usages' } };
  const { webhooks } = (await hub.get(reference)) as KubernetesObject;
  for (const { clientConfig } of webhooks) {
    clientConfig.url = `https://127.0.0.1:${port}${clientConfig.service.path}`;
    clientConfig.caBundle = Buffer.from(certificate).toString('base64');
    clientConfig.service = undefined;
  }
  await hub.patch(reference, [{ op: 'replace', path: '/webhooks', value: webhooks }]);
};
