import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, visit } from 'yaml';
import { isMapping } from '../../objects/record.ts';
import type { Doubt } from './lines.ts';
import { doubtOf, textTag } from './scalars.ts';

/**
 * What in a document one reader of Kubernetes takes otherwise than another, though all of them can read it.
 *
 * @param text the file that it was read from: what was written in quotes is not kept elsewhere
 */
export const doubtsOf = (document: Document | Node, text: string): Doubt[] => {
  const doubts: Doubt[] = [];
  const add = (node: unknown, message: string): void => {
    doubts.push({ offset: (node as Node | undefined)?.range?.[0] ?? 0, message });
  };

  const look = (node: Node): void => {
    const tag = isAlias(node) ? undefined : node.tag;
    if (tag === undefined || (isScalar(node) && tag === textTag)) return;
    add(node, `a tag makes different things of this for different readers: leave ${JSON.stringify(tag)} out`);
  };
  visit(document, {
    Seq: (_, node) => look(node),
    Scalar: (key, node, path) => {
      look(node);
      if (key === 'key' || node.tag !== undefined) return;
      const isInFlow = path.some((parent) => (isMap(parent) || isSeq(parent)) && parent.flow === true);
      const message = scalarDoubt(node, text) ?? (isInFlow ? flowDoubt(node) : undefined);
      if (message !== undefined) add(node, message);
    },
    Map: (_, node) => {
      look(node);
      for (const [index, pair] of node.items.entries()) {
        const message =
          keyDoubt(pair, index, text) ?? (node.flow === true && isScalar(pair.key) ? flowDoubt(pair.key) : undefined);
        if (message !== undefined) add(pair.key, message);
      }
    },
  });

  return doubts;
};

/** What makes a reader of Kubernetes refuse a document, and all that comes after it in the file, which others can read. */
export const structureDoubts = (document: Document, text: string): Doubt[] => {
  const doubts: Doubt[] = [];
  visit(document, {
    Scalar: (_, node, path) => {
      const isInFlow = path.some((parent) => (isMap(parent) || isSeq(parent)) && parent.flow === true);
      const message = escapeDoubt(node, text) ?? (isInFlow && node.source !== '' ? flowDoubt(node) : undefined);
      if (message !== undefined) doubts.push({ offset: node.range?.[0] ?? 0, message });
    },
  });

  return doubts;
};

const scalarDoubt = (node: Scalar, text: string): string | undefined =>
  node.type === 'PLAIN' ? doubtOf(node.source ?? '') : escapeDoubt(node, text);

const escapeDoubt = (node: Scalar, text: string): string | undefined => {
  if (node.type !== 'QUOTE_DOUBLE' || node.range == null) return undefined;
  const odd = oddEscape(text.slice(node.range[0], node.range[1]));

  return odd === undefined
    ? undefined
    : `readers of YAML take ${odd} in double quotes for different things: write the character itself`;
};

/** go-yaml takes a question mark and a leading colon inside of braces and brackets for the beginning of something. */
const flowDoubt = ({ type, source = '' }: Scalar): string | undefined => {
  if (type !== 'PLAIN') return undefined;
  if (source === '') return 'there is nothing here, which some readers take for an empty text: write what it is';

  return /^:|\?/.test(source) ? 'put this in quotes, because ? and : mean something inside of braces' : undefined;
};

/** Each is the same in YAML 1.1, YAML 1.2 and JSON. */
const isKnownEscape =
  /^\\(["\\abefnrtv0]|u(?![dD][89a-fA-F]|0000|0085|2028|2029|[fF]{3}[eEfF]|[fF][eE][fF][fF])[0-9a-fA-F]{4}|x[2-6][0-9a-fA-F]|x7[0-9a-eA-E])$/;

const oddEscape = (quoted: string): string | undefined =>
  [...quoted.matchAll(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|.)/g)]
    .map(([found]) => found)
    .find((found) => !isKnownEscape.test(found));

const keyDoubt = ({ key, value }: Pair, index: number, text: string): string | undefined => {
  if (!isScalar(key)) return 'the name of a field is a text: write it out';
  if (value === null) return 'this field has no value: write one, or leave it out';
  if (typeof key.value === 'symbol') return mergeDoubt(value, index);
  if (typeof key.value !== 'string') return 'the name of a field is a text: put it in quotes';

  if (key.value === '<<') return 'readers of YAML do not agree whether << is merged in here: leave it out';

  return key.tag === undefined ? scalarDoubt(key, text) : undefined;
};

/**
 * go-yaml 2 takes the fields in their order, so that what is merged in later wins over what was written before; go-yaml 3
 * and the specification let what is written win.
 */
const mergeDoubt = (value: unknown, index: number): string | undefined => {
  if (index > 0) return 'readers of YAML do not agree which field wins: write << before the other fields';

  return isAlias(value) || isMap(value) || (isSeq(value) && value.items.every((item) => isAlias(item) || isMap(item)))
    ? undefined
    : 'only mappings can be merged in';
};

/**
 * What may make a document ours for another reader, though it is not for this one: tags and odd names where it says what it
 * is.
 */
export const identityDoubts = (node: unknown): Doubt[] => {
  if (!isMap(node)) return [];

  return node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const at = { offset: (key as Node).range?.[0] ?? 0 };
    if (!isScalar(key) || key.tag !== undefined)
      return [{ ...at, message: 'the name of a field is a text: write it out' }];
    if (name === 'items' && isSeq(value)) return value.items.flatMap(identityDoubts);
    const hasTag = isScalar(value) && value.tag !== undefined && value.tag !== textTag;

    return hasTag && (name === 'apiVersion' || name === 'kind')
      ? [{ ...at, message: `a tag makes different things of ${name} for different readers: leave it out` }]
      : [];
  });
};

/**
 * Lists that tools take apart in different ways: kubectl takes everything with `items` for a list, whatever its kind, and
 * refuses one inside another, which Kustomize reads (k8s.io/cli-runtime 0.35, sigs.k8s.io/kustomize/api 0.20).
 */
export const listDoubts = (node: Node, list: { kind?: unknown; items?: unknown }): Doubt[] => {
  const offset = node.range?.[0] ?? 0;
  const items = Array.isArray(list.items) ? list.items : [];
  const doubts: Doubt[] = [];
  if (typeof list.kind !== 'string' || !list.kind.endsWith('List')) {
    doubts.push({
      offset,
      message: 'what has items is a list to Kubernetes, whatever its kind: remove items, or write kind: List',
    });
  }
  if (items.some((item) => isMapping(item) && Array.isArray(item.items))) {
    doubts.push({ offset, message: 'kubectl reads no list inside a list: put the documents into one' });
  }
  if (items.some((item) => !isMapping(item) || typeof item.apiVersion !== 'string' || typeof item.kind !== 'string')) {
    doubts.push({ offset, message: 'an item of this list has no apiVersion or no kind: write them in each' });
  }

  return doubts;
};
