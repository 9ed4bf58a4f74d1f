import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { repository } from '../../control-plane/state.ts';

/** `squadkit wait` as a pipeline calls it: the exit status, and what it says. */
export type Wait = (service: string, commit: string, timeout?: string) => Promise<{ status: number; said: string }>;

/** Waits in somebody's clone, with the administrator's kubeconfig of the hub. */
export const waitIn =
  (directory: string, { hub }: ControlPlane): Wait =>
  (service, commit, timeout = '180s') =>
    new Promise((resolve) => {
      const program = ['--import', 'tsx', join(repository, 'functions/squadkit.ts'), 'wait', service, directory];
      const options = ['--revision', commit, '--timeout', timeout, '--kubeconfig', hub.kubeconfigPath];
      execFile(process.execPath, [...program, ...options], { cwd: repository }, (error, out, said) =>
        resolve({ status: Number(error?.code ?? 0), said: `${out}${said}` }),
      );
    });
