import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectionOf } from '../../../functions/evidence/live/kubeconfig.ts';
import { bundle, functionEntries, janitorEntries } from '../../../package/build.ts';
import { engineFlags } from '../../../package/engine.ts';
import { buildPackages, buildProviderPackages } from '../../../package/package.ts';
import type { BuiltTool } from '../../../package/tools/tools.ts';
import { releasedVersion } from '../../../package/version.ts';
import type { ControlPlane } from '../control-plane.ts';
import type { Cluster } from '../kubernetes.ts';
import { isTrue, type KubernetesObject } from '../objects.ts';
import { installConfiguration, pushPackages, redirectRegistries, registry, waitForPackages } from '../packages.ts';
import type { ProcessSpecification } from '../processes.ts';
import { providerKubernetes, providerSql, waitForCrds } from '../providers.ts';
import { startControllers } from './clusters.ts';
import { type Plan, packageDirectory } from './plan.ts';
import { postgresAuthorities } from './postgres.ts';

/** Builds function and packages from the working tree, and serves the packages from a registry of our own. */
export const publishPackages = async ({ directory, ports, processes, tool }: Plan): Promise<void> => {
  const crossplaneTool = tool('crossplane');
  const providers = ['provider-sql', 'provider-kubernetes'].map((name) => ({ name, tool: tool(name) }));
  const output = packageDirectory(directory);
  const [own, others] = await Promise.all([
    buildPackages(crossplaneTool, { output }),
    buildProviderPackages(crossplaneTool, providers, output),
    processes.run(registry(crossplaneTool, { port: ports.registry, directory: join(directory, 'registry') })),
    bundle({ outputDirectory: join(output, 'function'), entries: functionEntries }),
    bundle({ outputDirectory: join(output, 'janitor'), entries: janitorEntries }),
  ]);
  await pushPackages(crossplaneTool, ports.registry, [...own, ...others]);
};

/** Installs Squadkit on the hub as people do, and runs its function and providers until all of it is healthy. */
export const installPackages = async (plan: Plan, { hub }: ControlPlane): Promise<void> => {
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
    // The name that an installation chooses for its hub.
    environment: { SQUADKIT_HUB: 'main' },
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
        caPath: postgresAuthorities(directory),
      }),
    );
  const startKubernetesProvider = () =>
    startProvider('provider-kubernetes', (providerTool) =>
      providerKubernetes(providerTool, {
        kubeconfig: join(directory, 'hub', 'provider-kubernetes.kubeconfig'),
        poll,
        healthPort: ports['provider-kubernetes-health'],
        certificates: join(directory, 'crossplane', 'server'),
        account: accountOf(join(directory, 'hub', 'provider-kubernetes.kubeconfig')),
        hub: new URL(hub.server),
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

/** A folder with what a pod would find of the ServiceAccount whose kubeconfig that is. */
const accountOf = (kubeconfig: string): string => {
  const { tls, headers } = connectionOf({ kubeconfig });
  const folder = `${kubeconfig}.account`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'token'), String(headers.authorization).replace(/^Bearer /, ''), { mode: 0o600 });
  writeFileSync(join(folder, 'ca.crt'), String(tls.ca));

  return folder;
};

const waitForDefinitions = async (hub: Cluster) => {
  const kind = { apiVersion: 'apiextensions.crossplane.io/v2', kind: 'CompositeResourceDefinition' };
  for (const { metadata } of await hub.list(kind.apiVersion, kind.kind)) {
    const isEstablished = (definition: KubernetesObject | undefined) => isTrue(definition, 'Established');
    await hub.waitFor({ ...kind, metadata: { name: metadata.name } }, isEstablished, { what: 'established' });
  }
};
