import { fieldsOf } from '../../objects/difference.ts';
import { isSame } from '../../objects/same.ts';
import { masked } from '../../words/masked.ts';
import { quoted } from '../../words/thing.ts';
import type { Consequence, Where } from './things.ts';

/** A value of a document with nothing below it, and where it is. */
interface Leaf {
  path: string;
  value: unknown;
}

/** Every value in a document by its path: fields, and entries of lists that have names. */
const leavesOf = (value: unknown, path = ''): Leaf[] => {
  const fields = fieldsOf(value);
  if (fields === undefined || Object.keys(fields).length === 0) return value === undefined ? [] : [{ path, value }];

  return Object.keys(fields).flatMap((key) => leavesOf(fields[key], path === '' ? key : `${path}.${key}`));
};

/** What is not the same in two documents, value by value. */
export const leafDifferences = (
  before: unknown,
  after: unknown,
): { path: string; before: unknown; after: unknown }[] => {
  const [old, now] = [before, after].map(
    (document) => new Map(leavesOf(document).map(({ path, value }) => [path, value])),
  ) as [Map<string, unknown>, Map<string, unknown>];

  return [...new Set([...old.keys(), ...now.keys()])]
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
    .filter((leaf) => !isSame(leaf.before, leaf.after));
};

const isBelow = (path: string, above: string): boolean => path === above || path.startsWith(`${above}.`);

const longestValue = 80;

const brief = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);

  return text.length <= longestValue ? quoted(masked(text)) : 'another value';
};

/** A difference of a document in the words of the document. */
export const said = (
  what: string,
  { path, before, after }: { path: string; before: unknown; after: unknown },
  where?: Where,
): Consequence => ({
  effect: 'change',
  where,
  words: `changes ${what} ${quoted(path)}: ${brief(after)} instead of ${brief(before)}`,
});

/**
 * What nobody has told of the difference of two documents, or of their parts: nothing may change unseen.
 *
 * @param told paths of which nothing more has to be said
 */
export const untold = (
  what: string,
  { before, after }: { before: unknown; after: unknown },
  told: Iterable<string>,
  where?: Where,
): Consequence[] => {
  const known = [...told];

  return leafDifferences(before, after)
    .filter(({ path }) => !known.some((above) => isBelow(path, above)))
    .map((difference) => said(what, difference, where));
};
