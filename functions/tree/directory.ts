import { type Dirent, existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Listing, type TreeFile, withSlashes } from './file.ts';
import { passedOverByGit, repositoriesInside } from './index-of-git.ts';
import { type Problem, Unplannable } from './problem.ts';

/** Whether there is a directory of that path. */
export const isDirectory = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/**
 * Everything in a directory, whatever its name. Nothing is read through symbolic links, and nothing of a repository inside.
 * What Git leaves out of every commit is left out here too: what is not committed reaches no cluster.
 *
 * @throws Unplannable if it cannot be read
 */
export const listingOfDirectory = (root: string): Listing => {
  const listing: Listing = { files: [], links: [], problems: [] };
  const { files, links, problems } = listing;
  const passedOver = passedOverByGit(root);
  const repositories = new Set(repositoriesInside(root));

  const walk = (folder: string): void => {
    const entries = entriesOf(root, folder);
    if (folder !== '' && entries.some(({ name }) => name === '.git')) repositories.add(folder);
    if (repositories.has(folder)) return;
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (path === '.git' || passedOver.has(path)) continue;
      if (isGarbled(root, path)) problems.push(...garbled(entry, path));
      else if (entry.isSymbolicLink()) {
        const target = targetOf(root, path);
        if (typeof target === 'object') problems.push(target);
        else links.push({ path, target });
      } else if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) files.push(fileAt(root, path));
    }
  };
  walk('');
  problems.push(...[...repositories].sort().map(repositoryProblem));

  return listing;
};

/** A submodule, or a clone that lies in the tree. */
export const repositoryProblem = (file: string): Problem => ({
  file,
  message:
    'this folder is a Git repository of its own, which is not looked into, and a GitOps engine may: take it out of the tree',
});

const entriesOf = (root: string, folder: string): Dirent[] => {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new Unplannable(`cannot read the directory ${join(root, folder)}: ${reasonOf(error)}`);
  }
};

/** Whether a name is not text in UTF-8: what was read of it then leads nowhere. */
const isGarbled = (root: string, path: string): boolean =>
  path.includes('\ufffd') && lstatSync(join(root, path), { throwIfNoEntry: false }) === undefined;

/** Only what has the ending of something else is left alone, because it cannot be opened to look. */
const garbled = (entry: Dirent, path: string): Problem[] =>
  /\.(png|jpe?g|gif|ico|webp|pdf|zip|gz|tgz|woff2?)$/i.test(entry.name)
    ? []
    : [{ file: path, message: 'this name is not text in UTF-8, so what it names cannot be read: rename it' }];

const fileAt = (root: string, path: string): TreeFile => ({
  path,
  // It may have gone since the folder was read.
  bytes: statSync(join(root, path), { throwIfNoEntry: false })?.size ?? 0,
  read: () => {
    try {
      return readFileSync(join(root, path));
    } catch {
      return undefined;
    }
  },
});

/** Where a link leads, from the root; undefined if outside, and a problem if nowhere. */
const targetOf = (root: string, path: string): string | undefined | Problem => {
  try {
    const inside = withSlashes(relative(realpathSync(root), realpathSync(join(root, path))));
    return inside === '..' || inside.startsWith('../') ? undefined : inside;
  } catch (error) {
    const message =
      (error as NodeJS.ErrnoException).code === 'ELOOP'
        ? 'this symbolic link leads back to itself: remove it, or point it to a file'
        : 'this symbolic link leads nowhere: remove it, or point it to a file';
    return { file: path, message };
  }
};

const reasons: Record<string, string> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a directory',
  EACCES: 'you may not read it',
};

const reasonOf = (error: unknown): string => {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return reasons[code] ?? code;
};
