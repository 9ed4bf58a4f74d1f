import type { KubernetesObject } from '../objects/resource.ts';

interface OwnerReference {
  uid?: string;
  controller?: boolean;
}

/** What it belongs to: Crossplane makes the composite the controller of what it composes. */
export const controllerOf = ({ metadata }: KubernetesObject): OwnerReference | undefined =>
  Array.isArray(metadata?.ownerReferences)
    ? (metadata.ownerReferences as OwnerReference[]).find(({ controller }) => controller === true)
    : undefined;

/**
 * Whether an object on the hub is somebody else's. Crossplane itself would take over any that belongs to nobody
 * (server-side apply with force). One that belongs to nobody and bears the label is handed over: by an administrator, or
 * by a restored hub.
 */
export const isForeign = (
  found: KubernetesObject | undefined,
  composite: KubernetesObject,
  [label, value]: [string, string],
): boolean => {
  if (found === undefined) return false;
  const controller = controllerOf(found);
  if (controller !== undefined) return controller.uid !== composite.metadata?.uid;

  return found.metadata?.labels?.[label] !== value;
};

/** Whether two objects of one kind are the same one, by name and namespace. */
export const isItself = (found: KubernetesObject, { metadata }: KubernetesObject): boolean =>
  found.metadata?.name === metadata?.name && found.metadata?.namespace === metadata?.namespace;
