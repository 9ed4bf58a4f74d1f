import { join } from 'node:path';
import { stringify } from 'yaml';
import { silentProgress } from '../../../package/tools/progress.ts';
import { buildTools, gitopsTools } from '../../../package/tools/tools.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { type Checkout, checkout } from '../../control-plane/gitops/repository.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { type GitOps, startGitOps } from '../../control-plane/steps/gitops.ts';
import { nameGitOps } from '../../control-plane/writers.ts';
import { endDeliveries } from './engines.ts';
import { eventually } from './eventually.ts';
import { type Wait, waitIn } from './waited.ts';

const flux = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
const namespace = 'squadkit-delivery';
const source = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' };

/** Git and Flux beside a control plane, and somebody's clone. */
export interface Delivery extends Checkout {
  /** What Flux says of a squad's folder, or of the platform's. */
  kustomization(name: string): Promise<KubernetesObject | undefined>;
  /** What Flux last said of a folder, in one line: `False ReconciliationFailed …`. */
  says(name: string): Promise<string>;
  /** As `flux reconcile kustomization` does; resolves once Flux has. */
  lookAgain(name: string): Promise<void>;
  /** Whether Flux has applied a commit of a folder and found all of it healthy. */
  isApplied(name: string, commit: string): Promise<boolean>;
  wait: Wait;
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
    says: async (name) => {
      const ready = condition(await kustomization(name), 'Ready');
      return `${ready?.status} ${ready?.reason} ${ready?.message}`;
    },
    lookAgain: async (name) => {
      const asked = new Date().toISOString();
      const annotations = { 'reconcile.fluxcd.io/requestedAt': asked };
      await hub.patch({ ...flux, metadata: { name, namespace } }, { metadata: { annotations } });
      const hasLooked = async () => (await kustomization(name))?.status?.lastHandledReconcileAt === asked;
      await eventually(`Flux has looked at ${name}`, hasLooked, { seconds: 120 });
    },
    isApplied: async (name, commit) => {
      const found = await kustomization(name);
      return condition(found, 'Ready')?.status === 'True' && `${found?.status?.lastAppliedRevision}`.endsWith(commit);
    },
    wait: waitIn(clone.directory, controlPlane),
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
