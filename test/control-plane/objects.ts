/** Any Kubernetes object, as its YAML reads. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
    managedFields?: unknown[];
  };
  data?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: objects of every kind pass through here, and tests read deep into them.
  [field: string]: any;
}

/** What names one object. */
export interface ObjectReference {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

/** A condition of an object. */
export const condition = (object: KubernetesObject | undefined, type: string): Condition | undefined =>
  (object?.status?.conditions as Condition[] | undefined)?.find((candidate) => candidate.type === type);

/** Whether a condition of an object is True. */
export const isTrue = (object: KubernetesObject | undefined, type: string): boolean =>
  condition(object, type)?.status === 'True';

/** All conditions of an object in one line. */
export const describeConditions = (object: KubernetesObject): string =>
  ((object.status?.conditions as Condition[] | undefined) ?? [])
    .map(({ type, status, reason, message }) => `${type}=${status} (${[reason, message].filter(Boolean).join(': ')})`)
    .join(', ') || 'no conditions yet';
