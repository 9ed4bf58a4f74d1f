import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  Schema,
} from 'yaml';
import type { KubernetesObject } from '../objects/resource.ts';
import type { Problem } from './problem.ts';

/** A place in a file, counted from 1. */
export interface Position {
  line: number;
  column: number;
}

/** One document, and where it is. */
export interface TreeDocument {
  object: KubernetesObject;
  file: string;
  /** The directory that was read, in which the file lies: the repository around it tells its history. */
  tree: string;
  line: number;
  /** Where a field is, or the nearest field around it that is there. */
  positionOf: (path: (string | number)[], of?: 'value' | 'name') => Position;
  /** Where a sentence about the document points: the field it begins with, or else the value that it names first. */
  positionOfSentence: (sentence: string) => Position;
}

type Tags = Exclude<NonNullable<Parameters<typeof parseAllDocuments>[1]>['customTags'], undefined | null>;

/**
 * YAML as Kubernetes reads it: version 1.1 with its `yes` and `no`, without the types that JSON does not have.
 */
const tagsOfKubernetes: Tags = (tags) =>
  tags.filter(
    (tag) =>
      typeof tag === 'string' ||
      (!/:(timestamp|binary|omap|pairs|set)$/.test(tag.tag) && (tag as { format?: string }).format !== 'TIME'),
  );

// Made once: anew for every document, it takes longer than a small document itself.
const schema = new Schema({ schema: 'yaml-1.1', customTags: tagsOfKubernetes, merge: true });
const options = { version: '1.1', prettyErrors: false, schema } as const;

/** The mappings of a text: every document of it, and the items of a `List`. Other documents have no kind. */
export const documentsOf = (file: string, text: string): { documents: TreeDocument[]; problems: Problem[] } => {
  const lines = new LineCounter();
  const documents: TreeDocument[] = [];
  const problems: Problem[] = [];
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const add = (node: Node, object: unknown): void => {
    if (typeof object !== 'object' || object === null || Array.isArray(object)) return;
    const { apiVersion, kind, items } = object as KubernetesObject;
    if (apiVersion === 'v1' && kind === 'List' && Array.isArray(items)) {
      const list = isMap(node) ? node.get('items', true) : undefined;
      for (const [index, item] of items.entries()) {
        const itemNode = isCollection(list) ? (list.items[index] as Node | undefined) : undefined;
        add(itemNode ?? node, item);
      }
      return;
    }

    const offsetOf = (found: unknown): number | undefined => (found as Node | undefined)?.range?.[0];
    documents.push({
      object: object as KubernetesObject,
      file,
      tree: '',
      line: positionAt(offsetOf(node) ?? 0).line,
      positionOf: (path, of = 'value') => positionAt(offsetOf(nearest(node, path, of)) ?? offsetOf(node) ?? 0),
      positionOfSentence: (sentence) => {
        const field = pathIn(sentence);
        const found = field === undefined ? wordIn(node, sentence) : nearest(node, field, 'value');
        return positionAt(offsetOf(found) ?? offsetOf(node) ?? 0);
      },
    });
  };

  try {
    for (const document of parseAllDocuments<ParsedNode>(text, { ...options, lineCounter: lines })) {
      const error = document.errors[0];
      if (error !== undefined) {
        problems.push(brokenAt(file, positionAt(error.pos[0]), error.message));
        // What follows a broken document was not read as it was meant.
        break;
      }
      if (document.contents !== null) add(document.contents, document.toJS());
    }
  } catch (error) {
    // The parser recurses, and counts aliases against bombs: both throw.
    const text = (error as Error).message;
    const message = isTooDeep.test(text) ? 'it is nested too deeply' : sentence(text);
    problems.push({ file, line: 1, column: 1, message: `this cannot be read as YAML: ${message}` });
  }

  return { documents, problems };
};

const isTooDeep = /call stack/;

/** Where the parser has run out of stack says nothing about the file. */
const brokenAt = (file: string, position: Position, message: string): Problem =>
  isTooDeep.test(message)
    ? { file, line: 1, column: 1, message: 'this cannot be read as YAML: it is nested too deeply' }
    : { file, ...position, message: `this is not YAML: ${sentence(message)}` };

const sentence = (message: string): string => {
  const line = message.split('\n')[0] ?? '';
  return line.charAt(0).toLowerCase() + line.slice(1);
};

/** The path at the beginning of `spec.zones[0].name is not valid`. */
const pathIn = (sentence: string): (string | number)[] | undefined =>
  /^spec(\.[A-Za-z0-9_-]+|\[\d+\])*(?= is not valid)/
    .exec(sentence)?.[0]
    .split(/[.[\]]+/)
    .filter((key) => key !== '')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));

const nearest = (node: Node, path: (string | number)[], of: 'value' | 'name'): unknown => {
  let found: unknown = node;
  for (const key of path) {
    const next = isCollection(found) ? found.get(key, true) : undefined;
    if (next === undefined || next === null || isAlias(next)) break;
    // A field's line is where its name is; its value may be below.
    const pair = isMap(found)
      ? found.items.find((item) => (isScalar(item.key) ? item.key.value : item.key) === key)
      : undefined;
    found = next;
    if (pair !== undefined && key === path.at(-1)) return isCollection(next) || of === 'name' ? pair.key : next;
  }

  return found;
};

const scalarsOf = (node: unknown): { value: string; node: Node }[] => {
  if (isScalar(node)) return [{ value: String(node.value), node }];
  if (isMap(node)) return node.items.flatMap((pair) => scalarsOf(pair.value));
  if (isCollection(node)) return node.items.flatMap(scalarsOf);

  return [];
};

const wordIn = (node: Node, text: string): Node | undefined => {
  const words = text.split(/[^A-Za-z0-9_-]+/);
  const spec = isMap(node) ? node.get('spec', true) : undefined;

  return scalarsOf(spec)
    .map((scalar) => ({ ...scalar, at: words.indexOf(scalar.value) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0]?.node;
};
