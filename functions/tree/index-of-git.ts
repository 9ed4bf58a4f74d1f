import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Unplannable } from './problem.ts';
import { git, repositoryAround } from './repository.ts';

/** The paths that Git tells, from the directory: none outside of a repository, undefined where Git does not answer. */
const asked = (directory: string, args: string[]): string[] | undefined => {
  const repository = repositoryAround(directory);
  if (repository === undefined) return [];
  const { output, ok } = answerOf(() => git(repository, ['ls-files', '-z', ...args]));
  if (!ok) return undefined;

  return output
    .toString()
    .split('\0')
    .filter((entry) => entry !== '');
};

/** Without Git nothing is passed over: all of the directory is read. */
const answerOf = (ask: () => { output: Buffer; ok: boolean }): { output: Buffer; ok: boolean } => {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof Unplannable)) throw error;
    return { output: Buffer.alloc(0), ok: false };
  }
};

const inside = (directory: string, paths: string[]): string[] => {
  const prefix = repositoryAround(directory)?.prefix ?? '';
  return paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
};

/** What is in no commit, and is ignored: dependencies, what was built. A file that is committed is never among it. */
export const passedOverByGit = (directory: string): Set<string> =>
  new Set(
    inside(directory, asked(directory, ['--others', '--ignored', '--exclude-standard', '--directory']) ?? []).map(
      (path) => path.replace(/\/$/, ''),
    ),
  );

/** Where `.gitmodules` says that a submodule lies, in quotes or not (git-config, "Syntax"). */
const declaredPath = /^[ \t]*path[ \t]*=[ \t]*"?([^"\n]*?)"?[ \t\r]*$/gim;

/** The submodules that the repository's own file names: without Git's index there may be fewer of them, and never more. */
const declared = (directory: string): string[] => {
  const file = join(repositoryAround(directory)?.top ?? directory, '.gitmodules');
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return [];

  return Array.from(readFileSync(file, 'utf8').matchAll(declaredPath), ([, path = '']) => path);
};

/**
 * Submodules, whether or not they are checked out. Where Git does not answer, as in a container in which the tree is
 * somebody else's, those that the repository names.
 */
export const repositoriesInside = (directory: string): string[] =>
  inside(
    directory,
    asked(directory, ['--stage'])?.flatMap((entry) =>
      entry.startsWith('160000 ') ? [entry.replace(/^[^\t]*\t/, '')] : [],
    ) ?? declared(directory),
  );
