import type { Resource, RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject, Observed } from './resource.ts';

/** A request, read once: plain objects instead of protobuf messages. */
export interface Request {
  /** Service, Zone or Squad, as it is in the cluster. */
  composite: KubernetesObject;
  /** Composed resources by composition resource name. */
  observed: Record<string, Observed>;
  /** Answers to requirements by key. Absent: not asked yet. Empty: asked, and there is none. */
  required: Record<string, KubernetesObject[]>;
}

const isObject = (value: unknown): value is KubernetesObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectOf = (resource: Resource | undefined): KubernetesObject | undefined =>
  isObject(resource?.resource) ? (resource.resource as KubernetesObject) : undefined;

/**
 * Reads what Crossplane sent.
 *
 * @throws Error if there is no composite resource in it: Crossplane always sends one.
 */
export const readRequest = (request: RunFunctionRequest): Request => {
  const composite = objectOf(request.observed?.composite);
  if (composite === undefined) throw new Error('the request has no composite resource');

  const observed: Record<string, Observed> = {};
  for (const [name, resource] of Object.entries(request.observed?.resources ?? {})) {
    const object = objectOf(resource);
    // Something is there, so it must be kept, even if it cannot be read.
    observed[name] = { object: object ?? { apiVersion: '', kind: '' }, connection: resource.connectionDetails ?? {} };
  }

  const required: Record<string, KubernetesObject[]> = {};
  for (const [name, resources] of Object.entries(request.requiredResources ?? {})) {
    required[name] = resources.items.flatMap((item) => objectOf(item) ?? []);
  }

  return { composite, observed, required };
};
