import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleFile, exampleRepository, git, squadkit, treeOf, write } from '../../support/squadkit.ts';

const path = 'squads/galaxy/billing.yaml';
const billing = exampleFile(path);
const commit = (tree: string, message: string) => {
  git(tree, 'add', '-A');
  git(tree, 'commit', '-q', '-m', message);
};

test('of branches that were merged into each other nobody can tell what one changes', async () => {
  const tree = exampleRepository();
  git(tree, 'checkout', '-q', '-b', 'change');
  write(tree, { 'a.md': 'a\n' });
  commit(tree, 'a');
  git(tree, 'checkout', '-q', 'main');
  write(tree, { [path]: null });
  commit(tree, 'Away');
  git(tree, 'checkout', '-q', '-b', 'other');
  git(tree, 'merge', '-q', '--no-ff', '-m', 'one way', 'change');
  git(tree, 'checkout', '-q', 'change');
  git(tree, 'merge', '-q', '--no-ff', '-s', 'ours', '-m', 'the other way', 'main');
  git(tree, 'checkout', '-q', 'main');
  git(tree, 'merge', '-q', '--ff-only', 'other');
  git(tree, 'checkout', '-q', 'change');
  // Both have each other's commit of before: neither is the one where the branch began.
  expect(git(tree, 'merge-base', '--all', 'main', 'HEAD').trim().split('\n')).toHaveLength(2);
  const { error, status } = await squadkit(['plan', tree, '--base', 'main']);

  expect(error).toBe(
    'squadkit: cannot tell what this branch changes, because it and main were merged into each other: merge main into this branch first\n',
  );
  expect(status).toBe(1);
});

const unstorable: Record<string, Record<string, string>> = {
  'labels that are no text': { [path]: billing.replace(/namespace: galaxy\b/, 'namespace: galaxy, labels: { a: 5 }') },
  'a kind that there is none of': { [path]: billing.replace('kind: Service', 'kind: Servicee') },
  'no namespace': { [path]: billing.replace(/, namespace: galaxy/, '') },
  'a name twice': { 'squads/galaxy/a.yaml': billing.replace(/ +- name: aqua[\s\S]*/, '') },
};

test.each(Object.entries(unstorable))(
  'what a cluster refused of a base may live there as it was before, and end by its removal: %s',
  async (_what, files) => {
    const tree = exampleRepository();
    expect(Object.values(files)).not.toContain(billing);
    write(tree, files);
    commit(tree, 'Refused');
    for (const file of Object.keys(files)) rmSync(join(tree, file));
    const { out } = await squadkit(['plan', tree, '--base', 'HEAD']);

    expect(out).not.toContain('Nobody has to agree');
    expect(out).toMatch(/squads\/galaxy\/\w+\.yaml: could not be read before/);
  },
);

test('two empty files are nothing that could be planned', async () => {
  const tree = treeOf({ 'a.yaml': '', 'b.yaml': '' });
  const { status, error } = await squadkit(['plan', '--rendered', join(tree, 'b.yaml'), join(tree, 'a.yaml')]);

  expect(error).toContain('there is no Zone in ');
  expect(status).toBe(1);
});
