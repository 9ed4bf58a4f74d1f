import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { withSlashes } from './file.ts';
import { Unplannable } from './problem.ts';

/** A repository, and where in it the directory lies that is read. */
export interface Repository {
  /** The directory with `.git` in it, absolute and without symbolic links. */
  top: string;
  /** From there to the directory, with slashes and one at the end; empty at the top. */
  prefix: string;
}

/**
 * The repository around a directory; undefined if there is none. It is the nearest directory upwards that has `.git` in it,
 * which Git lets nobody commit. Git itself would also take a directory that only looks like a bare repository, with a
 * configuration and a history of its own: a squad can commit such a one file by file.
 *
 * The directory keeps the name by which it was asked for, where a link to it lies in the same repository: an engine knows it
 * by that name, and so do commits in which it was no link.
 */
export const repositoryAround = (directory: string): Repository | undefined => {
  if (!existsSync(directory)) return undefined;
  const real = aroundPath(realpathSync(directory));
  const asked = aroundPath(resolve(directory));

  return asked !== undefined && real !== undefined && realpathSync(asked.top) === real.top
    ? { top: real.top, prefix: asked.prefix }
    : real;
};

const aroundPath = (from: string): Repository | undefined => {
  for (let top = from; ; top = dirname(top)) {
    if (existsSync(join(top, '.git'))) {
      const inside = withSlashes(relative(top, from));
      return { top, prefix: inside === '' ? '' : `${inside}/` };
    }
    if (dirname(top) === top) return undefined;
  }
};

/** What would name another repository, or a program to run, instead of what is said here. */
const notInherited =
  /^GIT_(DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|GRAFT_FILE|REPLACE_REF_BASE|SHALLOW_FILE|EXTERNAL_DIFF|SSH|SSH_COMMAND|PROXY_COMMAND|ASKPASS|ATTR_SOURCE|(GLOB|NOGLOB|ICASE)_PATHSPECS)$/;

const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !notInherited.test(name)));

/** Off, whatever a configuration says: each can name a program, or fetch from somewhere. */
const off = [
  'safe.bareRepository=explicit',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'diff.external=',
  'log.showSignature=false',
  'submodule.recurse=false',
  // Git asks these whether a signature is good. A program of each format comes before the one of all.
  'gpg.program=gpg',
  'gpg.openpgp.program=gpg',
  'gpg.x509.program=gpgsm',
  'gpg.ssh.program=ssh-keygen',
  'gpg.ssh.defaultKeyCommand=',
].flatMap((setting) => ['-c', setting]);

/**
 * Runs Git at the top of a repository, without asking anybody anything: it fetches nothing, runs no hook, filter or external
 * diff, and takes paths as they are. Git looks for the repository by itself, so that it still refuses one of another owner.
 *
 * @throws Unplannable if there is no Git, or if it was ended by somebody or by more than 1 GiB that it had to say
 */
export const git = (
  { top }: Pick<Repository, 'top'>,
  args: string[],
  input?: string,
): { output: Buffer; error: string; ok: boolean } => {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', top, '--no-pager', ...off, ...args], {
    input,
    maxBuffer: 1024 * 1024 * 1024,
    env: {
      ...inherited(),
      LC_ALL: 'C',
      GIT_CEILING_DIRECTORIES: dirname(top),
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      GIT_LITERAL_PATHSPECS: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      // Nor what a file of this clone says of a commit's parents.
      GIT_GRAFT_FILE: '/dev/null',
      // What was not fetched is not fetched now: by no protocol, for Git before 2.45 does not know the second.
      GIT_ALLOW_PROTOCOL: '',
      GIT_NO_LAZY_FETCH: '1',
    },
  });
  if (error !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') {
    throw new Unplannable('cannot compare with a Git revision: git is not installed here');
  }
  // What it has answered by then is not all of it.
  if (status === null) throw new Unplannable('git was ended before it had answered');

  return { output: stdout, error: stderr?.toString().trim().split('\n')[0] ?? '', ok: status === 0 };
};

/** What Git answers in one line, such as the number of a commit. */
export const lineOf = (output: Buffer): string => output.toString().trim();

/** What Git answers in several lines; none of them is empty. */
export const linesOf = (output: Buffer): string[] =>
  output
    .toString()
    .split('\n')
    .filter((line) => line !== '');

/** Whether only a part of the history was fetched. */
export const isShallow = (repository: Pick<Repository, 'top'>): boolean =>
  lineOf(git(repository, ['rev-parse', '--is-shallow-repository']).output) === 'true';

/** The URLs that a repository was cloned from or is pushed to, as its own configuration has them. */
export const remotesOf = (repository: Pick<Repository, 'top'>): string[] =>
  git(repository, ['config', '--local', '--null', '--get-regexp', '^remote\\..*\\.(push)?url$'])
    .output.toString('utf8')
    .split('\0')
    .map((entry) => entry.slice(entry.indexOf('\n') + 1))
    .filter((url) => url !== '');

/** Whether two directories lie in one repository, so that a commit has both. */
export const isOneRepository = (directory: string, other: string): boolean => {
  const [one, two] = [repositoryAround(directory), repositoryAround(other)];

  return one !== undefined && one.top === two?.top;
};
