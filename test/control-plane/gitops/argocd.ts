import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { BuiltTool } from '../../../package/tools/tools.ts';
import type { ProcessSpecification } from '../processes.ts';

/** Where the parts of Argo CD listen. */
export interface ArgoPorts {
  redis: number;
  'repo-server': number;
  'repo-server-metrics': number;
  'application-controller-metrics': number;
}

/** What keeps what the repo server has rendered. */
export const redis = (tool: BuiltTool, ports: ArgoPorts): ProcessSpecification => ({
  name: 'argocd-redis',
  command: tool.binary('redis'),
  arguments: [`127.0.0.1:${ports.redis}`],
  ready: { port: ports.redis },
});

/** Fetches a Git repository and makes objects of its files; it never asks the hub. */
export const repoServer = (tool: BuiltTool, ports: ArgoPorts, directory: string): ProcessSpecification => ({
  name: 'argocd-repo-server',
  command: tool.binary('controllers'),
  arguments: [
    ...['--address', '127.0.0.1', '--port', `${ports['repo-server']}`],
    ...['--metrics-address', '127.0.0.1', '--metrics-port', `${ports['repo-server-metrics']}`],
    ...['--redis', `127.0.0.1:${ports.redis}`],
    // It refuses a file of its clients' authority without TLS, and has one by default.
    ...['--disable-tls', '--client-ca-path', ''],
  ],
  environment: { ARGOCD_BINARY_NAME: 'argocd-repo-server', ...argoDirectories(tool, directory) },
  ready: { url: `http://127.0.0.1:${ports['repo-server-metrics']}/healthz` },
});

/** Compares, applies, prunes and judges. */
export const applicationController = (
  tool: BuiltTool,
  ports: ArgoPorts,
  { directory, kubeconfig }: { directory: string; kubeconfig: string },
): ProcessSpecification => ({
  name: 'argocd-application-controller',
  command: tool.binary('controllers'),
  arguments: [
    ...['--namespace', 'argocd', '--metrics-port', `${ports['application-controller-metrics']}`],
    ...['--repo-server', `127.0.0.1:${ports['repo-server']}`, '--repo-server-plaintext'],
    ...['--redis', `127.0.0.1:${ports.redis}`],
    // So that a test reads in the Application what Argo CD says of each document.
    '--persist-resource-health',
  ],
  environment: {
    ARGOCD_BINARY_NAME: 'argocd-application-controller',
    KUBECONFIG: kubeconfig,
    // Else https://kubernetes.default.svc were the address of a pod's own cluster, and it looks for the number of its pod.
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    HOSTNAME: 'argocd-application-controller-0',
    ...argoDirectories(tool, directory),
  },
  ready: { url: `http://127.0.0.1:${ports['application-controller-metrics']}/healthz` },
});

/** What the image of Argo CD has in its file system, and the script of it that repo-server looks for in PATH. */
const argoDirectories = (tool: BuiltTool, directory: string): Record<string, string> => {
  const paths = Object.fromEntries(
    ['tls', 'ssh', 'gpg', 'tmp', 'bin'].map((name): [string, string] => [name, join(directory, name)]),
  ) as Record<'tls' | 'ssh' | 'gpg' | 'tmp' | 'bin', string>;
  for (const path of Object.values(paths)) mkdirSync(path, { recursive: true });
  const script = join(paths.bin, 'git-verify-wrapper.sh');
  cpSync(join(tool.directory('hack'), 'git-verify-wrapper.sh'), script);
  chmodSync(script, 0o755);

  return {
    ARGOCD_TLS_DATA_PATH: paths.tls,
    ARGOCD_SSH_DATA_PATH: paths.ssh,
    ARGOCD_GNUPGHOME: paths.gpg,
    ARGOCD_GPG_DATA_PATH: paths.gpg,
    ARGOCD_GPG_ENABLED: 'false',
    TMPDIR: paths.tmp,
    // Settings of Git that somebody has on this machine are not Argo CD's.
    HOME: directory,
    PATH: [paths.bin, process.env.PATH].join(delimiter),
  };
};
