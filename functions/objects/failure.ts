import { isMapping } from './record.ts';
import { conditionOf, isBeingDeleted, type KubernetesObject, type ObservedCondition } from './resource.ts';
import { timeOf } from './time.ts';

/** That something failed, in the words of whoever said so. */
export interface Failure {
  /** Of the driver, server or operator: it may hold anything, credentials too. */
  message: string;
  /** The provider on the hub, or what the thing outside says of itself, as an operator on a cluster does. */
  says: 'provider' | 'remote';
}

/** Types of conditions that are well when True. Others are not known, and are believed only if their reason is bad. */
const wellWhenTrue =
  /^(Ready|Available|Healthy|Synced|LastAsyncOperation|Reconciled|Reachable|Connected|Valid|Established|Accepted|Programmed|Succeeded|Online|Running|Bound|ResolvedRefs)$/i;

/** Words of what failed, in a type, a reason, a phase or a message: `CreateFailed`, `CrashLoopBackOff`. */
const bad =
  /fail|error|degraded|stalled|invalid|unhealthy|unavailable$|crash|backoff|reject|denied|forbidden|refused|unauthori[sz]ed|unreachable|exceeded|exhausted|expired|corrupt|conflict|timed?-?out|lost$|incompatible|inaccessible|storage-full|not ?found|missing$/i;

/** The only type that begins with a denial and is bad; `NoErrors` is not. */
const isBadType = (type: string): boolean =>
  /^not-?ready$/i.test(type) || (bad.test(type) && !/^(No|Without)[A-Z]/.test(type));

/** Words of what is under way. */
const underWay =
  /creat|progress|pending|issuing|wait|initiali|provision|reconcil|starting|schedul|updating|scaling|rollout|install|bootstrap|deploying|configuring|delet|terminat|restoring|upgrad/i;

/** What a Deployment says as long as its first pods start (Kubernetes 1.35, deployment_util.go). */
const starting = 'MinimumReplicasUnavailable';

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const conditionsOf = (status: unknown): ObservedCondition[] => {
  const conditions = isMapping(status) ? status.conditions : undefined;

  return Array.isArray(conditions)
    ? conditions.filter((found) => isMapping(found) && typeof found.type === 'string')
    : [];
};

/** What is bad about a condition: now, for sure; or not well yet, which is bad when it lasts. */
const verdictOn = ({ type, status, reason, message }: ObservedCondition): 'failed' | 'not yet' | 'well' => {
  const [why, words] = [text(reason), text(message)];
  if (!wellWhenTrue.test(type)) {
    if (status === 'True') return isBadType(type) ? 'failed' : 'well';
    return status === 'False' && !isBadType(type) && bad.test(why) ? 'failed' : 'well';
  }
  if (status === 'True') return 'well';
  if (status !== 'False' || why === starting) return 'not yet';
  if (bad.test(why)) return 'failed';
  if (underWay.test(why) || underWay.test(words)) return bad.test(words) ? 'failed' : 'not yet';

  // Whoever gives another reason says that it does not work.
  return why === '' && words === '' ? 'not yet' : 'failed';
};

const said = ({ type, status, reason, message }: ObservedCondition): string =>
  [`${type}=${status}`, text(reason) && `(${text(reason)})`, text(message)].filter((part) => part !== '').join(' ');

/** Phases in the words of a status: `phase: Failed`, or `health: {status: Degraded}`. */
const badPhase = (status: unknown): string | undefined => {
  if (!isMapping(status)) return undefined;
  for (const field of ['phase', 'state', 'status', 'health']) {
    const inner = status[field];
    const value = isMapping(inner) ? text(inner.status) || text(inner.state) || text(inner.phase) : text(inner);
    if (!bad.test(value)) continue;
    const why = ['message', 'reason', 'error', 'lastError', 'failureMessage', 'failureReason', 'errorMessage']
      .map((name) => text(status[name]) || text(isMapping(inner) ? inner[name] : undefined))
      .find((found) => found !== '');

    return `${field} ${value}${why === undefined ? '' : `: ${why}`}`;
  }

  return undefined;
};

