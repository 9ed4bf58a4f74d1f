import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { historyOf } from '../../../functions/evidence/history.ts';
import { temporaryDirectory } from '../../support/folder.ts';
import { exampleFile, exampleRepository, exampleTree, git, squadkit, write } from '../../support/squadkit.ts';

const file = 'squads/galaxy/billing.yaml';
const billing = exampleFile(file);
const people = (repository: string, author: string, ...args: string[]) =>
  git(repository, '-c', `user.name=${author}`, '-c', `user.email=${author.toLowerCase()}@example.org`, ...args);

beforeEach(() => {
  vi.stubEnv('GIT_AUTHOR_DATE', '2026-11-20T10:00:00+0100');
  vi.stubEnv('GIT_COMMITTER_DATE', '2026-11-21T10:00:00+0100');
});
afterEach(() => vi.unstubAllEnvs());

/** A change of billing by Ada on a branch of her own, merged by Grace. */
const merged = (): string => {
  const repository = exampleRepository();
  people(repository, 'Ada', 'checkout', '-q', '-b', 'more');
  write(repository, { [file]: billing.replace('spec:', 'spec:\n  description: Invoices.') });
  people(
    repository,
    'Ada',
    'commit',
    '-qam',
    'Say what billing is for\n\nIt was asked.\n\nReviewed-by: Alan <alan@example.org>\nRefs: 42',
  );
  people(repository, 'Grace', 'checkout', '-q', 'main');
  write(repository, { 'squads/galaxy/notes.txt': 'something else\n' });
  people(repository, 'Grace', 'add', '-A');
  people(repository, 'Grace', 'commit', '-qm', 'Something else');
  people(
    repository,
    'Grace',
    'merge',
    '-q',
    '--no-ff',
    '-m',
    'Merge pull request 7\n\nApproved-by: Grace <grace@example.org>',
    'more',
  );

  return repository;
};

test('who wrote, who committed, who merged, and what the messages claim', () => {
  const repository = merged();
  const { commits, more, notes } = historyOf({ file: join(repository, file), tree: repository }, 5);

  expect(commits).toMatchObject([
    {
      author: 'Ada <ada@example.org>',
      authored: '2026-11-20T10:00:00+01:00',
      committer: 'Ada <ada@example.org>',
      committed: '2026-11-21T10:00:00+01:00',
      subject: 'Say what billing is for',
      trailers: ['Reviewed-by: Alan <alan@example.org>', 'Refs: 42'],
      signature: 'not signed',
      merge: {
        author: 'Grace <grace@example.org>',
        subject: 'Merge pull request 7',
        trailers: ['Approved-by: Grace <grace@example.org>'],
      },
    },
    { author: 'test <test@example.org>', subject: 'The example', merge: undefined },
  ]);
  expect([more, notes]).toEqual([0, []]);
});

test('the evidence shows all of it, and says what Git cannot tell', async () => {
  const repository = merged();
  const { out } = await squadkit(['evidence', 'galaxy/billing', repository], { [repository]: 'tree' });

  expect(out).toMatch(
    /changed +2026-11-20T10:00:00\+01:00 by Ada <ada@example.org>: Say what billing is for \([0-9a-f]{7}\)/,
  );
  expect(out).toContain('not signed; committed 2026-11-21T10:00:00+01:00 by Ada <ada@example.org>');
  expect(out).toMatch(/came here by merge [0-9a-f]{7} of Grace <grace@example.org>, 2026-11-21T10:00:00\+01:00/);
  expect(out).toContain('the merge says Approved-by: Grace <grace@example.org>');
  expect(out).toContain('the message says Reviewed-by: Alan <alan@example.org>');
  expect(out).toMatch(
    /zone +frontier, in tree\/platform\/zones\/frontier.yaml: last changed .* by test <test@example.org>/,
  );
  expect(out).toContain('Who approved it is known to your Git host and not to Git');
});

test('a renamed file keeps its history, and only the youngest commits are told', () => {
  const repository = exampleRepository();
  git(repository, 'mv', file, 'squads/galaxy/money.yaml');
  git(repository, 'commit', '-qm', 'Rename it');
  const path = join(repository, 'squads/galaxy/money.yaml');

  expect(historyOf({ file: path, tree: repository }, 5).commits.map(({ subject }) => subject)).toEqual([
    'Rename it',
    'The example',
  ]);
  expect(historyOf({ file: path, tree: repository }, 1)).toMatchObject({
    commits: [{ subject: 'Rename it' }],
    more: 1,
  });
});

test('text that looks like another field stays in its own', () => {
  const repository = exampleRepository();
  write(repository, { [file]: `${billing}# more\n` });
  people(repository, 'Eve\u001fx', 'commit', '-qam', 'Change\u001f\u001e%x00 it');
  const [commit] = historyOf({ file: join(repository, file), tree: repository }, 5).commits;

  expect(commit).toMatchObject({ subject: 'Change\u001f\u001e%x00 it', signature: 'not signed' });
});

test.each([
  {
    name: 'a tree without Git',
    prepare: () => exampleTree(),
    want: ['it is not in a Git repository with commits, so nothing says who changed it'],
  },
  {
    name: 'a document that is in no commit',
    prepare: () => {
      const repository = exampleRepository();
      git(repository, 'rm', '-q', '--cached', file);
      git(repository, 'commit', '-qm', 'Forget it');
      git(repository, 'checkout', '-q', '--orphan', 'fresh');
      git(repository, 'rm', '-rq', '--cached', '.');
      git(repository, 'add', 'approvals.yaml');
      git(repository, 'commit', '-qm', 'Begin anew');
      return repository;
    },
    want: ['Git has no commit of it: nobody has proposed it yet'],
  },
  {
    name: 'a change that is in no commit',
    prepare: () => {
      const repository = exampleRepository();
      write(repository, { [file]: `${billing}# more\n` });
      return repository;
    },
    want: ['it has changes that are in no commit'],
  },
  {
    name: 'a history of which a part was fetched',
    prepare: () => {
      const repository = temporaryDirectory();
      git(repository, 'clone', '-q', '--depth', '1', `file://${merged()}`, join(repository, 'clone'));
      cpSync(join(repository, 'clone'), repository, { recursive: true });
      return repository;
    },
    want: ['only a part of the history was fetched, and older commits may be missing'],
  },
])('$name says so', ({ prepare, want }) => {
  const tree = prepare();

  expect(historyOf({ file: join(tree, file), tree }, 5).notes).toEqual(want);
});

test('without git the rest is still told', async () => {
  const repository = exampleRepository();
  vi.stubEnv('PATH', '/nowhere');
  const { status, out } = await squadkit(['evidence', 'galaxy/billing', repository]);

  expect(out).toContain('git is not installed here, so nothing says who changed it');
  expect(out).toContain('postgres-least-privilege');
  expect(status).toBe(0);
});
