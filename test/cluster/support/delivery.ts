import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { silentProgress } from '../../../package/tools/progress.ts';
import { buildTools, gitopsTools } from '../../../package/tools/tools.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { type Checkout, checkout } from '../../control-plane/gitops/repository.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { repository } from '../../control-plane/state.ts';
import { type GitOps, startGitOps } from '../../control-plane/steps/gitops.ts';
import { nameGitOps } from '../../control-plane/writers.ts';
import { endDeliveries } from './engines.ts';
import { eventually } from './eventually.ts';

const flux = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
const namespace = 'squadkit-delivery';
const source = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' };

/** Git and Flux beside a control plane, and somebody's clone. */
export interface Delivery extends Checkout {
  /** What Flux says of a squad's folder, or of the platform's. */
  kustomization(name: string): Promise<KubernetesObject | undefined>;
  /** Whether Flux has applied a commit of a folder and found all of it healthy. */
  isApplied(name: string, commit: string): Promise<boolean>;
  /** `squadkit wait` as a pipeline calls it: the exit status, and what it says. */
  wait(service: string, commit: string, timeout?: string): Promise<{ status: number; said: string }>;
  /** Takes Git and Flux away again; what was delivered stays. */
  end(): Promise<void>;
}

/** A file of YAML. */
export const fileOf = (object: KubernetesObject): string => stringify(object);

/** Starts Git and Flux beside a control plane, whose administrator stays a writer for the other scenarios. */
export const startDelivery = async (controlPlane: ControlPlane): Promise<Delivery> => {
  const { hub, paths } = controlPlane;
  const gitops = await startGitOps(controlPlane, await buildTools(silentProgress, gitopsTools), { alone: false });
  const clone = checkout(gitops.url, join(paths.state, 'gitops', 'clone'));
  const kustomization = (name: string) => hub.get({ ...flux, metadata: { name, namespace } });

  return {
    ...clone,
    kustomization,
    isApplied: async (name, commit) => {
      const found = await kustomization(name);
      return condition(found, 'Ready')?.status === 'True' && `${found?.status?.lastAppliedRevision}`.endsWith(commit);
    },
    wait: (service, commit, timeout = '180s') =>
      new Promise((resolve) => {
        const program = [join(repository, 'functions/squadkit.ts'), 'wait', service, clone.directory];
        execFile(
          process.execPath,
          [
            '--import',
            'tsx',
            ...program,
            '--revision',
            commit,
            '--timeout',
            timeout,
            '--kubeconfig',
            hub.kubeconfigPath,
          ],
          { cwd: repository },
          (error, out, said) => resolve({ status: Number(error?.code ?? 0), said: `${out}${said}` }),
        );
      }),
    end: () => endDelivery(controlPlane, gitops),
  };
};

/** Flux ends its finalizers itself, so it goes last. */
const endDelivery = async (controlPlane: ControlPlane, { processes }: GitOps): Promise<void> => {
  const { hub } = controlPlane;
  await endDeliveries(hub, 'flux');
  for (const kind of [flux, source]) {
    const isEmpty = async () => (await hub.list(kind.apiVersion, kind.kind)).length === 0;
    await eventually(`no ${kind.kind} is left`, isEmpty, { seconds: 90 });
  }
  for (const name of processes.reverse()) await controlPlane.remove(name);
  await nameGitOps(hub);
};
