import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Unplannable } from '../tree/problem.ts';
import { git, type Repository, repositoryAround } from '../tree/repository.ts';

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

/**
 * Who changed a file, as far as the repository around its tree knows: at most so many commits. A tree without Git has no
 * history, and says so. A repository inside of the tree is not asked: a squad could have made it up.
 */
export const historyOf = ({ file, tree }: { file: string; tree: string }, most: number): History => {
  const nothing = (why: string): History => ({ file, commits: [], more: 0, notes: [why] });
  const repository = repositoryAround(tree);
  if (repository === undefined) return nothing(noCommits);
  const path = `${repository.prefix}${relative(tree, file)}`;
  try {
    const log = git(repository, ['log', '--follow', '--no-ext-diff', '--no-textconv', format, '--', path]);
    if (!log.ok) return nothing(noCommits);
    const commits = commitsIn(log.output);
    if (commits.length === 0) return nothing('Git has no commit of it: nobody has proposed it yet');

    const isOnMainLine = mainLineOf(repository);
    return {
      file,
      commits: commits
        .slice(0, most)
        .map((commit) => ({ ...commit, merge: mergeOf(repository, commit.id, isOnMainLine) })),
      more: Math.max(commits.length - most, 0),
      notes: [
        ...(isChanged(repository, path, file) ? ['it has changes that are in no commit'] : []),
        ...(isShallow(repository) ? ['only a part of the history was fetched, and older commits may be missing'] : []),
      ],
    };
  } catch (error) {
    if (error instanceof Unplannable) return nothing('git is not installed here, so nothing says who changed it');
    throw error;
  }
};

const noCommits = 'it is not in a Git repository with commits, so nothing says who changed it';

const lines = (output: Buffer): string[] =>
  output
    .toString()
    .split('\n')
    .filter((line) => line !== '');

/** The commits on the line of first parents: those of a branch that others are merged into. */
const mainLineOf = (repository: Repository): Set<string> =>
  new Set(lines(git(repository, ['rev-list', '--first-parent', 'HEAD']).output));

/** The first commit on the main line that has this one in it, if that is a merge. */
const mergeOf = (repository: Repository, id: string, mainLine: Set<string>): Commit['merge'] => {
  if (mainLine.has(id)) return undefined;
  const later = lines(git(repository, ['rev-list', '--ancestry-path', `${id}..HEAD`]).output);
  const merge = later.filter((commit) => mainLine.has(commit)).at(-1);

  return merge === undefined
    ? undefined
    : commitsIn(git(repository, ['log', '-1', '--merges', format, merge]).output)[0];
};

/**
 * Whether the file is not as the last commit has it. Its bytes are compared here, but for the ends of lines: `git status`
 * would run whatever filter a configuration names.
 */
const isChanged = (repository: Repository, path: string, file: string): boolean => {
  const committed = git(repository, ['cat-file', 'blob', `HEAD:${path}`]);

  return !committed.ok || withLineFeeds(committed.output) !== withLineFeeds(readFileSync(file));
};

const withLineFeeds = (content: Buffer): string => content.toString('latin1').replaceAll('\r\n', '\n');

const isShallow = (repository: Repository): boolean =>
  git(repository, ['rev-parse', '--is-shallow-repository']).output.toString().trim() === 'true';
