import type { KubernetesObject } from '../../objects/resource.ts';
import { applicationOf } from '../../squad/delivery/argocd.ts';
import type { Engine } from './engine.ts';

/** Of its last attempt to apply (argo-cd v3.6.1, pkg/apis/application/v1alpha1/types.go: OperationState). */
interface Attempt {
  phase?: string;
  message?: string;
  finishedAt?: string;
  operation?: { sync?: { revision?: string } };
  syncResult?: { revision?: string; resources?: { status?: string; message?: string }[] };
}

/** What is wrong before anything can be applied (the same file: ApplicationCondition). */
const unreadable = ['ComparisonError', 'InvalidSpecError'];

/**
 * Whether an attempt failed. One that is to be tried again is Running, although it has ended (argo-cd v3.6.1,
 * controller/appcontroller.go: processRequestedAppOperation).
 */
const hasFailed = ({ phase = '', finishedAt }: Attempt): boolean =>
  ['Failed', 'Error'].includes(phase) || (phase === 'Running' && finishedAt !== undefined);

/** What the API server or the project said of each document; what Argo CD says of the whole if it came to none. */
const reasonOf = ({ message, phase, syncResult }: Attempt): string => {
  const refused = (syncResult?.resources ?? []).filter(({ status }) => status === 'SyncFailed');

  return [...new Set(refused.map((document) => document.message))].join('; ') || (message ?? `${phase}`);
};

const attemptOf = ({ status }: KubernetesObject): Attempt => (status?.operationState ?? {}) as Attempt;

/** Argo CD: the Application of the squad, which says the commit that it tried last. */
export const argocd: Engine = {
  folderOf: (squad) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    ...applicationOf(squad),
  }),
  said: (application, commit) => {
    const attempt = attemptOf(application);
    const tried = attempt.syncResult?.revision ?? attempt.operation?.sync?.revision;
    if (tried === commit && hasFailed(attempt)) {
      return { isRefusal: true, words: `Argo CD could not apply this commit: ${reasonOf(attempt)}` };
    }
    const conditions = (application.status?.conditions ?? []) as { type?: string; message?: string }[];
    const condition = conditions.find(({ type = '' }) => unreadable.includes(type));
    // It does not say of which commit that is.
    return condition && { isRefusal: false, words: `Argo CD says: ${condition.message ?? condition.type}` };
  },
};
