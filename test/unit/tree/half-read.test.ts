import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { temporaryDirectory } from '../../support/folder.ts';
import { exampleFile, exampleRepository, git, squadkit, write } from '../../support/squadkit.ts';

afterEach(() => vi.unstubAllEnvs());

/** A tree whose base has a Service that the work tree has no more. */
const treeThatRemoves = (): string => {
  const tree = exampleRepository();
  write(tree, {
    'squads/galaxy/zz.yaml': exampleFile('squads/galaxy/billing.yaml').replace('name: billing', 'name: zz'),
  });
  git(tree, 'add', '-A');
  git(tree, 'commit', '-q', '-m', 'One more');
  write(tree, { 'squads/galaxy/zz.yaml': null });

  return tree;
};

test('a Service whose file Git has only half of is not taken for none', async () => {
  const tree = treeThatRemoves();
  const id = git(tree, 'rev-parse', 'HEAD:squads/galaxy/zz.yaml').trim();
  const file = join(tree, '.git/objects', id.slice(0, 2), id.slice(2));
  const content = readFileSync(file);
  chmodSync(file, 0o644);
  writeFileSync(file, content.subarray(0, content.length - 20));
  const { status, out, error } = await squadkit(['plan', tree, '--base', 'HEAD']);

  expect(status, `${out}${error}`).toBe(1);
  expect(error).toContain('cannot read the files of commit');
});

test.each([
  ['has answered a part of', 'head -c 90; exit 0'],
  ['was ended before it had answered', 'head -c 90 > /dev/null; kill -KILL $$'],
])('a Git that %s a question is no tree without documents', async (_, how) => {
  const tree = treeThatRemoves();
  const bin = join(temporaryDirectory(), 'bin');
  mkdirSync(bin);
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh\ncase "$*" in *"cat-file --batch"*) "${real}" "$@" | { ${how}; } ;; *) exec "${real}" "$@" ;; esac\n`,
    { mode: 0o755 },
  );
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`);
  const { status, out, error } = await squadkit(['plan', tree, '--base', 'HEAD']);

  expect(status, `${out}${error}`).toBe(1);
});
