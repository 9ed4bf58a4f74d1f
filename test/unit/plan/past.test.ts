import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
