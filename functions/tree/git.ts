import { spawnSync } from 'node:child_process';
import { normalize } from 'node:path';
import { absurdBytes, isPassedOver, mayHoldDocuments, type TreeFile } from './file.ts';
import { Unplannable } from './problem.ts';

/** A commit of the repository around a directory. */
export interface Revision {
  /** As it was asked for: `origin/main`. */
  asked: string;
  commit: string;
  /** The branch has left it behind: commits that it has and the work tree has not. */
  ahead: number;
}

/** Runs Git in a directory, without asking anybody anything. */
export const git = (
  directory: string,
  args: string[],
  input?: string,
): { output: Buffer; error: string; ok: boolean } => {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', directory, ...args], {
    input,
    maxBuffer: 1024 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
  });
  if (error !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') {
    throw new Unplannable('cannot compare with a Git revision: git is not installed here');
  }

  return { output: stdout, error: stderr?.toString().trim().split('\n')[0] ?? '', ok: status === 0 };
};

const line = (output: Buffer): string => output.toString().trim();

/** Whether the name means a commit in the repository around the directory. */
export const isRevision = (directory: string, name: string): boolean =>
  git(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]).ok;

/**
 * The commit to compare the work tree with: where its branch left that revision. What others have merged since is none
 * of this branch's doing, and comparing with it would show their Services as removed.
 *
 * @throws Unplannable if it does not exist, or if the history that would tell was not fetched
 */
export const revisionOf = (directory: string, asked: string): Revision => {
  const found = git(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${asked}^{commit}`]);
  if (!found.ok) {
    const inside = git(directory, ['rev-parse', '--is-inside-work-tree']);
    throw new Unplannable(
      inside.ok
        ? `cannot compare with ${JSON.stringify(asked)}: this repository has no such revision, and there is no such directory; fetch it first (in CI: fetch-depth: 0)`
        : `cannot compare with ${JSON.stringify(asked)}: there is no such directory, and ${directory} is not in a Git repository (${inside.error})`,
    );
  }
  const tip = line(found.output);
  const fork = git(directory, ['merge-base', tip, 'HEAD']);
  if (fork.ok) {
    const commit = line(fork.output);
    const ahead = Number(line(git(directory, ['rev-list', '--count', `${commit}..${tip}`]).output));
    return { asked, commit, ahead };
  }
  if (line(git(directory, ['rev-parse', '--is-shallow-repository']).output) === 'true') {
    throw new Unplannable(
      `cannot tell where this branch left ${asked}: the history was not fetched (in CI: fetch-depth: 0)`,
    );
  }

  return { asked, commit: tip, ahead: 0 };
};

/**
 * The files of a directory as they are in a commit, sorted by path, without checking anything out: two processes,
 * however many files there are. A directory that the commit does not have is empty.
 */
export const filesOfRevision = (directory: string, commit: string): TreeFile[] => {
  const prefix = line(git(directory, ['rev-parse', '--show-prefix']).output);
  const listed = git(directory, ['ls-tree', '-r', '-l', '-z', '--full-tree', `${commit}:${prefix}`]);
  if (!listed.ok) return [];

  const entries = listed.output
    .toString()
    .split('\0')
    .flatMap((entry) => {
      const match = /^100(?:644|755) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(entry);
      const [, id = '', bytes = '', path = ''] = match ?? [];
      const folders = path.split('/').slice(0, -1);
      return match !== null && mayHoldDocuments(path) && !folders.some(isPassedOver)
        ? [{ id, bytes: Number(bytes), path }]
        : [];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));

  const blobs = contents(
    directory,
    entries.filter(({ bytes }) => bytes <= absurdBytes).map(({ id }) => id),
  );

  return entries.map(({ id, path, bytes }) => ({ path, bytes, read: () => blobs.get(id) }));
};

const contents = (directory: string, ids: string[]): Map<string, Buffer> => {
  const { output } = git(directory, ['cat-file', '--batch'], ids.join('\n'));
  const blobs = new Map<string, Buffer>();
  let position = 0;
  while (position < output.length) {
    const end = output.indexOf('\n', position);
    const [id = '', kind, bytes] = output.toString('utf8', position, end).split(' ');
    const start = end + 1;
    const length = kind === 'blob' ? Number(bytes) : -1;
    if (length >= 0) blobs.set(id, output.subarray(start, start + length));
    // A missing object (a partial clone) is a line without content.
    position = length >= 0 ? start + length + 1 : start;
  }

  return blobs;
};

/** The part of the paths below a directory that leads to the root of its repository; nothing outside of one. */
export const rootOf = (directory: string): string => {
  const prefix = git(directory, ['rev-parse', '--show-prefix']);
  if (!prefix.ok) return directory;
  const inside = line(prefix.output).replace(/\/$/, '');
  const path = normalize(directory);

  return inside === '' ? path : path.endsWith(inside) ? path.slice(0, -inside.length) : '';
};
