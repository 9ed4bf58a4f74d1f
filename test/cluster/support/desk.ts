import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { silentProgress } from '../../../package/tools/progress.ts';
import { buildTools } from '../../../package/tools/tools.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { repository } from '../../control-plane/state.ts';

/** Where an SRE sits: with `install/`, kubectl, and a kubeconfig with a context of each cluster, the hub's the current one. */
export interface Desk {
  /** Runs a script in bash there, and answers what it says; rejects with that when it fails. */
  run(script: string): Promise<string>;
  /** Puts something else into a file of `install/`, as the page has people do. */
  edit(file: string, change: (text: string) => string): void;
}

interface Kubeconfig {
  'current-context': string;
  clusters: { cluster: object }[];
  users: { user: object }[];
}

/** Kubeconfigs of one context each as one, in which each has a user of its own. The first one's context is the current. */
const together = (configs: Kubeconfig[]) => {
  const named = configs.map((config) => ({ ...config, name: config['current-context'] }));

  return {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': named[0]?.name },
    clusters: named.map(({ name, clusters }) => ({ name, cluster: clusters[0]?.cluster })),
    users: named.map(({ name, users }) => ({ name, user: users[0]?.user })),
    contexts: named.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  };
};

/** Lays out a desk for a control plane. */
export const layDesk = async ({ hub, meadow, aqua, paths }: ControlPlane): Promise<Desk> => {
  const directory = join(paths.state, 'desk');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  cpSync(join(repository, 'package/install'), join(directory, 'install'), { recursive: true });
  const kubectl = (await buildTools(silentProgress, ['node']))('node').binary('kubectl');
  const kubeconfig = join(directory, 'kubeconfig');
  const contexts = [hub, aqua, meadow.aqua].map(({ kubeconfigPath }) => readFileSync(kubeconfigPath, 'utf8'));
  writeFileSync(kubeconfig, stringify(together(contexts.map((text) => parse(text) as Kubeconfig))), { mode: 0o600 });
  const run = async (script: string): Promise<string> => {
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
      cwd: directory,
      env: { PATH: [dirname(kubectl), process.env.PATH].join(':'), HOME: directory, KUBECONFIG: kubeconfig },
    }).catch((error: Error & { stdout?: string }) => {
      throw new Error(`${error.message}\n${error.stdout ?? ''}`);
    });

    return stdout;
  };

  return {
    run,
    edit: (file, change) => {
      const path = join(directory, 'install', file);
      writeFileSync(path, change(readFileSync(path, 'utf8')));
    },
  };
};
