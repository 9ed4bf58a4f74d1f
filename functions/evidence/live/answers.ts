import { isMapping, isTexts } from '../../objects/record.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import type { ResourceList } from './paths.ts';

/** What is odd about an answer, in words after "answers oddly:"; undefined if it is what an API server answers. */
export type OddIn = (content: unknown) => string | undefined;

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNone = (value: unknown): boolean => value === undefined || isText(value);
const isMappingOrNone = (value: unknown): boolean => value === undefined || isMapping(value);

const isCondition = (value: unknown): boolean =>
  isMapping(value) &&
  isText(value.type) &&
  isText(value.status) &&
  isTextOrNone(value.reason) &&
  isTextOrNone(value.message) &&
  (value.observedGeneration === undefined || typeof value.observedGeneration === 'number');

/** What is odd about an object, or about its metadata alone. Fields of a kind are for whoever reads them. */
export const oddInObject: OddIn = (content) => {
  if (!isMapping(content)) return 'it is no object';
  const { metadata, spec, status, data } = content;
  if (!isMapping(metadata)) return 'an object has no metadata';
  const { name, namespace, labels, annotations, generation, ownerReferences, finalizers } = metadata;
  if (!isText(name)) return 'an object has no name';
  if (![namespace, metadata.deletionTimestamp, metadata.uid].every(isTextOrNone)) return 'metadata has other types';
  if (!isTexts(labels) || !isTexts(annotations)) return 'labels or annotations are no texts';
  if (generation !== undefined && typeof generation !== 'number') return 'metadata.generation is no number';
  if (ownerReferences !== undefined && !(Array.isArray(ownerReferences) && ownerReferences.every(isMapping)))
    return 'metadata.ownerReferences is no list of objects';
  if (finalizers !== undefined && !(Array.isArray(finalizers) && finalizers.every(isText)))
    return 'metadata.finalizers is no list of texts';
  if (![spec, status, data].every(isMappingOrNone)) return 'spec, status or data is no object';
  const conditions = isMapping(status) ? status.conditions : undefined;
  if (conditions !== undefined && !(Array.isArray(conditions) && conditions.every(isCondition)))
    return 'status.conditions is no list of conditions';

  return undefined;
};

/** What is odd about a list of objects. */
export const oddInList: OddIn = (content) => {
  // Of metadata alone a list of nothing is null (Kubernetes 1.35).
  const items = isMapping(content) && content.items === null ? [] : isMapping(content) ? content.items : undefined;
  if (!isMapping(content) || !Array.isArray(items)) return 'a list has no items';
  const { metadata } = content;
  if (!isMappingOrNone(metadata) || !isTextOrNone((metadata as { continue?: unknown } | undefined)?.continue))
    return 'a list has no metadata of a list';

  return items.map(oddInObject).find((odd) => odd !== undefined);
};

/** A page of a list. */
export interface Page {
  items: KubernetesObject[] | null;
  metadata?: { continue?: string };
}

/** What is odd about the kinds of a group and version. */
export const oddInKinds: OddIn = (content) => {
  if (!isMapping(content)) return 'it is no list of kinds';
  const { resources = [] } = content as unknown as ResourceList;
  const isWell =
    Array.isArray(resources) &&
    resources.every((one: unknown) => isMapping(one) && isText(one.name) && isText(one.kind));

  return isWell ? undefined : 'it is no list of kinds';
};

/** What is odd about the answer of `/version`. */
export const oddInVersion: OddIn = (content) =>
  isMapping(content) && isText(content.gitVersion) ? undefined : 'it tells no version';

/** What is odd about what a server says of a write. */
export const oddInStatus: OddIn = (content) =>
  isMapping(content) && isTextOrNone(content.message) ? undefined : 'it is no status';
