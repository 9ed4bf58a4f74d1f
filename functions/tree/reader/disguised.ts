import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode } from 'yaml';
import type { Doubt } from './lines.ts';
import { unescaped } from './mention.ts';
import { parsedIn } from './parsed.ts';
import { putInto } from './put-in.ts';
import { textTag } from './scalars.ts';

/**
 * The first place at which a document that names neither us nor an engine may become one of ours or of theirs: by a tag on what
 * it is, or by what is put in for that.
 */
export const disguiseIn = (text: string): Doubt | undefined => {
  const isOpen = text.includes('${') || (text.includes('\\') && unescaped(text).includes('${'));
  if (!isOpen && !(text.includes('!') && (mayBeTagged.test(text) || hasTaggedKey(text)))) return undefined;

  return documentsIn(text)
    .flatMap((document) => [...tagsOf(document.contents, document), ...openIn(document)])
    .at(0);
};

/** Fields by which a tag reaches what a document is: itself, an alias, and what is merged in. */
const mayBeTagged = /(apiVersion|kind)["']?\s*:\s*[&*!]|<<["']?\s*:/;

/**
 * Whether a key has a tag: `!x key:`. The words of a text are gone through once, because a pattern would begin anew at each
 * exclamation mark of a long one.
 */
export const hasTaggedKey = (text: string): boolean => {
  let [isBehindTag, isBehindKey] = [false, false];
  for (const [word] of text.matchAll(/\S+/g)) {
    if ((isBehindKey && word.startsWith(':')) || (isBehindTag && word.indexOf(':', 1) > 0)) return true;
    isBehindKey = isBehindTag;
    isBehindTag = /(^|[{,?])!/.test(word);
  }

  return false;
};

/** Those that are broken among them, as far as they can be read: others may read more. */
const documentsIn = (text: string): Document.Parsed<ParsedNode>[] => {
  try {
    return parsedIn(text, { merge: true, uniqueKeys: false }) as Document.Parsed<ParsedNode>[];
  } catch {
    return [];
  }
};

const openIn = (document: Document.Parsed<ParsedNode>): Doubt[] => {
  try {
    return putInto(document.toJS(), false).map(({ message }) => ({
      offset: document.contents?.range[0] ?? 0,
      message,
    }));
  } catch {
    return [];
  }
};

/** Tags on what says what an object is, and on names of its fields, which may be any. */
export const tagsOf = (node: unknown, document: Document, seen = new Set<unknown>()): Doubt[] => {
  const map = isAlias(node) ? node.resolve(document) : node;
  if (!isMap(map) || seen.has(map)) return [];
  seen.add(map);

  return map.items.flatMap(({ key, value }): Doubt[] => {
    const offset = (key as Node | null)?.range?.[0] ?? 0;
    if (isTagged(key))
      return [{ offset, message: 'a tag makes different things of the name of a field: leave it out' }];
    if (!isScalar(key)) return [];
    if (typeof key.value === 'symbol' || key.value === '<<') {
      return (isSeq(value) ? value.items : [value]).flatMap((each) => tagsOf(each, document, seen));
    }
    if (key.value === 'items' && isSeq(value)) return value.items.flatMap((each) => tagsOf(each, document, seen));
    const said = isAlias(value) ? value.resolve(document) : value;

    return (key.value === 'apiVersion' || key.value === 'kind') && isTagged(said)
      ? [{ offset, message: `a tag makes different things of ${key.value} for different readers: leave it out` }]
      : [];
  });
};

const isTagged = (node: unknown): boolean => {
  const { tag } = (node ?? {}) as { tag?: string };

  return isScalar(node) && tag !== undefined && tag !== textTag;
};