/** Whether what is said is of an earlier state of the object: then it is no news of this one. */
const isOld = ({ metadata, status }: KubernetesObject, condition?: ObservedCondition): boolean => {
  const generation = metadata?.generation;
  const seen = condition?.observedGeneration ?? status?.observedGeneration;

  return typeof generation === 'number' && typeof seen === 'number' && seen < generation;
};

/** The object on a cluster that a managed resource shows (provider-kubernetes v1.2.1, status.atProvider.manifest). */
const remoteOf = ({ status }: KubernetesObject): KubernetesObject | undefined => {
  const manifest = isMapping(status?.atProvider) ? status.atProvider.manifest : undefined;

  return isMapping(manifest) ? (manifest as unknown as KubernetesObject) : undefined;
};

/** Whether the object on a cluster is being deleted by somebody, and not with its managed resource. */
export const isGoingOutside = (object: KubernetesObject): boolean => {
  const remote = remoteOf(object);

  return remote !== undefined && isMapping(remote.metadata) && isBeingDeleted(remote) && !isBeingDeleted(object);
};

const named = ({ kind, metadata }: KubernetesObject): string => `${text(kind)} ${text(metadata?.name)}`.trim();

const remoteFailure = (object: KubernetesObject): string | undefined => {
  const remote = remoteOf(object);
  if (remote === undefined) return badPhase(object.status?.atProvider);
  if (isGoingOutside(object)) return `${named(remote)} is being deleted`;
  const failed = conditionsOf(remote.status).find(
    (condition) => !isOld(remote, condition) && verdictOn(condition) === 'failed',
  );
  const why = failed === undefined ? (isOld(remote) ? undefined : badPhase(remote.status)) : said(failed);

  return why === undefined ? undefined : `${named(remote)}: ${why}`;
};

/**
 * Why `Ready` is False, if that is a failure: `Unavailable` is what crossplane-runtime v2.2.1 says of a thing that should
 * be there and is not (apis/common/condition.go). provider-kubernetes says the same of one that is not ready yet, but it
 * shows that thing, which tells more.
 */
const ownFailure = (object: KubernetesObject): ObservedCondition | undefined =>
  conditionsOf(object.status).find((condition) => {
    if (condition.type === 'Synced') return false;
    const isAboutRemote =
      condition.type === 'Ready' && text(condition.message) === '' && remoteOf(object) !== undefined;

    return verdictOn(condition) === 'failed' && !isAboutRemote;
  });

/**
 * Why something does not work, whoever says so: the last sync failed, the provider calls it unavailable or its operation
 * failed, or the thing outside says of itself that it did. Undefined if nobody says that it failed.
 */
export const failureOf = (object: KubernetesObject): Failure | undefined => {
  const synced = conditionOf(object, 'Synced');
  if (synced?.status === 'False') return { message: text(synced.message), says: 'provider' };

  const remote = remoteFailure(object);
  if (remote !== undefined) return { message: remote, says: 'remote' };
  const own = ownFailure(object);

  return own === undefined ? undefined : { message: said(own), says: 'provider' };
};

/** Minutes for which nobody need ask why something is not ready yet. */
const patience = 10;

/** What is not ready, or not gone, for longer than anybody should wait. `now` in milliseconds since 1970. */
export const overdueOf = (object: KubernetesObject, now: number): Failure | undefined => {
  const isLongAgo = (time: unknown): boolean => {
    const since = typeof time === 'string' ? timeOf(time) : 0;
    return since > 0 && now - since > patience * 60_000;
  };
  const minutes = `for more than ${patience} minutes`;
  const remote = remoteOf(object);
  for (const [it, says] of [[object, 'provider'] as const, ...(remote ? [[remote, 'remote'] as const] : [])]) {
    const which = says === 'remote' ? `${named(it)}: ` : '';
    if (isLongAgo(it.metadata?.deletionTimestamp)) return { message: `${which}is being deleted ${minutes}`, says };
    const waiting = conditionsOf(it.status).find(
      (condition) => verdictOn(condition) === 'not yet' && isLongAgo(condition.lastTransitionTime),
    );
    if (waiting !== undefined) return { message: `${which}${said(waiting)} ${minutes}`, says };
  }

  return undefined;
};
