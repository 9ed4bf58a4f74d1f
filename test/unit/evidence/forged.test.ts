import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { historyOf } from '../../../functions/evidence/history.ts';
import { temporaryDirectory } from '../../support/folder.ts';
import { exampleFile, exampleRepository, git, squadkit, write } from '../../support/squadkit.ts';

const file = 'squads/galaxy/billing.yaml';
const billing = exampleFile(file);

afterEach(() => vi.unstubAllEnvs());

/** Says something in a file of a repository, as somebody at some time. */
const commit = (repository: string, who: string, files: Record<string, string | null>, when = '2026-01-01') => {
  write(repository, files);
  git(repository, 'add', '-A');
  as(repository, who, when, 'commit', '-qm', `by ${who}`);
};

const as = (repository: string, who: string, when: string, ...args: string[]) => {
  vi.stubEnv('GIT_AUTHOR_DATE', `${when}T10:00:00+0000`);
  vi.stubEnv('GIT_COMMITTER_DATE', `${when}T10:00:00+0000`);
  git(repository, '-c', `user.name=${who}`, '-c', `user.email=${who}@example.org`, ...args);
};

const merge = (repository: string, who: string, branch: string, ...options: string[]) =>
  as(repository, who, '2026-02-01', 'merge', '-q', '--no-ff', '-m', `merge of ${who}`, ...options, branch);

const told = (repository: string, name = file, most = 5) => {
  const { commits, ...rest } = historyOf({ file: join(repository, name), tree: repository }, most);
  return {
    ...rest,
    by: commits.map(({ author, merge }) => `${nameIn(author)}${merge ? ` by ${nameIn(merge.author)}` : ''}`),
  };
};

const nameIn = (person: string): string => person.split(' ')[0] ?? '';

