import {
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  Schema,
} from 'yaml';
import type { KubernetesObject } from '../objects/resource.ts';
import type { Path } from '../round/refusal.ts';
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
  positionOf: (path: Path, of?: 'value' | 'name') => Position;
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
// The parser would warn on stderr, in the words of the tree, of keys that are no text: such as of a template.
const options = { version: '1.1', prettyErrors: false, schema, logLevel: 'error' } as const;

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

/**
 * The node to point at for a path, or for as much of it as is there: the value if it is a scalar, and the name of what
 * is longer, because its value may be lines below. What an alias stands for may be right elsewhere, so an alias is
 * pointed at itself.
 */
const nearest = (node: Node, path: Path, of: 'value' | 'name'): unknown => {
  let container: unknown = node;
  let pointed: unknown = node;
  for (const [depth, key] of path.entries()) {
    const { name, value } = entryOf(container, key);
    if (value === undefined || value === null) break;
    pointed =
      name !== undefined && (isCollection(value) || (of === 'name' && depth === path.length - 1)) ? name : value;
    container = value;
  }

  return pointed;
};

/** An entry of a list, or a field of a mapping with its name; a field that is merged in is the alias that brings it. */
const entryOf = (container: unknown, key: string | number): { name?: unknown; value: unknown } => {
  if (!isMap(container)) return { value: isSeq(container) ? container.items[Number(key)] : undefined };
  const nameOf = (item: { key: unknown }): unknown => (isScalar(item.key) ? item.key.value : item.key);
  const pair = container.items.find((item) => String(nameOf(item)) === String(key));
  if (pair !== undefined) return { name: pair.key, value: pair.value };

  // The parser reads `<<` as a symbol.
  return { value: container.items.find((item) => typeof nameOf(item) === 'symbol')?.value };
};
