import { existsSync } from 'node:fs';
import { posix, relative, resolve } from 'node:path';
import { repositoryProblem } from './directory.ts';
import { endlessBytes, type Listing, withSlashes } from './file.ts';
import { commitNamed } from './named-commit.ts';
import { Unplannable } from './problem.ts';
import { mayMatter } from './read.ts';
import { git, isShallow, lineOf, linesOf, type Repository, repositoryAround } from './repository.ts';

/** A commit of the repository around a directory. */
export interface Revision {
  /** As it was asked for: `origin/main`. */
  asked: string;
  commit: string;
  /** The branch has left it behind: commits that it has and the work tree has not. */
  ahead: number;
  /** It has everything that this branch has, and is not asked for as what is checked out. */
  isHead: boolean;
}

/**
 * The commit to compare the work tree with: where its branch left that revision. What others have merged since is none
 * of this branch's doing, and comparing with it would show their Services as removed.
 *
 * @throws Unplannable if it does not exist, or if the history that would tell was not fetched
 * @throws Misused if the name may mean several things
 */
export const revisionOf = (directory: string, asked: string): Revision => {
  const repository = repositoryAround(directory);
  if (repository === undefined) throw outside(directory, asked, noRepository);
  const tip = commitNamed(repository, asked);
  if (tip === undefined) {
    // It may be one of another owner, which Git does not trust.
    const inside = git(repository, ['rev-parse', '--is-inside-work-tree']);
    if (!inside.ok) throw outside(directory, asked, inside.error);
    throw new Unplannable(
      `cannot compare with ${JSON.stringify(asked)}: this repository has no such revision, and ${directoryNamed(asked)}; fetch it first (in CI: fetch-depth: 0)`,
    );
  }
  const fork = git(repository, ['merge-base', '--all', tip, 'HEAD']);
  if (fork.ok) {
    const [commit = '', ...others] = linesOf(fork.output);
    // Of several, what a merge brings back or takes away is told by none; dates of commits would say which Git names first.
    if (others.length > 0) {
      throw new Unplannable(
        `cannot tell what this branch changes, because it and ${asked} were merged into each other: merge ${asked} into this branch first`,
      );
    }
    const ahead = Number(lineOf(git(repository, ['rev-list', '--count', `${commit}..${tip}`]).output));
    const isHead = asked !== 'HEAD' && commit === commitNamed(repository, 'HEAD');
    return { asked, commit, ahead, isHead };
  }
  if (isShallow(repository)) {
    throw new Unplannable(
      `cannot tell where this branch left ${asked}: the history was not fetched (in CI: fetch-depth: 0)`,
    );
  }

  return { asked, commit: tip, ahead: 0, isHead: false };
};

/**
 * Exactly that commit of the repository around a directory.
 *
 * @throws Unplannable if there is none
 * @throws Misused if the name may mean several things
 */
export const exactCommit = (directory: string, asked: string): string => {
  const repository = repositoryAround(directory);
  const found = repository && commitNamed(repository, asked);
  if (found !== undefined) return found;

  throw new Unplannable(
    `cannot read ${JSON.stringify(asked)}: ${directory} is in no Git repository that has this revision; fetch it first`,
  );
};

/** As Git says it. */
const noRepository = 'fatal: not a git repository (or any of the parent directories): .git';

/** What is so of a directory that may have been meant: only what is written as a path is one. */
const directoryNamed = (asked: string): string =>
  existsSync(asked) ? `the directory of that name is ./${asked}` : 'there is no such directory';

const outside = (directory: string, asked: string, why: string): Unplannable =>
  new Unplannable(
    `cannot compare with ${JSON.stringify(asked)}: ${directoryNamed(asked)}, and ${directory} is not in a Git repository (${why})`,
  );

interface Entry {
  mode: string;
  id: string;
  bytes: number;
  path: string;
}

/** Whether a commit has the directory, as one. */
export const hasDirectory = (directory: string, commit: string): boolean => {
  const repository = repositoryAround(directory);
  if (repository === undefined) return false;
  const name = `${commit}:${repository.prefix.replace(/\/$/, '')}`;
  const kind = git(repository, ['cat-file', '-t', name]);
  if (kind.ok) return lineOf(kind.output) === 'tree';

  // Where it was not fetched nobody knows: whoever reads it says so.
  return git(repository, ['rev-parse', '--verify', '--quiet', name]).ok;
};

/**
 * Everything in a directory as it is in a commit, without checking anything out. A directory that the commit does not have
 * is empty.
 *
 * @param isRead whether anybody asks what is in a file of that path; of all others only the path is known
 * @throws Unplannable if a file was not fetched: what is compared with nothing would look new
 */
