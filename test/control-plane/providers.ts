import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuiltTool } from '../../package/tools/tools.ts';
import type { Cluster } from './kubernetes.ts';
import { isTrue } from './objects.ts';
import { requirePort } from './ports.ts';
import type { ProcessSpecification } from './processes.ts';

/** provider-sql, with a file of the authorities of all servers; it needs all its CRDs when it starts, see `waitForCrds`. */
export const providerSql = (
  tool: BuiltTool,
  settings: { kubeconfig: string; poll: string; metricsPort: number; caPath: string },
): ProcessSpecification => ({
  name: 'provider-sql',
  command: tool.binary('provider'),
  arguments: [`--metrics-bind-address=127.0.0.1:${settings.metricsPort}`, `--poll=${settings.poll}`],
  environment: { KUBECONFIG: settings.kubeconfig, PGSSLROOTCERT: settings.caPath },
  ready: { port: settings.metricsPort },
});

/**
 * Gives a program what a pod finds of its ServiceAccount, where client-go looks for it (v0.35, rest/config.go), in a mount
 * namespace of its own. `exec` keeps the number of the process.
 */
const asPod = (
  { command, arguments: words, ...rest }: ProcessSpecification,
  account: string,
): ProcessSpecification => ({
  ...rest,
  command: 'unshare',
  arguments: [
    ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
    ...['--mount', 'sh', '-euc'],
    'mount -t tmpfs none /run; mkdir -p /run/secrets/kubernetes.io; ln -s "$1" /run/secrets/kubernetes.io/serviceaccount; shift; exec "$@"',
    ...['sh', account, command, ...words],
  ],
});

/**
 * provider-kubernetes. It can wait for its CRDs by itself, but when they appear while it starts, it sometimes misses them
 * and then does nothing for ever (v1.2.1, seen once in six starts): see `waitForCrds`.
 *
 * @param settings `account` is a folder with the token and the authority by which it works on the hub itself
 */
export const providerKubernetes = (
  tool: BuiltTool,
  settings: { kubeconfig: string; poll: string; healthPort: number; certificates: string; account: string; hub: URL },
): ProcessSpecification =>
  asPod(
    {
      name: 'provider-kubernetes',
      command: tool.binary('provider'),
      arguments: [
        '--enable-watches',
        `--poll=${settings.poll}`,
        `--health-probe-bind-addr=127.0.0.1:${settings.healthPort}`,
      ],
      environment: {
        KUBECONFIG: settings.kubeconfig,
        SANITIZE_SECRETS: 'true',
        TLS_SERVER_CERTS_DIR: settings.certificates,
        KUBERNETES_SERVICE_HOST: settings.hub.hostname,
        KUBERNETES_SERVICE_PORT: settings.hub.port,
      },
      ready: { url: `http://127.0.0.1:${settings.healthPort}/readyz` },
    },
    settings.account,
  );

/** The two ports that provider-kubernetes takes, whatever it is told. */
export const requireProviderPorts = async () => {
  await requirePort(9443, "provider-kubernetes' webhook");
  await requirePort(8080, "provider-kubernetes' metrics");
};

/** Waits until every CRD that a provider's package brings is established. Files are called `<group>_<plural>.yaml`. */
export const waitForCrds = async (hub: Cluster, packageDirectory: string): Promise<void> => {
  const wanted = readdirSync(join(packageDirectory, 'crds')).map((file) => {
    const [group, plural] = file.replace(/\.yaml$/, '').split('_');
    return `${plural}.${group}`;
  });
  const deadline = Date.now() + 300_000;
  let missing = wanted;
  while (Date.now() < deadline) {
    const definitions = await hub.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
    const established = new Set(
      definitions.filter((crd) => isTrue(crd, 'Established')).map(({ metadata }) => metadata.name),
    );
    missing = wanted.filter((name) => !established.has(name));
    if (missing.length === 0) return;
    await sleep(300);
  }

  throw new Error(
    `not all CRDs of ${packageDirectory} are established after 300 s: ${missing.slice(0, 3).join(', ')} …`,
  );
};
