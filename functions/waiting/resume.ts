import { conditionOf, type KubernetesObject } from '../objects/resource.ts';
import { timeOf, timestampOf } from '../objects/time.ts';

/**
 * What crossplane-runtime says of a creation that began and of which nothing more is known, because the provider stopped
 * in the middle (v2.2.1, pkg/reconciler/managed/reconciler.go:62 and 1044). It then waits for a human, for ever.
 */
export const unknownCreation = /cannot determine creation result/;

const pendingKey = 'crossplane.io/external-create-pending';
const failedKey = 'crossplane.io/external-create-failed';
const succeededKey = 'crossplane.io/external-create-succeeded';

/** A creation takes at most a minute and a half (reconciler.go:48-49, 894); after that nobody is at it any more. */
const longestCreation = 120_000;

/**
 * Annotations that let a creation of unknown result be tried again: they call it failed. To be desired only where a
 * repeated creation finds what the first one made. They stay until a later creation has begun, because without them
 * the result would be unknown again.
 *
 * Nothing is called failed that may still be going on: the complaint must be about this creation, and where that cannot
 * be told, nobody can be at it any more.
 */
export const resume = (object: KubernetesObject, now: number): Record<string, string> => {
  const annotations = object.metadata?.annotations ?? {};
  const pending = timeOf(annotations[pendingKey]);
  if (pending === 0 || timeOf(annotations[succeededKey]) >= pending) return {};

  const failed = timestampOf(pending + 1000);
  if (annotations[failedKey] === failed) return { [failedKey]: failed };
  if (timeOf(annotations[failedKey]) >= pending) return {};

  const synced = conditionOf(object, 'Synced');
  if (synced?.status !== 'False' || !unknownCreation.test(synced.message ?? '')) return {};
  const isAboutThis = timeOf(synced.lastTransitionTime) >= pending || now - pending > longestCreation;

  return isAboutThis ? { [failedKey]: failed } : {};
};