describe('who made a document what it is, whatever a history looks like', () => {
  test('a merge that has what neither side had', () => {
    const repository = exampleRepository();
    git(repository, 'checkout', '-qb', 'side');
    commit(repository, 'dave', { 'squads/galaxy/notes.txt': 'x' });
    git(repository, 'checkout', '-q', 'main');
    commit(repository, 'grace', { 'squads/galaxy/more.txt': 'x' });
    merge(repository, 'mallory', 'side', '--no-commit');
    commit(repository, 'mallory', { [file]: `${billing}# evil\n` });

    expect(told(repository).by).toEqual(['mallory', 'test']);
  });

  test('a branch that renames and renames back, in the future, hides nothing that was said meanwhile', () => {
    const repository = exampleRepository();
    git(repository, 'checkout', '-qb', 'side');
    git(repository, 'mv', file, 'squads/galaxy/zz.yaml');
    commit(repository, 'dave', {}, '2026-01-02');
    git(repository, 'mv', 'squads/galaxy/zz.yaml', file);
    commit(repository, 'dave', {}, '2027-01-02');
    git(repository, 'checkout', '-q', 'main');
    commit(repository, 'mallory', { [file]: `${billing}# said\n` }, '2026-01-03');
    merge(repository, 'grace', 'side');

    expect(told(repository).by).toEqual(['mallory', 'test']);
  });

  test("what a branch says and takes back, under a name of authority, is nobody's doing", async () => {
    const repository = exampleRepository();
    const galaxy = 'platform/squads/galaxy.yaml';
    const was = exampleFile(galaxy);
    commit(repository, 'realadmin', { [galaxy]: `${was}# agreed\n` });
    git(repository, 'checkout', '-qb', 'side');
    commit(repository, 'eve', { [galaxy]: was });
    commit(repository, 'head-of-security', { [galaxy]: `${was}# agreed\n`, 'a.txt': 'a' });
    git(repository, 'checkout', '-q', 'main');
    merge(repository, 'grace', 'side');

    expect(told(repository, galaxy).by).toEqual(['realadmin', 'test']);
    const { out } = await squadkit(['evidence', 'galaxy/billing', repository]);
    expect(out).toMatch(/squad +galaxy, in .*: last changed .* by realadmin </);
  });

  test.each(['ours', 'theirs'])('a merge that drops what one side said is told itself: %s', (side) => {
    const repository = exampleRepository();
    git(repository, 'checkout', '-qb', 'side');
    commit(repository, 'dave', { [file]: `${billing}# of the side\n` });
    git(repository, 'checkout', '-q', 'main');
    commit(repository, 'grace', { [file]: `${billing}# of main\n` });
    merge(repository, 'mallory', 'side', '-X', side);

    // With ours nothing on main changes; with theirs what main said is gone, and only the merge says so.
    expect(told(repository).by).toEqual(
      side === 'ours' ? ['grace', 'test'] : ['mallory', 'dave by mallory', 'grace', 'test'],
    );
  });

  test('a merge that takes back what main said, with a branch that never touched it', () => {
    const repository = exampleRepository();
    git(repository, 'checkout', '-qb', 'side');
    commit(repository, 'dave', { 'a.txt': 'a' });
    git(repository, 'checkout', '-q', 'main');
    commit(repository, 'grace', { [file]: `${billing}# of main\n` });
    merge(repository, 'mallory', 'side', '--no-commit');
    commit(repository, 'mallory', { [file]: billing });

    expect(told(repository).by).toEqual(['mallory', 'grace', 'test']);
  });

  test('a branch that was brought up to date in between, and one that was merged into it', () => {
    const repository = exampleRepository();
    git(repository, 'checkout', '-qb', 'side');
    commit(repository, 'dave', { [file]: billing.replace('spec:', 'spec:\n  description: dave') });
    git(repository, 'checkout', '-qb', 'inner');
    commit(repository, 'ida', { [file]: `${billing.replace('spec:', 'spec:\n  description: dave')}# ida\n` });
    git(repository, 'checkout', '-q', 'main');
    commit(repository, 'grace', { 'a.txt': 'a' });
    git(repository, 'checkout', '-q', 'side');
    merge(repository, 'dave', 'main');
    merge(repository, 'dave', 'inner');
    git(repository, 'checkout', '-q', 'main');
    merge(repository, 'grace', 'side');

    expect(told(repository).by).toEqual(['ida by grace', 'dave by grace', 'test']);
  });

  test('a file that went and came back under its name by a rename keeps what was said under the other', () => {
    const repository = exampleRepository();
    git(repository, 'mv', file, 'squads/galaxy/zz.yaml');
    commit(repository, 'dave', {});
    commit(repository, 'mallory', { 'squads/galaxy/zz.yaml': `${billing}# more\n` });
    git(repository, 'mv', 'squads/galaxy/zz.yaml', file);
    commit(repository, 'dave', {});

    expect(told(repository).by).toEqual(['dave', 'mallory', 'dave', 'test']);
  });

  test('many words of a merged branch push nobody out: whoever is not told one by one is named', async () => {
    const repository = exampleRepository();
    git(repository, 'checkout', '-qb', 'side');
    commit(repository, 'mallory', { [file]: `${billing}# mallory\n` });
    for (let number = 0; number < 5; number += 1)
      commit(repository, 'dave', { [file]: `${billing}# mallory\n# ${number}\n` });
    git(repository, 'checkout', '-q', 'main');
    merge(repository, 'grace', 'side');

    expect(told(repository)).toMatchObject({
      withLast: { commits: 1, authors: ['mallory <mallory@example.org>'] },
      more: 1,
    });
    const { out } = await squadkit(['evidence', 'galaxy/billing', repository]);
    expect(out).toContain('and 1 more by that merge, of mallory <mallory@example.org>');
  });
});

/** Numbers that are the same in every run (mulberry32). */
const numbers = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};

