import { type Document, isMap, isScalar, type Node } from 'yaml';
import { isMapping, isTexts } from '../../objects/record.ts';
import { doubtsOf } from './doubts.ts';
import type { Doubt } from './lines.ts';
import { refusalsOf } from './refused.ts';

/**
 * What makes Kubernetes read no further in a file: a document in it that it refuses, that is no object, or one whose metadata
 * are none. What else is in a document of somebody else is not ours to judge.
 */
export const neighbourDoubts = (document: Document.Parsed, text: string): Doubt[] => {
  const { contents, errors } = document;
  if (contents === null || errors.length > 0) return [];
  if (isScalar(contents) && contents.value === null && contents.tag === undefined) return [];
  const offset = contents.range[0];
  const refusals = refusalsOf(document, text);
  if (refusals.length > 0) return refusals;
  const object = document.toJS() as unknown;
  const message = objectDoubt(object);
  if (message !== undefined) return [{ offset, message }];
  if (!isMap(contents)) return [];

  return ['apiVersion', 'kind', 'metadata'].flatMap((name) => {
    const node = contents.get(name, true) as Node | undefined;
    return node === undefined ? [] : doubtsOf(node, text);
  });
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const objectDoubt = (object: unknown): string | undefined => {
  if (!isMapping(object) || !isText(object.apiVersion) || !isText(object.kind)) {
    return 'this has no apiVersion and no kind: remove it, or write them';
  }
  if (/\/.*\//.test(object.apiVersion)) return 'an apiVersion has one slash at most: correct it';
  if (Array.isArray(object.items)) return object.items.map(itemDoubt).find((message) => message !== undefined);
  if (Object.hasOwn(object, 'items')) return 'items of this document are no list: remove them';

  return metadataDoubt(object.metadata ?? {});
};

/** kubectl reads no list inside a list, and Kustomize takes apart what it can. */
const itemDoubt = (item: unknown): string | undefined => {
  if (isMapping(item) && Object.hasOwn(item, 'items')) {
    return 'kubectl reads no list inside a list: put the documents into one';
  }
  const message = objectDoubt(item);

  return message && `of an item of this list, ${message}`;
};

const metadataDoubt = (metadata: unknown): string | undefined => {
  const isWell =
    isMapping(metadata) &&
    ['name', 'namespace', 'generateName', 'uid', 'resourceVersion', 'selfLink'].every(
      (field) => typeof (metadata[field] ?? '') === 'string',
    ) &&
    isTexts(metadata.labels ?? undefined) &&
    isTexts(metadata.annotations ?? undefined);
  if (!isWell) return 'metadata of this document are not all text: put them in quotes';
  const odd = Object.entries(written).find(([field, isRead]) => metadata[field] != null && !isRead(metadata[field]));
  if (odd !== undefined) return `metadata.${odd[0]} of this document is none that Kubernetes reads: leave it out`;

  return isText(metadata.name)
    ? undefined
    : 'this has no metadata.name, and Kustomize refuses all of this file: write one';
};

const isTime = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(value) &&
  !Number.isNaN(Date.parse(value));
const isListOf =
  (isOne: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(isOne);

/** What a cluster writes there, and may be in what somebody exported: as it is read (k8s.io/apimachinery 0.35, ObjectMeta). */
const written: Record<string, (value: unknown) => boolean> = {
  creationTimestamp: isTime,
  deletionTimestamp: isTime,
  generation: Number.isInteger,
  deletionGracePeriodSeconds: Number.isInteger,
  finalizers: isListOf((value) => typeof value === 'string'),
  ownerReferences: isListOf(isMapping),
  managedFields: isListOf(isMapping),
};
