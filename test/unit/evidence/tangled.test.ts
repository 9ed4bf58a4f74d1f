import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { changesOf } from '../../../functions/evidence/changes.ts';
import { type Repository, repositoryAround } from '../../../functions/tree/repository.ts';
import { temporaryDirectory } from '../../support/folder.ts';

const file = 'service.yaml';

/** A history of so many merges of three branches each, of which every one begins at the merge before; each commit changes the file. */
const tangled = (merges: number): { repository: Repository; commits: number } => {
  const directory = temporaryDirectory();
  const say = (input: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.email=ada@example.org', '-c', 'user.name=ada', ...args], {
      ...{ cwd: directory, encoding: 'utf8', input },
    }).trim();
  say('', 'init', '-q', '-b', 'main');
  let commits = 0;
  const commit = (...parents: string[]): string => {
    commits += 1;
    const blob = say(`${commits}\n`, 'hash-object', '-w', '--stdin');
    const tree = say(`100644 blob ${blob}\t${file}\n`, 'mktree');
    return say('', 'commit-tree', tree, '-m', `${commits}`, ...parents.flatMap((parent) => ['-p', parent]));
  };
  const root = commit();
  let merge = commit(root);
  for (let count = 0; count < merges; count += 1) merge = commit(root, commit(merge), commit(merge));
  say('', 'update-ref', 'refs/heads/main', merge);

  return { repository: repositoryAround(directory) as Repository, commits };
};

// A way through every merge for each branch of it would be 2 to the power of 30.
test.each([4, 30])('branches that were merged into each other %i times: each commit once', (merges) => {
  const { repository, commits } = tangled(merges);
  const { told } = changesOf(repository, file, 5);

  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  // All but the root, which the last merge had as its first parent.
  expect(told).toHaveLength(commits - 1);
});
