import type { Listing } from '../../functions/tree/file.ts';
import { readTree } from '../../functions/tree/read.ts';
import { passedOverIn, renderingProblems } from '../../functions/tree/rendering/problems.ts';
import { exampleFile } from './squadkit.ts';

/** Files of two squads of the example repository, a Service each. */
export const [own, other] = ['squads/galaxy/billing.yaml', 'squads/quasar/catalog.yaml'] as const;

/** What is wrong with a tree of these two and more files, or with others in their place, a line each. */
export const problemsOf = (files: Record<string, string>): string[] => {
  const listing: Listing = {
    files: Object.entries({ [own]: exampleFile(own), [other]: exampleFile(other), ...files }).map(([path, text]) => ({
      path,
      bytes: text.length,
      read: () => Buffer.from(text),
    })),
    links: [],
    problems: [],
  };
  const tree = readTree(listing.files);

  return [...tree.problems, ...renderingProblems(listing, tree), ...passedOverIn(listing, tree)].map(
    ({ file, message }) => `${file}: ${message}`,
  );
};
