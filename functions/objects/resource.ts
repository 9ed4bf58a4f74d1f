import { setOwn } from './record.ts';

/** A Kubernetes object as plain JSON, the way it is read from and written to Crossplane. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata?: Metadata;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

/** The fields of `metadata` that anything here reads; others are kept as they are. */
export interface Metadata {
  name?: string;
  namespace?: string;
  generation?: number;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  [field: string]: unknown;
}

/** What Crossplane last saw of a composed resource; `connection` is the content of its connection Secret. */
export interface Observed {
  object: KubernetesObject;
  connection: Record<string, Buffer>;
}

/** What a composite's document says: `spec` without what Crossplane keeps in it. */
export const specOf = ({ spec = {} }: Pick<KubernetesObject, 'spec'>): Record<string, unknown> => {
  const { crossplane: _, ...ours } = spec;

  return ours;
};

/** A status condition as Kubernetes writes it. */
export interface ObservedCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

/** The condition of that type, or undefined: also when the status is missing or of an unexpected shape. */
export const conditionOf = (object: KubernetesObject, type: string): ObservedCondition | undefined => {
  const conditions = object.status?.conditions;
  if (!Array.isArray(conditions)) return undefined;

  return (conditions as (ObservedCondition | null)[]).find((condition) => condition?.type === type) ?? undefined;
};

/** Whether the condition of that type is there, and True. */
export const isTrue = (object: KubernetesObject, type: string): boolean => conditionOf(object, type)?.status === 'True';

/** Whether somebody has deleted it, and it is not gone yet. */
export const isBeingDeleted = ({ metadata }: Pick<KubernetesObject, 'metadata'>): boolean =>
  metadata?.deletionTimestamp !== undefined;

/** Whether somebody has taken it out of the hands of Crossplane or a provider. */
export const isPaused = ({ metadata }: Pick<KubernetesObject, 'metadata'>): boolean =>
  metadata?.annotations?.['crossplane.io/paused'] === 'true';

/** For kinds without a `Ready` condition (Secret, Namespace, ClusterProviderConfig): to exist is to be ready. */
export const whenObserved = (): boolean => true;

/** The same of what others speak for, whatever it says of itself: a folder that an engine cannot deliver is no fault of its Squad. */
export const whateverItSays = (): boolean => true;

/** Ready, and the last sync did not fail: what could not be brought up to date is not as it was asked for. */
export const isReady = ({ object }: Observed): boolean => {
  const ready = conditionOf(object, 'Ready');
  const synced = conditionOf(object, 'Synced');

  return ready?.status === 'True' && synced?.status !== 'False';
};

/** What a Secret holds, as far as it is text: nothing else may be read from it, or written back. */
export const dataOf = (observed: Observed | undefined): Record<string, string> => {
  const data: Record<string, string> = {};
  for (const [key, value] of Object.entries(observed?.object.data ?? {})) {
    if (typeof value === 'string') setOwn(data, key, value);
  }

  return data;
};

/**
 * Connection details that belong to this very resource. A connection Secret is named after its resource and goes a
 * moment later than it: a resource made anew would be seen with the credentials of the one before.
 */
export const connectionOf = (observed: Observed | undefined): Record<string, Buffer> =>
  observed !== undefined && isReady(observed) ? observed.connection : {};

/**
 * True once the thing behind a managed resource exists. Creation is recorded in an annotation a reconcile before
 * `Ready` turns True (crossplane-runtime v2.2.1, pkg/reconciler/managed/reconciler.go, external-create-succeeded), and
 * an adopted one has no such annotation but becomes Ready.
 */
export const isEstablished = (observed: Observed): boolean => {
  const { object } = observed;
  const annotations = object.metadata?.annotations ?? {};
  const succeeded = annotations['crossplane.io/external-create-succeeded'];
  if (object.spec?.providerConfigRef === undefined) return true;
  if (isTrue(object, 'Ready')) return true;
  if (succeeded === undefined) return false;

  return succeeded >= (annotations['crossplane.io/external-create-pending'] ?? '');
};
