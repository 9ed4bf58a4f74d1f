import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/folder.ts';
import { exampleFile, exampleRepository, exampleTree, git, squadkit, write } from '../../support/squadkit.ts';

const file = 'squads/galaxy/billing.yaml';
const zone = 'platform/zones/frontier.yaml';
const squad = 'platform/squads/galaxy.yaml';
const billing = exampleFile(file);
const database = /^ +- name: spike.*\n +provider: postgres\n/m;
const tooMany = billing.replace(
  'provider: postgres\n',
  'provider: postgres\n          postgres: { connections: 61 }\n',
);
const without = billing.replace(database, '');

const planned = async (tree: string, base: string) => (await squadkit(['plan', tree, '--base', base])).out;

/** A repository whose branch main has gone through these steps. */
const gone = (...steps: Record<string, string | null>[]): string => {
  const repository = exampleRepository();
  for (const step of steps) {
    write(repository, step);
    git(repository, 'commit', '-qam', 'A step');
  }
  git(repository, 'checkout', '-qb', 'change');

  return repository;
};

/** Each way in which a Service, or what it depends on, comes to be refused while it is there. */
const refusals: Record<string, Record<string, string | null>[]> = {
  'by its own document': [{ [file]: tooMany }],
  'twice, in two ways': [{ [file]: tooMany }, { [file]: tooMany.replace('61', '62') }],
  'by a Zone': [
    { [zone]: exampleFile(zone).replace(/connections: \{.*/, 'connections: { total: 950, default: 3, max: 3 }') },
    { [file]: tooMany },
  ],
  'by a Zone that is wrong itself': [
    { [zone]: exampleFile(zone).replace('environment: production', 'environment: moon') },
  ],
  'by a Squad that is wrong itself': [{ [squad]: exampleFile(squad).replace(/group: .*/, 'group: ""') }],
};

describe('what was refused in the base goes on as it was accepted last, and is not nothing', () => {
  for (const [how, steps] of Object.entries(refusals)) {
    test(`${how}: removing it ends what it has`, async () => {
      const repository = gone(...steps);
      write(repository, { [file]: null, [zone]: exampleFile(zone), [squad]: exampleFile(squad) });
      const out = await planned(repository, 'main');

      expect(out).toContain('- Service galaxy/billing: removed from frontier (production)');
      expect(out).toContain('Risk: destructive');
      expect(out).toMatch(/squad galaxy/);
    });

    test(`${how}: taking its database away is told`, async () => {
      const repository = gone(...steps);
      write(repository, { [file]: without, [zone]: exampleFile(zone), [squad]: exampleFile(squad) });
      const out = await planned(repository, 'main');

      expect(out).toContain('~ Service galaxy/billing: changes in frontier (production)');
      expect(out).toContain('Risk: destructive');
    });
  }

  test('where it was never accepted there is nothing, and mending it makes something new', async () => {
    const repository = exampleRepository();
    write(repository, { [file]: null });
    git(repository, 'commit', '-qam', 'None');
    write(repository, { [file]: tooMany });
    git(repository, 'add', '-A');
    git(repository, 'commit', '-qam', 'Refused from the start');
    git(repository, 'checkout', '-qb', 'change');
    write(repository, { [file]: billing });
    expect(await planned(repository, 'main')).toContain('+ Service galaxy/billing: new in frontier (production)');

    // The first commit had it, but it was taken away since.
    write(repository, { [file]: null });
    expect(await planned(repository, 'main')).toContain('Service galaxy/billing: removed; it was refused');
  });

  test.each([
    ['removed', null, '- Service galaxy/billing: removed, with whatever it has'],
    ['mended', billing, '~ Service galaxy/billing: changes to what is in frontier (production)'],
  ])('where no history tells, nobody knows: %s', async (_, content, want) => {
    const [before, after] = [exampleTree({ [file]: tooMany }), exampleTree({ [file]: content })];
    const out = await planned(after, before);

    expect(out).toContain(want);
    expect(out).toContain('it was refused before, so what it has is not told by this tree, and may end by this');
    expect(out).toContain('Risk: destructive');
    expect(out).toContain('platform');
  });

  test.each(['Zone', 'Squad'])('a %s that is refused in the base is not new', async (kind) => {
    const [path, wrong] =
      kind === 'Zone'
        ? [zone, exampleFile(zone).replace('environment: production', 'environment: moon')]
        : [squad, exampleFile(squad).replace(/group: .*/, 'group: ""')];
    const repository = gone({ [path]: wrong });
    write(repository, {
      [path]: exampleFile(path)
        .replace('metadata:', 'metadata:\n  labels: { example.org/more: one }')
        .replace('metadata: {', 'metadata: { labels: { example.org/more: one },'),
    });
    const name = kind === 'Zone' ? 'frontier' : 'galaxy';

    expect(await planned(repository, 'main')).toContain(`~ ${kind} ${name}: changes`);
    const before = exampleTree({ [path]: wrong });
    expect(await planned(repository, before)).toMatch(
      new RegExp(`~ ${kind} ${name}: changes[^+]*it was refused before`),
    );
  });
});

describe('who must agree is not named by the change itself', () => {
  const approvals = exampleFile('approvals.yaml');

  test('the people of a squad are those of before', async () => {
    const before = exampleTree({ 'approvals.yaml': approvals.replace(/squad: .*/, 'squad: "@example/{group}"') });
    const after = exampleTree({
      'approvals.yaml': approvals.replace(/squad: .*/, 'squad: "@example/{group}"'),
      [squad]: exampleFile(squad).replace(/group: .*/, 'group: evil'),
      [file]: without,
    });
    const out = await planned(after, before);

    expect(out).toContain('squad galaxy (@example/galaxy)');
    expect(out).not.toContain('@example/evil');
  });

  test('a handle that only the change has is not said', async () => {
    const before = exampleTree({ 'approvals.yaml': null });
    const after = exampleTree({
      'approvals.yaml': approvals.replace(/platform: .*/, 'platform: "@mallory"'),
      [file]: without,
    });

    expect(await planned(after, before)).not.toContain('@mallory');
  });
});

test('a repository of the platform alone does not say that nothing uses what goes', async () => {
  const [before, after] = [exampleTree(), exampleTree({ [zone]: null })];
  for (const tree of [before, after]) {
    mkdirSync(join(tree, 'empty'));
    write(tree, { [file]: null, 'squads/quasar/catalog.yaml': null });
  }
  write(before, { [zone]: exampleFile(zone).replace('spec:', 'spec:\n  lifecycle: Closed') });
  const out = await planned(after, before);

  expect(out).toContain('no Service was read, so what uses it, and ends by this, is not told by this tree');
  expect(out).toContain('Risk: destructive');
  const changed = await planned(before, exampleTree({ [file]: null, 'squads/quasar/catalog.yaml': null }));
  expect(changed).toContain('no Service was read, so which it touches is not told');
});

describe('where nobody knows how it was, it is not nothing', () => {
  /** The Service removed, and its database taken away, by what a plan says of each. */
  const both = async (repository: string, service: string, ...args: string[]) => {
    const plan = async (content: string | null) => {
      write(repository, { [service]: content });
      return (await squadkit(['plan', ...args])).out;
    };

    return [await plan(null), await plan(without)];
  };

  test('as the platform has a repository of its own, in which it may have been otherwise', async () => {
    const [example, platform, repository] = [exampleRepository(), temporaryDirectory(), temporaryDirectory()];
    cpSync(join(example, 'platform'), join(platform, 'platform'), { recursive: true });
    cpSync(join(example, 'squads'), join(repository, 'squads'), { recursive: true });
    const commit = (message: string) => {
      git(repository, 'add', '-A');
      git(repository, 'commit', '-qm', message);
    };
    git(repository, 'init', '-q', '-b', 'main');
    write(repository, { [file]: tooMany });
    commit('Refused');
    git(repository, 'checkout', '-qb', 'change');
    const args = [repository, '--base', 'main', '--platform', join(platform, 'platform')];
    for (const out of await both(repository, file, ...args)) expect(out).toContain('Risk: destructive');

    // Accepted by the platform as it is, before it was refused.
    git(repository, 'checkout', '-q', '-f', 'main');
    write(repository, { [file]: billing });
    commit('Accepted');
    write(repository, { [file]: tooMany });
    commit('Refused again');
    git(repository, 'checkout', '-qB', 'change');
    const [removed, taken] = await both(repository, file, ...args);
    expect(removed).toContain('- Service galaxy/billing: removed from frontier (production)');
    expect(taken).toContain('galaxy_billing');
    for (const out of [removed, taken]) expect(out).toContain('Risk: destructive');
  });

  test('as the tree lay elsewhere before', async () => {
    const repository = exampleRepository();
    mkdirSync(join(repository, 'deploy'));
    git(repository, 'mv', 'platform', 'squads', 'approvals.yaml', 'deploy/');
    write(repository, { [`deploy/${file}`]: tooMany });
    git(repository, 'commit', '-qam', 'Moved, and refused');
    git(repository, 'checkout', '-qb', 'change');

    for (const out of await both(repository, `deploy/${file}`, join(repository, 'deploy'), '--base', 'main'))
      expect(out).toContain('Risk: destructive');
  });

  test('as the version that is there refuses it', async () => {
    const other = join(temporaryDirectory(), 'squadkit.mjs');
    writeFileSync(
      other,
      "console.log(JSON.stringify({ service: 'galaxy/billing', resources: null })); console.log(JSON.stringify({ refused: 1 })); process.exitCode = 1;",
    );
    const of = (repository: string) => [
      ...[repository, '--base', 'main', '--base-version', other],
      ...['--service', 'galaxy/billing'],
    ];
    const accepted = gone({ [file]: tooMany });
    for (const out of await both(accepted, file, ...of(accepted))) {
      expect(out).toContain('Risk: destructive');
      expect(out).not.toContain('Nobody has to agree');
    }
  });
});
