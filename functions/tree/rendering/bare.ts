import { posix } from 'node:path';
import { folderOf, isUnder } from '../file.ts';
import type { Problem } from '../problem.ts';

const bare = 'this folder is a Git repository of its own, whose files nobody can read here: take it out of the tree';

/** Folders that Git takes for a repository: HEAD, with objects or refs beside it. */
export const bareRepositories = (paths: readonly string[]): Problem[] => {
  const folders = new Set(paths.map(folderOf));
  return paths
    .filter((path) => posix.basename(path) === 'HEAD')
    .map(folderOf)
    .filter((folder) =>
      [...folders].some(
        (each) => isUnder(each, posix.join(folder, 'objects')) || isUnder(each, posix.join(folder, 'refs')),
      ),
    )
    .map((file) => ({ file, message: bare }));
};
