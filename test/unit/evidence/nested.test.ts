import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { historyOf } from '../../../functions/evidence/history.ts';
import { exampleRepository, git } from '../../support/squadkit.ts';

const path = 'squads/galaxy/billing.yaml';

/** Writes commits as they are, each with what stands behind its name, and checks the last of them out. */
const written = (commits: string): string => {
  const tree = exampleRepository();
  execFileSync('git', ['-C', tree, 'fast-import', '--quiet', '--force'], { input: commits });
  git(tree, 'reset', '-q', '--hard', 'deep');

  return tree;
};
const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
const by = (ref: string, mark: number, author = 'A <a@example.org> 1764000000 +0000') =>
  `commit refs/heads/${ref}\nmark :${mark}\nauthor ${author}\ncommitter A <a@example.org> 1764000000 +0000\n${data('x')}`;
const file = (name: string, text: string) => `M 100644 inline ${name}\n${data(text)}`;

test('merges in merges, 1,500 deep, are told as far as they are looked at', () => {
  const depth = 1500;
  const commits = [`reset refs/heads/deep\n${by('deep', 1)}${file(path, 'a: 0\n')}\n`];
  commits.push(`reset refs/heads/deep\nfrom :1\n\n${by('deep', 2)}from :1\n${file(path, 'a: 1\n')}\n`);
  let last = 2;
  for (let index = 1; index <= depth; index += 1) {
    const [side, merge] = [2 * index + 1, 2 * index + 2];
    commits.push(`${by(`side${index}`, side)}from :1\n${file(`x${index}`, 'x')}\n`);
    commits.push(`${by('deep', merge)}from :${side}\nmerge :${last}\n${file(path, `a: ${merge}\n`)}\n`);
    last = merge;
  }
  const tree = written(commits.join(''));
  const history = historyOf({ file: join(tree, path), tree }, 5);

  expect(history.commits).toHaveLength(5);
  expect(history.notes).toContain(
    'more branches were merged into each other than are looked at, and commits may be missing',
  );
}, 120_000);

test('what a commit says wrongly of its author is not told as a format of Git', () => {
  const tree = exampleRepository();
  const parent = git(tree, 'rev-parse', 'HEAD').trim();
  git(tree, 'rm', '-q', '--cached', path);
  execFileSync('git', ['-C', tree, 'update-index', '--add', '--cacheinfo', `100644,${blob(tree)},${path}`]);
  const root = git(tree, 'write-tree').trim();
  const object = `tree ${root}\nparent ${parent}\nauthor nobody\ncommitter nobody\n\nx\n`;
  const id = execFileSync('git', ['-C', tree, 'hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], {
    input: object,
  })
    .toString()
    .trim();
  git(tree, 'reset', '-q', '--hard', id);
  const { commits } = historyOf({ file: join(tree, path), tree }, 5);

  expect(commits[0]).toMatchObject({ id, author: 'nobody who can be read', authored: 'at no time that can be read' });
  expect(JSON.stringify(commits)).not.toContain('%');
});

const blob = (tree: string): string =>
  execFileSync('git', ['-C', tree, 'hash-object', '-w', '--stdin'], { input: 'a: b\n' }).toString().trim();
