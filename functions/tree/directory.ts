import { type Dirent, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isPassedOver, mayHoldDocuments, type TreeFile } from './file.ts';
import { type Problem, Unplannable } from './problem.ts';

/**
 * The files of a directory, sorted by path. Symbolic links are not followed, as in Git: what they lead to is read where
 * it lies. One that leads nowhere or in a circle is a mistake that somebody should know of.
 *
 * @throws Unplannable if it cannot be read
 */
export const filesOfDirectory = (root: string): { files: TreeFile[]; problems: Problem[] } => {
  const files: TreeFile[] = [];
  const problems: Problem[] = [];

  const walk = (folder: string): void => {
    for (const entry of entriesOf(root, folder)) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isGarbled(root, path)) problems.push(...garbled(entry, path));
      else if (entry.isSymbolicLink()) problems.push(...linkProblem(root, path));
      else if (entry.isDirectory() && !isPassedOver(entry.name)) walk(path);
      else if (entry.isFile() && mayHoldDocuments(entry.name)) files.push(fileAt(root, path));
    }
  };
  walk('');

  return { files, problems };
};

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

const garbled = (entry: Dirent, path: string): Problem[] =>
  entry.isDirectory() || mayHoldDocuments(entry.name)
    ? [{ file: path, message: 'this name is not text in UTF-8, so what it names cannot be read: rename it' }]
    : [];

const fileAt = (root: string, path: string): TreeFile => ({
  path,
  bytes: statSync(join(root, path)).size,
  read: () => {
    try {
      return readFileSync(join(root, path));
    } catch {
      return undefined;
    }
  },
});

const linkProblem = (root: string, path: string): Problem[] => {
  try {
    statSync(join(root, path));
    return [];
  } catch (error) {
    const message =
      (error as NodeJS.ErrnoException).code === 'ELOOP'
        ? 'this symbolic link leads back to itself: remove it, or point it to a file'
        : 'this symbolic link leads nowhere: remove it, or point it to a file';
    return [{ file: path, message }];
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
