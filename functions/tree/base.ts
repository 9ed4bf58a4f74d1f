import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { isDirectory } from './directory.ts';
import { hasDirectory, revisionOf } from './git.ts';
import { Unplannable } from './problem.ts';
import type { ReadFiles, Tree } from './read.ts';
import { repositoryAround } from './repository.ts';
import { treeAt, treeOf } from './whole.ts';

/** What is there now, and where that is from. */
export interface Base {
  tree: Tree;
  comparedWith: string;
  notes: string[];
  /** Undefined if it is a directory. */
  commit: string | undefined;
}

/** Whether something is written as a path is; all else is a revision, or a pull request could bring a directory of its name. */
const isPath = (text: string): boolean => isAbsolute(text) || /^\.{1,2}($|[/\\])/.test(text);

/**
 * What a tree is compared with: a directory, or the commit where the branch left a revision.
 *
 * @throws Unplannable, Misused
 */
export const baseOf = (directory: string, base: string, known: ReadFiles): Base => {
  if (isPath(base)) {
    if (!isDirectory(base)) {
      throw new Unplannable(`cannot compare with ${JSON.stringify(base)}: there is no such directory`);
    }

    return { tree: treeOf(base, known), comparedWith: base, notes: [], commit: undefined };
  }

  const { commit, ahead, isHead } = revisionOf(directory, base);
  const moved = `${base} has moved on by ${ahead} commit${ahead === 1 ? '' : 's'} since this branch left it: bring them in before you merge, and plan again`;
  const nothing = `${base} has all commits of this branch, so only what is in no commit can differ`;
  const isThere = hasDirectory(directory, commit);
  const fresh = `${base} has no directory ${directory}: what is in it counts as new, but for what lay elsewhere and is gone there`;

  return {
    tree: isThere ? treeAt(directory, commit, known) : goneElsewhere(directory, commit, known),
    comparedWith: `${base} (${commit.slice(0, 7)})`,
    notes: [...(ahead > 0 ? [moved] : []), ...(isHead ? [nothing] : []), ...(isThere ? [] : [fresh])],
    commit,
  };
};

/** What a commit has anywhere in the repository and the work tree has no more: a tree may have been moved as a whole. */
const goneElsewhere = (directory: string, commit: string, known: ReadFiles): Tree => {
  const top = repositoryAround(directory)?.top ?? directory;
  const tree = treeAt(top, commit, known);
  const isGone = ({ file }: { file: string }) => !existsSync(file);

  return { documents: tree.documents.filter(isGone), problems: tree.problems.filter(isGone), files: tree.files };
};
