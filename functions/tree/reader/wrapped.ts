import { asText, isMapping } from '../../objects/record.ts';
import type { Path } from '../../round/refusal.ts';
import { isTemplate } from '../rendering/marks.ts';
import { decoded, mentions } from './mention.ts';
import { contentOf, parsedIn } from './parsed.ts';

/** Something in a document that somebody may apply and nobody reads here. */
export interface Wrapped {
  /** Where it is, or the text that it is in. */
  path: Path;
  message: string;
}

const isOurs = /^(plan\.)?squadkit\.io\//;
const kinds = ['Service', 'Squad', 'Zone', 'Approvals'];

/**
 * Documents for us inside of another one, at any depth, in mappings, lists and texts, those in base64 among them: what a
 * controller makes of the document around them is not in the tree.
 *
 * @param read what was read as a document of its own
 */
export const wrappedIn = (document: unknown, read: ReadonlySet<unknown>): Wrapped[] => {
  const found: Wrapped[] = [];
  const seen = new Set<unknown>(read);
  const open: { value: unknown; path: Path; isInText: boolean }[] = [{ value: document, path: [], isInText: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path, isInText } = next;
    if (typeof value === 'string') {
      const { values, isUnclear } = spoken(value);
      if (isUnclear) found.push({ path, message: said('what may be a document of Squadkit', document, path) });
      else for (const each of values) open.push({ value: each, path, isInText: true });
      continue;
    }
    // Anchors make circles.
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    // What a list of ours holds has been read, or is doubted.
    const isList = isMapping(value) && Array.isArray(value.items) && path.length === 0 && !isInText;
    if (!isList && !Array.isArray(value) && isDocument(value as Record<string, unknown>, isInText ? [] : path)) {
      found.push({ path, message: said(nameOf(value), document, path) });
      continue;
    }
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    for (const [key, each] of entries.reverse()) {
      if (key === 'kubectl.kubernetes.io/last-applied-configuration') continue;
      open.push({ value: each as unknown, path: isInText ? path : [...path, key], isInText });
    }
  }

  return found;
};

/** What only names an object has no more than these: a reference, an owner, something whose health is looked at. */
const naming = [
  ...['apiVersion', 'kind', 'name', 'namespace', 'uid', 'controller', 'blockOwnerDeletion', 'fieldPath'],
  ...['resourceVersion', 'current', 'inProgress', 'failed', 'resourceRef', 'resourceSelector', 'ready', 'readyExpr'],
];

const isDocument = (object: Record<string, unknown>, path: Path): boolean => {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string') return false;
  // A composition of patches completes what it calls a base.
  const isNaming = path.at(-1) !== 'base' && Object.keys(object).every((key) => naming.includes(key));
  const isWhole = path.length === 0 || !isNaming;
  if (isOurs.test(apiVersion)) return isWhole;
  const isOpen = (text: unknown): boolean => typeof text === 'string' && (isTemplate(text) || text.includes('<<'));

  return isWhole && isOpen(apiVersion) && (kinds.includes(asText(kind)) || isOpen(kind));
};

/** What a text holds when it is read as YAML or JSON, and whether it speaks of our documents and cannot be read. */
const spoken = (text: string): { values: unknown[]; isUnclear: boolean } => {
  const values: unknown[] = decoded(text);
  if (!mentions(text)) return { values, isUnclear: false };
  try {
    const parsed = parsedIn(text, { merge: true, uniqueKeys: false });
    const isBroken = parsed.some(({ errors }) => errors.length > 0);
    if ((isBroken || isTemplate(text)) && isSpoken(text)) return { values, isUnclear: true };
    // A text that stands for itself holds nothing.
    for (const value of parsed.map(contentOf)) {
      if (typeof value !== 'string' || value.length < text.length) values.push(value);
    }
  } catch {
    return { values, isUnclear: isSpoken(text) };
  }

  return { values, isUnclear: false };
};

const isSpoken = (text: string): boolean =>
  /squadkit\.io\/v\d|apiVersion["']?\s*:\s*["']?(plan\.)?squadkit\.io/.test(text);

const nameOf = (object: unknown): string => {
  const { kind, metadata } = object as { kind?: unknown; metadata?: { name?: unknown } };
  const called = [kind, metadata?.name].filter((part) => typeof part === 'string').join(' ');

  return called === '' || isTemplate(called) ? 'a document of Squadkit' : called;
};

const said = (what: string, around: unknown, path: Path): string => {
  const wrapper = isMapping(around) && typeof around.kind === 'string' ? nameOf(around) : 'something else';

  return `${what} is inside of ${wrapper}, at ${path.join('.') || 'its top'}, where it is not read and may be applied from: put it into a file of its own, or take it out of the tree`;
};
