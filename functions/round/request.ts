import type { Resource, RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { isMapping, mapValues } from '../objects/record.ts';
import type { KubernetesObject, Observed } from '../objects/resource.ts';

/** A request, read once: plain objects instead of protobuf messages. */
export interface Request {
  /** The hub's name, which its installation chose: part of every mark. */
  hub: string;
  /** Service, Zone or Squad, as it is in the cluster. */
  composite: KubernetesObject;
  /** Composed resources by composition resource name. */
  observed: Record<string, Observed>;
  /** Answers to requirements by key. Absent: not asked yet. Empty: asked, and there is none. */
  required: Record<string, KubernetesObject[]>;
}

const objectOf = (resource: Resource | undefined): KubernetesObject | undefined =>
  isMapping(resource?.resource) ? withSoundParts(resource.resource as KubernetesObject) : undefined;

/**
 * No API server stores a part that is not an object, or a name or version that is not a text, and none of our types has room for
 * one: such a part counts as missing. The object itself is returned when there is nothing to leave out, because what is
 * read from it is remembered.
 */
const withSoundParts = (object: KubernetesObject): KubernetesObject => {
  const { metadata, spec, status, ...rest } = object;
  if (isNamed(metadata) && isMissingOrObject(spec) && isMissingOrObject(status)) return object;

  return {
    ...rest,
    ...(isNamed(metadata) && metadata !== undefined && { metadata }),
    ...(isMapping(spec) && { spec }),
    ...(isMapping(status) && { status }),
  } as KubernetesObject;
};

const isMissingOrObject = (part: unknown): boolean => part === undefined || isMapping(part);

const isNamed = (metadata: unknown): boolean =>
  metadata === undefined ||
  (isMapping(metadata) &&
    isMissingOrText(metadata.name) &&
    isMissingOrText(metadata.namespace) &&
    isMissingOrText(metadata.resourceVersion));

const isMissingOrText = (value: unknown): boolean => value === undefined || typeof value === 'string';

/**
 * Reads what Crossplane sent.
 *
 * @throws Error if there is no composite resource in it: Crossplane always sends one.
 */
export const readRequest = (request: RunFunctionRequest, hub: string): Request => {
  const composite = objectOf(request.observed?.composite);
  if (composite === undefined) throw new Error('the request has no composite resource');

  return {
    hub,
    composite,
    observed: mapValues(request.observed?.resources ?? {}, (resource) => ({
      // Something is there, so it must be kept, even if it cannot be read.
      object: objectOf(resource) ?? { apiVersion: '', kind: '' },
      connection: resource.connectionDetails ?? {},
    })),
    required: mapValues(request.requiredResources ?? {}, ({ items }) => items.flatMap((item) => objectOf(item) ?? [])),
  };
};
