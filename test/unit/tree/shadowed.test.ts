import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/folder.ts';
import { exampleFile, exampleRepository, git, squadkit, write } from '../../support/squadkit.ts';

const program = join(import.meta.dirname, '../../../functions/squadkit.ts');
const file = 'squads/galaxy/billing.yaml';
const withoutDatabase = exampleFile(file).replace(/ +- name: spike.*\n +provider: postgres\n/, '');

/** A clone on a branch that takes a database away, and the commits of both. */
const clone = (): { directory: string; main: string; branch: string } => {
  const origin = exampleRepository();
  const directory = join(temporaryDirectory(), 'clone');
  git(origin, 'clone', '-q', origin, directory);
  git(directory, 'checkout', '-q', '-b', 'change');
  write(directory, { [file]: withoutDatabase });
  git(directory, 'commit', '-qam', 'Take it away');
  const [main = '', branch = ''] = ['origin/main', 'HEAD'].map((name) => git(directory, 'rev-parse', name).trim());

  return { directory, main, branch };
};

const places = ['refs/tags/', 'refs/heads/', 'refs/remotes/'];

/** Every way in which a name may be taken already, in some places and by some commits. */
const takings = ['origin/main', 'main', 'v1', 'origin'].flatMap((name) =>
  [0, 1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({ name, tags: number % 3, others: Math.trunc(number / 3) })),
);

describe('a name that a pull request could have made is no base', () => {
  test.each(takings)('$name, as a tag ($tags) and otherwise ($others)', async ({ name, tags, others }) => {
    const { directory, main, branch } = clone();
    const commits = [undefined, main, branch];
    git(directory, 'update-ref', '-d', 'refs/heads/main');
    const taken = [commits[tags], commits[others]].flatMap((commit, at) => {
      const ref = at === 0 ? `refs/tags/${name}` : `refs/heads/${name}`;
      if (commit !== undefined) git(directory, 'update-ref', ref, commit);
      return commit === undefined ? [] : [commit];
    });
    const { status, out, error } = await squadkit(['plan', directory, '--base', name]);

    // Nobody can push a branch into somebody else's clone, and a tag that is all of that name is what is meant.
    const isOwn = name === 'v1' || (name === 'main' && tags === 0);
    const isAlone = isOwn && taken.length > 0 && taken.every((commit) => commit === branch);
    if (isAlone) expect(out).toContain(`${name} has all commits of this branch`);
    else expect(out).not.toContain('Nothing changes.');
    if (status !== 0)
      expect(error).toMatch(/may mean several things: write one of refs|no branch that was fetched|no such revision/);
    else if (!isAlone) expect(out).toContain(`(${main.slice(0, 7)})`);
  });

  test.each(places)('who writes %s in full means that', async (place) => {
    const { directory, main, branch } = clone();
    for (const each of places) git(directory, 'update-ref', `${each}origin/main`, each === place ? main : branch);
    const { status, out } = await squadkit(['plan', directory, '--base', `${place}origin/main`]);

    expect(out).toContain(`compared with ${place}origin/main (${main.slice(0, 7)})`);
    expect(status).toBe(0);
  });

  test('a full name that is not there is not looked for elsewhere', async () => {
    const { directory, branch } = clone();
    git(directory, 'update-ref', 'refs/tags/refs/remotes/origin/gone', branch);
    const { status, error } = await squadkit(['plan', directory, '--base', 'refs/remotes/origin/gone']);

    expect([status, error]).toEqual([1, expect.stringContaining('this repository has no such revision')]);
  });

  test('a commit by a part of its number, of which there is a tag', async () => {
    const { directory, main, branch } = clone();
    const name = main.slice(0, 8);
    git(directory, 'update-ref', `refs/tags/${name}`, branch);
    const { status, error } = await squadkit(['plan', directory, '--base', name]);

    expect([status, error]).toEqual([
      2,
      `squadkit: "${name}" may mean several things: write one of refs/tags/${name}, a commit by its whole number\n`,
    ]);
  });

  test.each(['origin/main', 'release-1.0', 'old'])('a directory %s where it is called', (name) => {
    const { directory } = clone();
    const planned = (base: string) =>
      spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), program, 'plan', '.', '--base', base], {
        cwd: directory,
        encoding: 'utf8',
      });
    git(directory, 'update-ref', '-d', 'refs/remotes/origin/main');
    mkdirSync(join(directory, name), { recursive: true });

    expect(planned(name).stderr).toBe(
      `squadkit: cannot compare with "${name}": this repository has no such revision, and the directory of that name is ./${name}; fetch it first (in CI: fetch-depth: 0)\n`,
    );
    expect(planned(`./${name}`).stdout).toContain(`compared with ./${name}`);
  });
});
