import { basename, dirname } from 'node:path';
import { git } from '../tree/git.ts';
import { Unplannable } from '../tree/problem.ts';

/** Who changed a file, and what their commit says. */
export interface Commit {
  id: string;
  author: string;
  /** As the author's clock had it. */
  authored: string;
  committer: string;
  committed: string;
  subject: string;
  /** `Reviewed-by: Ada <ada@example.org>`: what the message claims of others. */
  trailers: string[];
  signature: string;
  /** The merge that brought it here, if it came by one. */
  merge: Omit<Commit, 'merge'> | undefined;
}

/** What Git tells of a file. */
export interface History {
  file: string;
  /** The youngest first; at most as many as were asked for. */
  commits: Commit[];
  /** How many more there are. */
  more: number;
  /** What a reader must know of it: changes without a commit, history that was not fetched, no repository. */
  notes: string[];
}

const signatures: Record<string, string> = {
  G: 'signed, and the signature is good',
  U: 'signed, by a key that is not trusted here',
  X: 'signed, by a signature that has expired',
  Y: 'signed, by a key that has expired',
  R: 'signed, by a key that was revoked',
  B: 'signed, and the signature is wrong',
  E: 'signed, and the signature cannot be checked here',
};

// No text of a commit can contain a zero byte, so none can look like the next field.
const fields = ['%H', '%an <%ae>', '%aI', '%cn <%ce>', '%cI', '%G?', '%s', '%(trailers:only,unfold)'];
const format = `--format=${fields.map((field) => `${field}%x00`).join('')}`;

const commitsIn = (output: Buffer): Omit<Commit, 'merge'>[] => {
  const values = output.toString().split('\0');
  const commits: Omit<Commit, 'merge'>[] = [];
  for (let start = 0; start + fields.length <= values.length - 1; start += fields.length) {
    const [
      id = '',
      author = '',
      authored = '',
      committer = '',
      committed = '',
      sign = '',
      subject = '',
      trailers = '',
    ] = values.slice(start, start + fields.length);
    commits.push({
      id: id.trim(),
      author,
      authored,
      committer,
      committed,
      subject,
      trailers: trailers.split('\n').filter((trailer) => trailer.trim() !== ''),
      signature: signatures[sign] ?? 'not signed',
    });
  }

  return commits;
};

/** Who changed a file, as far as Git knows: at most so many commits. A tree without Git has no history, and says so. */
export const historyOf = (file: string, most: number): History => {
  const [directory, name] = [dirname(file), basename(file)];
  const nothing = (why: string): History => ({ file, commits: [], more: 0, notes: [why] });
  try {
    const log = git(directory, ['log', '--follow', format, '--', name]);
    if (!log.ok) return nothing('it is not in a Git repository with commits, so nothing says who changed it');
    const commits = commitsIn(log.output);
    if (commits.length === 0) return nothing('Git has no commit of it: nobody has proposed it yet');

    const isOnMainLine = mainLineOf(directory);
    return {
      file,
      commits: commits
        .slice(0, most)
        .map((commit) => ({ ...commit, merge: mergeOf(directory, commit.id, isOnMainLine) })),
      more: Math.max(commits.length - most, 0),
      notes: [
        ...(isChanged(directory, name) ? ['it has changes that are in no commit'] : []),
        ...(isShallow(directory) ? ['only a part of the history was fetched, and older commits may be missing'] : []),
      ],
    };
  } catch (error) {
    if (error instanceof Unplannable) return nothing('git is not installed here, so nothing says who changed it');
    throw error;
  }
};

const lines = (output: Buffer): string[] =>
  output
    .toString()
    .split('\n')
    .filter((line) => line !== '');

/** The commits on the line of first parents: those of a branch that others are merged into. */
const mainLineOf = (directory: string): Set<string> =>
  new Set(lines(git(directory, ['rev-list', '--first-parent', 'HEAD']).output));

/** The first commit on the main line that has this one in it, if that is a merge. */
const mergeOf = (directory: string, id: string, mainLine: Set<string>): Commit['merge'] => {
  if (mainLine.has(id)) return undefined;
  const later = lines(git(directory, ['rev-list', '--ancestry-path', `${id}..HEAD`]).output);
  const merge = later.filter((commit) => mainLine.has(commit)).at(-1);

  return merge === undefined
    ? undefined
    : commitsIn(git(directory, ['log', '-1', '--merges', format, merge]).output)[0];
};

const isChanged = (directory: string, name: string): boolean =>
  git(directory, ['status', '--porcelain', '--', name]).output.length > 0;

const isShallow = (directory: string): boolean =>
  git(directory, ['rev-parse', '--is-shallow-repository']).output.toString().trim() === 'true';
