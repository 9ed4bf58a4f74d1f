import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  type Node,
  type Pair,
  type Scalar,
  visit,
} from 'yaml';
import { structureDoubts } from './doubts.ts';
import type { Doubt } from './lines.ts';
import { isInside } from './parsed.ts';
import { isNumberLike, isTimeLike, textTag } from './scalars.ts';

/**
 * What makes kubectl or Kustomize refuse a document, and with it all of its file or folder, though it can be read here: names
 * of anchors, tags, keys that are no text, numbers that JSON does not have, and what holds itself (go-yaml 2.4.3 and 3.0.4;
 * cli-runtime 0.35; Kustomize 0.20, which the last one ends). `npm run test:yaml` asks both.
 */
export const refusalsOf = (document: Document, text: string): Doubt[] => {
  const doubts: Doubt[] = [];
  const look = (node: Node, path: readonly unknown[]): void => {
    const message =
      tabDoubt(node, text, path) ??
      nameDoubt(node) ??
      (isAlias(node) ? aliasDoubt(node, document, path) : tagDoubt(node));
    if (message !== undefined) doubts.push({ offset: node.range?.[0] ?? 0, message });
  };
  visit(document, {
    Alias: (_, node, path) => look(node, path),
    Collection: (_, node, path) => look(node, path),
    Scalar: (key, node, path) => {
      look(node, path);
      const isInfinite =
        key !== 'key' && node.type === 'PLAIN' && node.tag !== textTag && isNoNumberOfJson.test(node.source ?? '');
      if (isInfinite) doubts.push({ offset: node.range?.[0] ?? 0, message: infinite });
    },
    Pair: (_, pair) => {
      const message = keyRefusal(pair, document);
      if (message !== undefined) doubts.push({ offset: offsetOf(pair), message });
    },
  });

  return [...doubts, ...tabbedLines(document, text), ...structureDoubts(document, text)];
};

/** go-yaml takes no tab where another key or item may begin, nor one that may be meant to indent a block of text. */
const tabDoubt = (node: Node, text: string, path: readonly unknown[]): string | undefined => {
  const [start = 0, end = 0] = node.range ?? [];
  if (isBlock(node) && hasTabInIndent(text.slice(start, end))) return tab;
  if (path.some(isFlow)) return undefined;

  return /(^|\s)[-?:] *\t/.test(text.slice(text.lastIndexOf('\n', start - 1) + 1, start)) ? tab : undefined;
};

const isBlock = (node: unknown): boolean =>
  isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
const isFlow = (node: unknown): boolean => isCollection(node) && node.flow === true;

/** Lines that begin with a tab, but for those inside of quotes, braces and blocks of text. */
const tabbedLines = (document: Document, text: string): Doubt[] => {
  const [start = 0, , end = 0] = document.range ?? [];
  const found = [...text.slice(start, end).matchAll(/^ *\t/gm)].map(({ index }) => start + index);
  if (found.length === 0) return [];
  const inside: [number, number][] = [];
  visit(document, {
    Node: (_, node) => {
      const isQuoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
      if (node.range && (isQuoted || isBlock(node) || isFlow(node))) inside.push([node.range[0], node.range[1]]);
    },
  });
  const first = firstOutside(found, inside);

  return first === undefined ? [] : [{ offset: first, message: tab }];
};

/** The first of these places that is in none of these parts: both are gone through once, in the order of the text. */
const firstOutside = (places: readonly number[], parts: readonly [number, number][]): number | undefined => {
  const sorted = [...parts].sort(([one], [other]) => one - other);
  let [next, end] = [0, -1];

  return places.find((place) => {
    for (; (sorted[next]?.[0] ?? place) < place; next += 1) end = Math.max(end, sorted[next]?.[1] ?? -1);
    return place >= end;
  });
};

const hasTabInIndent = (block: string): boolean => {
  const [header = '', ...lines] = block.split('\n');
  const first = lines.find((line) => /[^ \t\r]/.test(line)) ?? '';
  const begin = lines.indexOf(first);
  const indent = /^ */.exec(first)?.[0].length ?? 0;

  return lines.some((line, index) => {
    const spaces = /^ *(?=\t)/.exec(line)?.[0].length;
    return spaces !== undefined && (spaces < indent || (index <= begin && !/[1-9]/.test(header.split('#')[0] ?? '')));
  });
};

const tab = 'Kubernetes takes no tab here: write spaces, or put what begins with one in quotes';

const offsetOf = ({ key, value }: Pair): number =>
  [key, value].map((node) => (isNode(node) ? node.range?.[0] : undefined)).find((offset) => offset !== undefined) ?? 0;

/** go-yaml knows no other letters (yaml_parser_scan_anchor). */
const isKnownName = /^[0-9A-Za-z_-]+$/;

const nameDoubt = (node: Node): string | undefined => {
  const name = isAlias(node) ? node.source : (node as { anchor?: string }).anchor;

  return name === undefined || isKnownName.test(name)
    ? undefined
    : `Kubernetes reads no anchor of the name ${JSON.stringify(name)}: use letters, digits, - and _`;
};

const tagDoubt = ({ tag }: Node): string | undefined =>
  tag === undefined || tag === textTag
    ? undefined
    : `Kubernetes may refuse what has the tag ${JSON.stringify(tag)}, and all that is in this file: leave it out`;

const aliasDoubt = (node: Alias, document: Document, path: readonly unknown[]): string | undefined => {
  if (isInside(node, path))
    return `this holds itself by *${node.source}, which no reader of Kubernetes takes: write out what is meant`;
  const pair = path.at(-1);
  // The parser reads `<<` as a symbol.
  const isMerged = isPair(pair) && isScalar(pair.key) && typeof pair.key.value === 'symbol' && pair.value === node;

  return isMerged && !isMap(node.resolve(document))
    ? `only mappings can be merged in, and *${node.source} is none`
    : undefined;
};

const isNoNumberOfJson = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const infinite = 'JSON has no such number, so Kubernetes refuses all of this file: put it in quotes';

const keyRefusal = ({ key }: Pair, document: Document): string | undefined => {
  const node = isAlias(key) ? key.resolve(document) : key;
  if (!isScalar(node) || isCollection(node)) return noText;
  if (typeof node.value === 'symbol') return undefined;
  const isText = typeof node.value === 'string' && !(node.type === 'PLAIN' && isOddKey(node));

  return isText ? undefined : noText;
};

const isOddKey = ({ source = '' }: Scalar): boolean => isNumberLike(source) || isTimeLike(source);

const noText = 'Kubernetes takes only text for the name of a field: put it in quotes';
