import { join } from 'node:path';
import { silentProgress } from '../../../package/tools/progress.ts';
import { argocdTools, buildTools } from '../../../package/tools/tools.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { type Checkout, checkout } from '../../control-plane/gitops/repository.ts';
import type { KubernetesObject, ObjectReference } from '../../control-plane/objects.ts';
import { startArgo } from '../../control-plane/steps/argocd.ts';
import { nameGitOps } from '../../control-plane/writers.ts';
import { endDeliveries } from './engines.ts';
import { eventually } from './eventually.ts';
import { type Wait, waitIn } from './waited.ts';

/** Asks Argo CD to look at an Application; it takes that away once it has (argo-cd v3.6.1, controller/appcontroller.go: handleRefreshAnnotation). */
const refresh = 'argocd.argoproj.io/refresh';
const application = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' };

/** What Argo CD says of one document (argo-cd v3.6.1, pkg/apis/application/v1alpha1/types.go: ResourceStatus). */
interface SaidOfDocument {
  kind: string;
  name: string;
  health?: { status: string; message?: string };
}

/** Git and Argo CD beside a control plane, and somebody's clone. */
export interface ArgoDelivery extends Checkout {
  /** What Argo CD is told, and says, of a folder: `squad-galaxy`, or `squadkit-platform`. */
  application(name: string): Promise<KubernetesObject | undefined>;
  wait: Wait;
  /** Commits and pushes everything as it is, waits until it has applied that and found all of a folder healthy, and answers the seconds. */
  merge(name: string, message: string): Promise<number>;
  /** What it says of one document of a folder, as `Degraded ZoneNotFound: …`; of a commit, once it has looked at that. */
  healthOf(name: string, document: ObjectReference, commit?: string): Promise<string | undefined>;
  /** Waits until it says something of its last attempt to apply a folder, and answers all that it says, a line each. */
  attempted(name: string, says: RegExp): Promise<string>;
  /** Waits until its project does not permit something in a folder, and answers what it says of each such document. */
  notPermitted(name: string): Promise<string[]>;
  /** As `argocd app get --refresh` does, or `--hard-refresh`; resolves once it has looked. */
  lookAgain(name: string, how?: 'normal' | 'hard'): Promise<void>;
  /** Takes Git and Argo CD away again; what was delivered stays. */
  end(): Promise<void>;
}

/** Starts Git and Argo CD beside a control plane, whose administrator stays a writer for the other scenarios. */
export const startArgoDelivery = async (controlPlane: ControlPlane): Promise<ArgoDelivery> => {
  const { hub, paths } = controlPlane;
  const { url, processes } = await startArgo(controlPlane, await buildTools(silentProgress, argocdTools));
  const reference = (name: string) => ({ ...application, metadata: { name, namespace: 'argocd' } });
  const get = (name: string) => hub.get(reference(name));
  const clone = checkout(url, join(paths.state, 'gitops', 'clone'));
  const lastAttempt = async (name: string) => attemptOf(await get(name));
  /** As `eventually`, and what Argo CD says of a folder if it is not so. */
  const wait = (name: string, what: string, isSo: () => Promise<boolean>) =>
    eventually(what, isSo, { seconds: 240 }).catch(async (error: Error) => {
      throw new Error(`${error.message}; Argo CD says of ${name}: ${await lastAttempt(name)}`);
    });
  const attempted = async (name: string, says: RegExp) => {
    let said = '';
    await wait(name, `Argo CD says ${says}`, async () => {
      said = await lastAttempt(name);
      return says.test(said);
    });

    return said;
  };

  return {
    ...clone,
    application: get,
    wait: waitIn(clone.directory, controlPlane),
    merge: async (name, message) => {
      const since = Date.now();
      const commit = clone.push(message);
      await wait(name, `"${message}" is applied and healthy`, async () => {
        const { sync, health } = (await get(name))?.status ?? {};
        return sync?.status === 'Synced' && sync.revision === commit && health?.status === 'Healthy';
      });

      return (Date.now() - since) / 1000;
    },
    healthOf: async (name, { kind, metadata }, commit) => {
      const { sync, resources = [] } = (await get(name))?.status ?? {};
      if (commit !== undefined && sync?.revision !== commit) return undefined;
      const said = (resources as SaidOfDocument[]).find((each) => each.kind === kind && each.name === metadata.name);

      return said?.health && `${said.health.status} ${said.health.message ?? ''}`;
    },
    attempted,
    notPermitted: async (name) =>
      (await attempted(name, /not permitted in project/))
        .split('\n')
        .filter((line) => /^\w+: (resource|namespace) .* is not permitted in project/.test(line)),
    lookAgain: async (name, how = 'normal') => {
      await hub.patch(reference(name), { metadata: { annotations: { [refresh]: how } } });
      await wait(name, 'Argo CD has looked', async () => !(await get(name))?.metadata.annotations?.[refresh]);
    },
    end: async () => {
      await endDeliveries(hub, 'argocd');
      for (const name of processes.reverse()) await controlPlane.remove(name);
      await nameGitOps(hub);
    },
  };
};

/** What an Application says of its last attempt: of all of it, and of each document. */
const attemptOf = (application: KubernetesObject | undefined): string => {
  const { sync, health, operationState, conditions = [] } = application?.status ?? {};
  const { phase, message, syncResult } = operationState ?? {};
  const documents = (syncResult?.resources ?? []) as { kind: string; message?: string }[];

  return [
    `${sync?.status} ${sync?.revision} ${health?.status}, ${phase}: ${message}`,
    ...documents.map((document) => `${document.kind}: ${document.message}`),
    ...(conditions as { type: string; message: string }[]).map(({ type, message }) => `${type}: ${message}`),
  ].join('\n');
};
