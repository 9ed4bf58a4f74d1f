import { type Document, isMap, isScalar, type Node } from 'yaml';
import { isMapping, isTexts } from '../../objects/record.ts';
import { doubtsOf, structureDoubts } from './doubts.ts';
import type { Doubt } from './lines.ts';

/**
 * What makes Kubernetes read no further in a file: a document in it that is no object, or one whose metadata are none. What
 * else is in a document of somebody else is not ours to judge.
 */
export const neighbourDoubts = (document: Document.Parsed, text: string): Doubt[] => {
  const { contents, errors } = document;
  if (contents === null || errors.length > 0) return [];
  if (isScalar(contents) && contents.value === null && contents.tag === undefined) return [];
  const offset = contents.range[0];
  const object = document.toJS() as unknown;
  if (!isMapping(object) || !isText(object.apiVersion) || !isText(object.kind)) {
    return [{ offset, message: 'this has no apiVersion and no kind: remove it, or write them' }];
  }
  const structure = structureDoubts(document, text);
  if (structure.length > 0 || Array.isArray(object.items)) return structure;
  if (Object.hasOwn(object, 'items')) return [{ offset, message: 'items of this document are no list: remove them' }];
  const metadata = object.metadata ?? {};
  const isWell =
    isMapping(metadata) &&
    [metadata.name ?? '', metadata.namespace ?? ''].every((name) => typeof name === 'string') &&
    isTexts(metadata.labels ?? undefined) &&
    isTexts(metadata.annotations ?? undefined);
  if (!isWell) return [{ offset, message: 'metadata of this document are not all text: put them in quotes' }];
  if (!isMap(contents)) return [];

  return ['apiVersion', 'kind', 'metadata'].flatMap((name) => {
    const node = contents.get(name, true) as Node | undefined;
    return node === undefined ? [] : doubtsOf(node, text);
  });
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
