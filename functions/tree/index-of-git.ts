import { Unplannable } from './problem.ts';
import { git, repositoryAround } from './repository.ts';

/** The paths that Git tells, from the directory; none outside of a repository. */
const asked = (directory: string, args: string[]): string[] => {
  const repository = repositoryAround(directory);
  if (repository === undefined) return [];
  const { output, ok } = answerOf(() => git(repository, ['ls-files', '-z', ...args]));
  if (!ok) return [];

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
    inside(directory, asked(directory, ['--others', '--ignored', '--exclude-standard', '--directory'])).map((path) =>
      path.replace(/\/$/, ''),
    ),
  );

/** Submodules, whether or not they are checked out. */
export const repositoriesInside = (directory: string): string[] =>
  inside(
    directory,
    asked(directory, ['--stage']).flatMap((entry) =>
      entry.startsWith('160000 ') ? [entry.replace(/^[^\t]*\t/, '')] : [],
    ),
  );
