import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { withSlashes } from '../tree/file.ts';
import { Unplannable } from '../tree/problem.ts';
import { git, isShallow, type Repository, repositoryAround } from '../tree/repository.ts';
import { changesOf } from './changes.ts';

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
  /** Whose key it was: anybody signs with his own, and under another's name. */
  signer: { name: string; key: string; isCommitter: boolean } | undefined;
  /** The merge that brought it here, if it came by one. */
  merge: Omit<Commit, 'merge'> | undefined;
}

/** What Git tells of a file. */
export interface History {
  file: string;
  /** The youngest first; at most as many as were asked for. */
  commits: Commit[];
  /** How often it was changed before these. */
  more: number;
  /** How many more came by the merge that brought the last of these, and whose they are. */
  withLast: { commits: number; authors: string[] } | undefined;
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

const addressIn = (person: string): string => /<([^<>]*)>$/.exec(person)?.[1] ?? person;

/** Whose key it was that signed; undefined where Git knows nobody of that key. */
const signerOf = (signer: string, key: string, committer: string): Commit['signer'] => {
  if (signer === '') return undefined;
  // OpenPGP has a name and an address, SSH what a list of signers calls the key.
  return { name: signer, key, isCommitter: addressIn(signer) === addressIn(committer) };
};

/** Git gives its own format back for a time that nobody can read, and nothing for a person. */
const timeOf = (time: string): string => (/^\d{4}-\d\d-\d\dT/.test(time) ? time : 'at no time that can be read');
const personOf = (person: string): string => (person.trim() === '<>' ? 'nobody who can be read' : person);

// No text of a commit can contain a zero byte, so none can look like the next field.
const fields = [
  ...['%H', '%an <%ae>', '%aI', '%cn <%ce>', '%cI', '%G?', '%GS', '%GF', '%s'],
  '%(trailers:only,unfold)',
];
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
      verdict = '',
      signer = '',
      key = '',
      subject = '',
      trailers = '',
    ] = values.slice(start, start + fields.length);
    commits.push({
      id: id.trim(),
      author: personOf(author),
      authored: timeOf(authored),
      committer: personOf(committer),
      committed: timeOf(committed),
      subject,
      trailers: trailers.split('\n').filter((trailer) => trailer.trim() !== ''),
      signature: signatures[verdict] ?? 'not signed',
      signer: signerOf(signer, key, committer),
    });
  }

  return commits;
};

/**
 * Who changed a file, as far as the repository around its tree knows: at most so many commits. A tree without Git has no
 * history, and says so. A repository inside of the tree is not asked: a squad could have made it up.
 */
export const historyOf = ({ file, tree }: { file: string; tree: string }, most: number): History => {
  const nothing = (why: string): History => ({
    ...{ file, commits: [], more: 0, notes: [why] },
    withLast: undefined,
  });
  const repository = repositoryAround(tree);
  if (repository === undefined) return nothing(noCommits);
  const path = `${repository.prefix}${withSlashes(relative(tree, file))}`;
  try {
    if (!git(repository, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']).ok) return nothing(noCommits);
    const { told, before, isCut } = changesOf(repository, path, most);
    if (told.length === 0) return nothing('Git has no commit of it: nobody has proposed it yet');

    const known = commitsNamed(repository, [...new Set(told.flatMap(({ id, merge }) => [id, merge ?? id]))]);
    const commits = told.flatMap(({ id, merge }): Commit[] => {
      const commit = known.get(id);
      return commit === undefined ? [] : [{ ...commit, merge: merge === undefined ? undefined : known.get(merge) }];
    });
    const rest = commits.slice(most);
    return {
      file,
      commits: commits.slice(0, most),
      more: before,
      withLast:
        rest.length === 0
          ? undefined
          : { commits: rest.length, authors: [...new Set(rest.map(({ author }) => author))] },
      notes: [
        ...(isChanged(repository, path, file) ? ['it has changes that are in no commit'] : []),
        ...(isCut ? ['more branches were merged into each other than are looked at, and commits may be missing'] : []),
        ...(isShallow(repository) ? ['only a part of the history was fetched, and older commits may be missing'] : []),
      ],
    };
  } catch (error) {
    if (error instanceof Unplannable) return nothing('git is not installed here, so nothing says who changed it');
    throw error;
  }
};

const noCommits = 'it is not in a Git repository with commits, so nothing says who changed it';

/** What commits say, by their ids. */
const commitsNamed = (repository: Repository, ids: string[]): Map<string, Omit<Commit, 'merge'>> =>
  new Map(
    commitsIn(git(repository, ['log', '--no-walk=unsorted', '--no-patch', format, ...ids]).output).map((commit) => [
      commit.id,
      commit,
    ]),
  );

/**
 * Whether the file is not as the last commit has it. Its bytes are compared here, but for the ends of lines: `git status`
 * would run whatever filter a configuration names.
 */
const isChanged = (repository: Repository, path: string, file: string): boolean => {
  const committed = git(repository, ['cat-file', 'blob', `HEAD:${path}`]);

  return !committed.ok || withLineFeeds(committed.output) !== withLineFeeds(readFileSync(file));
};

const withLineFeeds = (content: Buffer): string => content.toString('latin1').replaceAll('\r\n', '\n');
