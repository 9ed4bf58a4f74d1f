import type { BuiltTool } from '../../../package/tools/tools.ts';
import type { ProcessSpecification } from '../processes.ts';

/** What both controllers are started with. */
interface FluxSettings {
  kubeconfig: string;
  ports: { metrics: number; health: number };
}

const specification = (
  tool: BuiltTool,
  name: string,
  { kubeconfig, ports }: FluxSettings,
  own: string[],
): ProcessSpecification => ({
  name,
  command: tool.binary(name),
  arguments: [
    '--watch-all-namespaces',
    `--metrics-addr=127.0.0.1:${ports.metrics}`,
    `--health-addr=127.0.0.1:${ports.health}`,
    ...own,
  ],
  environment: { RUNTIME_NAMESPACE: 'flux-system', KUBECONFIG: kubeconfig },
  ready: { url: `http://127.0.0.1:${ports.health}/readyz` },
});

/** Flux's source-controller, which fetches Git repositories and keeps them for the other one. */
export const sourceController = (
  tool: BuiltTool,
  settings: FluxSettings & { storage: string; storagePort: number },
): ProcessSpecification =>
  specification(tool, 'source-controller', settings, [
    `--storage-path=${settings.storage}`,
    `--storage-addr=127.0.0.1:${settings.storagePort}`,
    `--storage-adv-addr=127.0.0.1:${settings.storagePort}`,
  ]);

/** Flux's kustomize-controller with the settings that package/install/gitops asks for. */
export const kustomizeController = (tool: BuiltTool, settings: FluxSettings): ProcessSpecification =>
  specification(tool, 'kustomize-controller', settings, [
    '--no-cross-namespace-refs',
    '--no-remote-bases',
    '--default-service-account=nobody',
    '--requeue-dependency=5s',
    // Else a fix waits until the health check of the broken commit times out, and all Secrets of the hub are listed.
    '--feature-gates=CancelHealthCheckOnNewRevision=true,DisableConfigWatchers=true',
  ]);
