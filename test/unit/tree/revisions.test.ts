import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/folder.ts';
import { exampleFile, exampleRepository, git, squadkit, write } from '../../support/squadkit.ts';

const billing = exampleFile('squads/galaxy/billing.yaml');
const ledger = billing.replace('name: billing', 'name: ledger');

test('a branch is compared with where it left the base, and says that the base has moved on', async () => {
  const tree = exampleRepository();
  git(tree, 'checkout', '-q', '-b', 'change');
  write(tree, { 'squads/galaxy/ledger.yaml': ledger });
  git(tree, 'add', '-A');
  git(tree, 'commit', '-q', '-m', 'A ledger');
  git(tree, 'checkout', '-q', 'main');
  write(tree, { 'squads/galaxy/other.yaml': billing.replace('name: billing', 'name: other') });
  git(tree, 'add', '-A');
  git(tree, 'commit', '-q', '-m', 'Something else');
  git(tree, 'checkout', '-q', 'change');
  const { status, out } = await squadkit(['plan', tree, '--base', 'main']);

  expect(out).toMatch(/compared with main \([0-9a-f]{7}\)/);
  expect(out).toContain('Note: main has moved on by 1 commit since this branch left it');
  expect(out).toContain('+ Service galaxy/ledger: new');
  expect(out).not.toContain('other');
  expect(status).toBe(0);
});

test('what is not committed yet counts, and a directory below the root is enough', async () => {
  const tree = exampleRepository();
  write(tree, { 'squads/galaxy/billing.yaml': null, 'squads/galaxy/ledger.yaml': ledger });
  const { out } = await squadkit([
    'plan',
    join(tree, 'squads'),
    '--platform',
    join(tree, 'platform'),
    '--base',
    'HEAD',
  ]);

  expect(out).toContain('> Service galaxy/ledger: renamed, was galaxy/billing');
});

test('a directory that the base did not have is new', async () => {
  const tree = exampleRepository();
  mkdirSync(join(tree, 'more'));
  write(tree, { 'more/ledger.yaml': ledger });
  const { out } = await squadkit(['plan', join(tree, 'more'), '--platform', join(tree, 'platform'), '--base', 'HEAD']);

  expect(out).toContain('Risk: careful. 1 new.');
});

test('a revision that does not exist is said in one sentence', async () => {
  const { status, error } = await squadkit(['plan', exampleRepository(), '--base', 'origin/nope']);

  expect(error).toBe(
    'squadkit: cannot compare with "origin/nope": this repository has no such revision, and there is no such directory; fetch it first (in CI: fetch-depth: 0)\n',
  );
  expect(status).toBe(1);
});

test('a history that was not fetched is said in one sentence', async () => {
  const origin = exampleRepository();
  git(origin, 'checkout', '-q', '-b', 'change');
  for (const name of ['ledger', 'invoice']) {
    write(origin, { [`squads/galaxy/${name}.yaml`]: billing.replace('name: billing', `name: ${name}`) });
    git(origin, 'add', '-A');
    git(origin, 'commit', '-q', '-m', name);
  }
  const clone = join(temporaryDirectory(), 'clone');
  git(origin, 'clone', '-q', '--depth', '1', '--branch', 'change', `file://${origin}`, clone);
  git(clone, 'fetch', '-q', '--depth', '1', 'origin', 'main:main');
  const { status, error } = await squadkit(['plan', clone, '--base', 'main']);

  expect(error).toBe(
    'squadkit: cannot tell where this branch left main: the history was not fetched (in CI: fetch-depth: 0)\n',
  );
  expect(status).toBe(1);
});

test('a revision is never taken for an option of git', async () => {
  const { status, error } = await squadkit(['plan', exampleRepository(), '--base=--output=/tmp/squadkit-injected']);

  expect(error).toContain('cannot compare with "--output=/tmp/squadkit-injected"');
  expect(status).toBe(1);
});

test('names with spaces, quotes and line feeds are read from a revision as from a directory', async () => {
  const tree = exampleRepository();
  write(tree, { 'squads/galaxy/a "b"\n\u00e9.yaml': ledger });
  git(tree, 'add', '-A');
  git(tree, 'commit', '-q', '-m', 'A strange name');
  const { out } = await squadkit(['plan', tree, '--base', 'HEAD']);

  expect(out).toContain('Read 3 Services');
  expect(out).toContain('Nothing changes.');
});

test("the platform's documents are compared with those of the same commit, where that has them", async () => {
  const tree = exampleRepository();
  const [squads, platform] = [join(tree, 'squads'), join(tree, 'platform')];
  const zone = exampleFile('platform/zones/frontier.yaml');
  write(tree, { 'platform/zones/frontier.yaml': zone.replace('total: 950', 'total: 900') });
  const one = await squadkit(['plan', squads, '--platform', platform, '--base', 'main']);

  expect(one.out).toContain('Zone frontier: changes');
  expect(one.out).not.toContain('is taken as it is now');

  write(tree, { 'platform/zones/frontier.yaml': zone.replace('environment: production', 'environment: engineering') });
  const refused = await squadkit(['plan', squads, '--platform', platform, '--base', 'main']);
  expect(refused.out).not.toContain('Refused before and still');
  expect(refused.out).toContain('Zone frontier');
});

test.each(['another repository', 'a directory as the base'])(
  "that the platform's documents are the same on both sides is told: %s",
  async (where) => {
    const tree = exampleRepository();
    const elsewhere = join(exampleRepository(), 'platform');
    const base = where === 'another repository' ? 'main' : join(exampleRepository(), 'squads');
    const { out } = await squadkit(['plan', join(tree, 'squads'), '--platform', elsewhere, '--base', base], {
      [elsewhere]: 'platform',
    });

    expect(out).toContain('Note: platform is taken as it is now on both sides: what changes in it is not told here');
  },
);
