import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Files, Tree } from '../tree.ts';

/** A tree to be recorded, and the Services whose evidence is recorded too. */
export interface OddTree extends Tree {
  evidence?: string[];
}

/** Where the documents of the examples lie. */
export const paths = {
  billing: 'squads/galaxy/billing.yaml',
  catalog: 'squads/quasar/catalog.yaml',
  frontier: 'platform/zones/frontier.yaml',
  meadow: 'platform/zones/meadow.yaml',
  galaxy: 'platform/squads/galaxy.yaml',
  quasar: 'platform/squads/quasar.yaml',
  approvals: 'approvals.yaml',
} as const;

type Name = keyof typeof paths;

/** A document of the examples as it is. */
export const text = (name: Name): string =>
  readFileSync(resolve(import.meta.dirname, '../../../../examples', paths[name]), 'utf8');

/**
 * A document of the examples with words replaced, each once.
 *
 * @throws Error if one of the words is not in it: the tree would not be the odd one that its name says
 */
export const textWith = (name: Name, ...replaced: [string | RegExp, string][]): string =>
  replaced.reduce((before, [words, others]) => {
    const after = before.replace(words, () => others);
    if (after === before) throw new Error(`${paths[name]} has no ${words} to replace`);
    return after;
  }, text(name));

/** The file of a document of the examples, with words replaced. */
export const changed = (name: Name, ...replaced: [string | RegExp, string][]): Files => ({
  [paths[name]]: textWith(name, ...replaced),
});

/** The file is not there. */
export const without = (name: Name): Files => ({ [paths[name]]: null });