/** Commits and merges of every kind, on branches that are merged into each other. */
const tangle = (seed: number): string => {
  const next = numbers(seed);
  const repository = exampleRepository();
  const branches = ['main', 'one', 'two'];
  for (const branch of branches.slice(1)) git(repository, 'branch', branch);
  for (let step = 0; step < 14; step += 1) {
    const branch = branches[Math.floor(next() * 3)] as string;
    git(repository, 'checkout', '-q', branch);
    const content = `${billing}# ${Math.floor(next() * 4)}\n`;
    if (next() < 0.5)
      commit(
        repository,
        `p${step}`,
        { [file]: content, [`n${step}.txt`]: 'x' },
        `2026-01-${10 + Math.floor(next() * 19)}`,
      );
    else {
      const other = branches.filter((name) => name !== branch)[Math.floor(next() * 2)] as string;
      const way = next();
      merge(
        repository,
        `m${step}`,
        other,
        '-s',
        way < 0.3 ? 'ours' : 'ort',
        ...(way < 0.3 ? [] : ['-X', way < 0.6 ? 'ours' : 'theirs']),
      );
      // Where there was nothing to merge there is no merge.
      const [, , ...merged] = git(repository, 'rev-list', '--parents', '--max-count=1', 'HEAD').trim().split(' ');
      if (way > 0.9 && merged.length > 0) {
        write(repository, { [file]: `${content}# in the merge\n` });
        as(repository, `m${step}`, '2026-02-01', 'commit', '-qa', '--amend', '--no-edit');
      }
    }
  }
  git(repository, 'checkout', '-q', 'main');

  return repository;
};

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'of any history, each change that the branch went through is told, and nothing else: %i',
  (seed) => {
    const repository = tangle(seed);
    const said = (...args: string[]) => git(repository, ...args).trim();
    const blob = (at: string) => said('rev-parse', `${at}:${file}`);
    const line = said('rev-list', '--first-parent', 'HEAD').split('\n');
    const changed = line.filter((id, at) => at === line.length - 1 || blob(id) !== blob(line[at + 1] as string));
    const { commits, more, withLast } = historyOf({ file: join(repository, file), tree: repository }, 1000);

    expect([...new Set(commits.map(({ id, merge }) => merge?.id ?? id))]).toEqual(changed);
    expect([more, withLast]).toEqual([0, undefined]);
    for (const { id, merge } of commits.filter(({ merge }) => merge !== undefined)) {
      const first = said('rev-parse', `${merge?.id}^1`);
      expect(() => git(repository, 'merge-base', '--is-ancestor', id, merge?.id as string)).not.toThrow();
      expect(() => git(repository, 'merge-base', '--is-ancestor', id, first)).toThrow();
      expect(blob(id)).not.toBe(blob(`${id}^1`));
    }
  },
);

describe('a signature is told with whose key it was', () => {
  /** What looks at signatures: a program that says of every one what gpg would. */
  const gpgSays = (...words: string[]): void => {
    const place = temporaryDirectory();
    mkdirSync(join(place, 'bin'));
    writeFileSync(
      join(place, 'bin/gpg'),
      `#!/bin/sh\nprintf '%s\\n' ${words.map((word) => `'[GNUPG:] ${word}'`).join(' ')}\n`,
    );
    chmodSync(join(place, 'bin/gpg'), 0o755);
    vi.stubEnv('PATH', `${join(place, 'bin')}:${process.env.PATH}`);
  };

  /** The last commit with a signature in it. */
  const signed = (): string => {
    const repository = exampleRepository();
    commit(repository, 'boss', { [file]: `${billing}# more\n` });
    const raw = git(repository, 'cat-file', 'commit', 'HEAD');
    const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n';
    writeFileSync(join(repository, '.git/signed'), raw.replace('\n\n', `\n${signature}`));
    const id = git(repository, 'hash-object', '-t', 'commit', '-w', '.git/signed').trim();
    git(repository, 'update-ref', 'HEAD', id);
    return repository;
  };

  const print = 'A'.repeat(40);

  test.each([
    ['boss <boss@example.org>', true],
    ['mallory <mallory@example.org>', false],
    ['boss@example.org <mallory@example.org>', false],
  ])('%s', async (signer, isCommitter) => {
    gpgSays(
      'NEWSIG',
      `GOODSIG ${print.slice(0, 16)} ${signer}`,
      `VALIDSIG ${print} 2026-01-01 1 0 4 0 1 8 00 ${print}`,
      'TRUST_ULTIMATE 0 pgp',
    );
    const repository = signed();
    const { out } = await squadkit(['evidence', 'galaxy/billing', repository]);

    expect(out).toContain(
      `signed, and the signature is good: the key of ${signer} (${print})${isCommitter ? '' : ', who is not who committed it'}; committed`,
    );
  });
});