export const listingOfRevision = (
  directory: string,
  commit: string,
  isRead: (path: string) => boolean = () => true,
): Listing => {
  const repository = repositoryAround(directory);
  if (repository === undefined) return { files: [], links: [], problems: [] };
  const listed = git(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', `${commit}:${repository.prefix}`]);
  if (!listed.ok) {
    if (hasDirectory(directory, commit)) throw notFetched(commit);
    return { files: [], links: [], problems: [] };
  }

  const entries = listed.output
    .toString()
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry): Entry => {
      const match = /^(\d{6}) (?:blob|commit) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(entry);
      // Git says BAD for the size of what is missing.
      if (match === null) throw notFetched(commit);
      const [, mode = '', id = '', bytes = '', path = ''] = match;
      return { mode, id, bytes: Number(bytes) || 0, path };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const blobs = entries.filter(
    ({ mode, bytes, path }) => mode !== submodule && bytes <= endlessBytes && (mode === link || isRead(path)),
  );
  const kept = contents(repository, blobs);
  if (blobs.some(({ id }) => !kept.has(id))) throw notFetched(commit);

  const links = entries.flatMap(({ mode, id, path }) =>
    mode === link ? [{ path, to: kept.get(id)?.toString() ?? '' }] : [],
  );
  const targets = new Map(links.map(({ path, to }) => [path, to]));
  return {
    files: entries.flatMap(({ mode, id, path, bytes }) =>
      mode === link || mode === submodule ? [] : [{ path, bytes, read: () => kept.get(id) }],
    ),
    links: links.map(({ path }) => ({ path, target: followed(path, targets) })),
    problems: entries.flatMap(({ mode, path }) => (mode === submodule ? [repositoryProblem(path)] : [])),
  };
};

const link = '120000';
const submodule = '160000';

/** Where a link of a commit leads, through other links; undefined if that is outside. */
const followed = (path: string, links: Map<string, string>): string | undefined => {
  let target = path;
  for (let steps = 0; steps < 40; steps += 1) {
    const parts = target.split('/');
    const length = parts.findIndex((_, index) => links.has(parts.slice(0, index + 1).join('/'))) + 1;
    if (length === 0) return target === '.' ? '' : target;
    const found = parts.slice(0, length).join('/');
    target = posix.join(posix.dirname(found), links.get(found) ?? '', ...parts.slice(length)).replace(/\/$/, '');
    if (target.startsWith('..') || posix.isAbsolute(links.get(found) ?? '')) return undefined;
  }

  return undefined;
};

const notFetched = (commit: string): Unplannable =>
  new Unplannable(
    `cannot read the files of commit ${commit.slice(0, 7)}: they were not fetched; fetch them first (in CI: without a filter)`,
  );

/** At once, so that a tree with large files needs no more memory than that. */
const batchBytes = 64 * 1024 * 1024;

/** What is in blobs; of one that cannot be of any use only that it is there. */
const contents = (repository: Repository, entries: Entry[]): Map<string, Buffer> => {
  const kept = new Map<string, Buffer>();
  const names = new Map<string, string[]>();
  for (const { id, path } of entries) {
    const known = names.get(id);
    if (known === undefined) names.set(id, [path]);
    else known.push(path);
  }
  let batch: string[] = [];
  let bytes = 0;
  const read = (): void => {
    for (const [id, content] of contentsOf(repository, batch)) {
      const isOfUse = names.get(id)?.some((path) => mayMatter(path, content)) === true;
      kept.set(id, isOfUse ? Buffer.from(content) : empty);
    }
    [batch, bytes] = [[], 0];
  };
  for (const entry of new Map(entries.map((each) => [each.id, each])).values()) {
    batch.push(entry.id);
    bytes += entry.bytes;
    if (bytes > batchBytes) read();
  }
  if (batch.length > 0) read();

  return kept;
};

const empty = Buffer.alloc(0);

const contentsOf = (repository: Repository, ids: string[]): Map<string, Buffer> => {
  const { output } = git(repository, ['cat-file', '--batch'], ids.join('\n'));
  const blobs = new Map<string, Buffer>();
  let position = 0;
  while (position < output.length) {
    const end = output.indexOf('\n', position);
    // Git ended in the middle; what is not whole counts as missing.
    if (end < 0) break;
    const [id = '', kind, bytes] = output.toString('utf8', position, end).split(' ');
    const start = end + 1;
    const length = kind === 'blob' ? Number(bytes) : -1;
    if (length >= 0 && start + length <= output.length) blobs.set(id, output.subarray(start, start + length));
    // A missing object (a partial clone) is a line without content.
    position = length >= 0 ? start + length + 1 : start;
  }

  return blobs;
};

/**
 * How the repository around a directory calls a path, from its top: `/squads/galaxy/billing.yaml`. Undefined for what lies
 * outside of it, as a platform may that has a repository of its own.
 */
export const pathInRepository = (directory: string): ((path: string) => string | undefined) => {
  const prefix = repositoryAround(directory)?.prefix ?? '';

  return (path) => {
    const inside = posix.join(prefix, withSlashes(relative(resolve(directory), resolve(path))));
    return inside.startsWith('../') ? undefined : `/${inside}${path.endsWith('/') ? '/' : ''}`;
  };
};
