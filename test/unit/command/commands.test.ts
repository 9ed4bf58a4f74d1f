import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exampleFile, exampleTree, squadkit, treeOf, write } from '../../support/squadkit.ts';

const billing = exampleFile('squads/galaxy/billing.yaml');
const catalog = exampleFile('squads/quasar/catalog.yaml');

const changed = {
  'squads/galaxy/billing.yaml': null,
  'squads/quasar/catalog.yaml': catalog.replace('medium', 'large'),
};

test.each([
  { failOn: 'routine', want: 3 },
  { failOn: 'careful', want: 3 },
  { failOn: 'destructive', want: 3 },
])('--fail-on $failOn of a removal in production exits with $want', async ({ failOn, want }) => {
  const { status } = await squadkit(['plan', exampleTree(changed), '--base', exampleTree(), '--fail-on', failOn]);

  expect(status).toBe(want);
});

test('--fail-on is about what is asked for', async () => {
  const args = ['plan', exampleTree(changed), '--base', exampleTree(), '--fail-on', 'careful', '--squad', 'quasar'];
  const { status, out } = await squadkit(args);

  expect(out).toContain('quasar/catalog');
  expect(out).not.toContain('galaxy/billing');
  expect(status).toBe(0);
});

test('a refusal comes before a risk', async () => {
  const tree = exampleTree({ ...changed, 'squads/quasar/catalog.yaml': catalog.replace('pg_trgm', 'dblink') });
  const { status } = await squadkit(['plan', tree, '--base', exampleTree(), '--fail-on', 'routine']);

  expect(status).toBe(1);
});

test.each([
  { asked: ['billing'], want: ['galaxy/billing'] },
  { asked: ['quasar/catalog'], want: ['quasar/catalog'] },
  { asked: ['billing', 'catalog'], want: ['galaxy/billing', 'quasar/catalog'] },
])('--service $asked shows $want', async ({ asked, want }) => {
  const args = asked.flatMap((name) => ['--service', name]);
  const { out } = await squadkit(['plan', exampleTree(changed), '--base', exampleTree(), '--format', 'json', ...args]);

  expect(JSON.parse(out).changes.map(({ name }: { name: string }) => name)).toEqual(want);
});

test('JSON has the changes, who must agree, and with --resources what is underneath', async () => {
  const args = ['plan', exampleTree(changed), '--base', exampleTree(), '--format', 'json', '--service', 'catalog'];
  const plain = JSON.parse((await squadkit(args)).out);
  const full = JSON.parse((await squadkit([...args, '--resources'])).out);

  expect(plain).toMatchObject({
    risk: 'routine',
    approvals: [{ approver: 'squad quasar', handle: '@example/quasar', changes: ['quasar/catalog'] }],
    changes: [
      {
        kind: 'Service',
        name: 'quasar/catalog',
        action: 'change',
        risk: 'routine',
        squads: ['quasar'],
        refused: null,
        consequences: [
          {
            effect: 'change',
            where: { zone: 'meadow', component: 'aqua' },
            words:
              'changes namespace `quasar-catalog`: size large (8 CPU, 32 GiB memory, 100 GiB volumes, 80 pods) instead of medium (4 CPU, 16 GiB memory, 50 GiB volumes, 40 pods)',
          },
        ],
      },
    ],
  });
  expect(plain.changes[0]).not.toHaveProperty('resources');
  expect(full.changes[0].resources.map(({ name, action }: Record<string, string>) => [name, action])).toEqual([
    ['meadow.aqua.limits', 'change'],
    ['meadow.aqua.quota', 'change'],
  ]);
  expect(full.changes[0].resources[1].after.spec.forProvider.manifest.spec.hard.pods).toBe('80');
});

test('what cannot be planned at all is in the Markdown and the JSON too', async () => {
  const tree = exampleTree();
  const args = ['plan', join(tree, 'squads'), '--format'];
  const markdown = await squadkit([...args, 'markdown'], { [tree]: 'tree' });
  const json = await squadkit([...args, 'json'], { [tree]: 'tree' });

  expect(markdown.out).toContain('## Squadkit plan: this cannot be planned');
  expect(markdown.out).toContain('there is no Zone in tree/squads');
  expect(JSON.parse(json.out).problems[0].message).toContain('there is no Zone in tree/squads');
  expect([markdown.status, json.status]).toEqual([1, 1]);
});

test('validate says everything that is wrong, with line and column', async () => {
  const tree = exampleTree({
    'squads/galaxy/billing.yaml': billing
      .replace('spec:', 'spec:\n  owner: me\n  dataClass: secret')
      .replace('provider: kubernetes', 'provider: kubernetes\n          kubernetes: { size: huge, cpu: 4 }'),
    'squads/quasar/catalog.yaml': catalog.replace('pg_trgm', 'dblink'),
    'platform/zones/meadow.yaml': exampleFile('platform/zones/meadow.yaml').replace('version: 18', 'version: 9'),
  });
  const { status, error } = await squadkit(['validate', tree], { [tree]: 'tree' });

  expect(error.trimEnd().split('\n')).toEqual([
    'tree/platform/zones/meadow.yaml:15:18: spec.components[0].postgres.version: it is too little: write at least 16',
    'tree/squads/galaxy/billing.yaml:5:3: spec: "owner" is no field of this: remove it, or correct the name',
    'tree/squads/galaxy/billing.yaml:6:14: spec.dataClass: it has to be one of public, internal, confidential, restricted',
    'tree/squads/galaxy/billing.yaml:14:31: spec.zones[0].components[1].kubernetes.size: it has to be one of small, medium, large',
    'tree/squads/galaxy/billing.yaml:14:37: spec.zones[0].components[1].kubernetes: "cpu" is no field of this: remove it, or correct the name',
  ]);
  expect(status).toBe(1);
});

test('validate takes a Service in a closed zone for one that is there', async () => {
  const closed = exampleFile('platform/zones/frontier.yaml').replace('spec:', 'spec:\n  lifecycle: Closed');

  expect((await squadkit(['validate', exampleTree({ 'platform/zones/frontier.yaml': closed })])).status).toBe(0);
});

test('an existing Service goes on in a closed zone, and a new one is refused there', async () => {
  const closed = exampleFile('platform/zones/frontier.yaml').replace('spec:', 'spec:\n  lifecycle: Closed');
  const zone = { 'platform/zones/frontier.yaml': closed };
  const less = billing.replace('provider: postgres', 'provider: postgres\n          postgres: { connections: 4 }');
  const existing = await squadkit([
    'plan',
    exampleTree({ ...zone, 'squads/galaxy/billing.yaml': less }),
    '--base',
    exampleTree(zone),
  ]);
  const ledger = { 'squads/galaxy/ledger.yaml': billing.replace('name: billing', 'name: ledger') };
  const fresh = await squadkit(['plan', exampleTree({ ...zone, ...ledger }), '--base', exampleTree(zone)]);

  expect(existing.out).toContain('~ Service galaxy/billing: changes in frontier (production)');
  expect(existing.status).toBe(0);
  expect(fresh.out).toContain('ZoneClosed: zone frontier is closed and takes nothing new');
  expect(fresh.status).toBe(1);
});

// Guard rail: nobody-owns-their-guard-rails
test('codeowners: each squad owns its folder, and nobody their own guard rails', async () => {
  const zone = exampleFile('platform/zones/meadow.yaml');
  const tree = exampleTree({ 'platform/zones/meadow.yaml': null, 'squads/nobody/my zone.yaml': zone });
  const { out } = await squadkit(['codeowners', tree]);

  expect(
    out,
  ).toBe(`# Written by \`squadkit codeowners\`: run it again instead of changing this file. The last line that fits a file counts.
* @example/platform

# Each squad owns what it asks for.
/squads/galaxy/ @example/galaxy
/squads/quasar/ @example/quasar

# Nobody owns their own guard rails, wherever they lie.
/approvals.yaml @example/platform
/platform/squads/galaxy.yaml @example/platform
/platform/squads/quasar.yaml @example/platform
/platform/zones/frontier.yaml @example/platform
/squads/nobody/my\\ zone.yaml @example/platform
CODEOWNERS @example/platform
/.github/ @example/platform
/.gitlab-ci.yml @example/platform
`);
});

test('codeowners --check: the one in the examples is what would be written', async () => {
  const tree = exampleTree();
  const file = join(tree, '.github/CODEOWNERS');
  expect((await squadkit(['codeowners', tree, '--check', file])).status).toBe(0);

  write(tree, { '.github/CODEOWNERS': '* @example/galaxy\n' });
  const stale = await squadkit(['codeowners', tree, '--check', file]);
  expect(stale.error).toContain('is not what `squadkit codeowners` writes');
  expect(stale.status).toBe(1);
});

describe('resources of a tree in which a Service is refused', () => {
  const tree = () =>
    exampleTree({
      'squads/quasar/catalog.yaml': catalog.replace('pg_trgm', 'dblink'),
      'squads/quasar/b.yaml': 'a: b: c',
    });

  test('are told of the others, and the status is 1', async () => {
    const directory = tree();
    const { status, out, error } = await squadkit(['resources', directory], { [directory]: 'tree' });
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect(lines.map(({ service, resources }) => [service, resources === null])).toEqual([
      ['galaxy/billing', false],
      ['quasar/catalog', true],
      [undefined, false],
    ]);
    expect(lines.at(-1)).toEqual({ refused: 2 });
    expect(error).toContain('tree/squads/quasar/catalog.yaml:13:');
    expect(error).toContain('tree/squads/quasar/b.yaml:1:');
    expect(status).toBe(1);
    expect((await squadkit(['resources', exampleTree()])).status).toBe(0);
  });

  test.each([
    { what: 'ends with 0', script: 'console.log(answer)', status: 0 },
    {
      what: 'tells of all and refuses one',
      script: 'console.log(answer); console.log(last); process.exit(1)',
      status: 0,
    },
    {
      what: 'tells of all and ends oddly',
      script: 'console.log(answer); console.log(last); process.exit(7)',
      status: 1,
    },
    { what: 'stops', script: 'console.log(answer); console.error("squadkit: no"); process.exit(1)', status: 1 },
    { what: 'breaks', script: 'console.log(answer); throw new TypeError("no")', status: 1 },
  ])('of another version, which $what', async ({ script, status }) => {
    const answer = JSON.stringify({ service: 'galaxy/billing', resources: {} });
    const last = JSON.stringify({ refused: 1 });
    const names = `const answer = ${JSON.stringify(answer)}; const last = ${JSON.stringify(last)};`;
    const bundle = join(treeOf({ 'other.mjs': `${names} ${script}` }), 'other.mjs');

    expect((await squadkit(['plan', exampleTree(), '--base-version', bundle])).status).toBe(status);
  });
});

test.each(['a folder', 'a pipe', 'a device', 'a link to a device'])(
  'codeowners --check of %s: one sentence',
  async (what) => {
    const folder = treeOf({ 'more/a': '' });
    const file = what === 'a device' ? '/dev/zero' : join(folder, what === 'a folder' ? 'more' : 'there');
    if (what === 'a pipe') execFileSync('mkfifo', [file]);
    if (what === 'a link to a device') symlinkSync('/dev/zero', file);
    const { status, error } = await squadkit(['codeowners', exampleTree(), '--check', file]);

    expect(error).toBe(`squadkit: ${file} is not a file: name the file CODEOWNERS that is committed\n`);
    expect(status).toBe(1);
  },
);

test('codeowners needs to know how people are called', async () => {
  const { status, error } = await squadkit(['codeowners', exampleTree({ 'approvals.yaml': null })]);

  expect(error).toContain('write spec.handles.squad and spec.handles.platform into a document of kind Approvals');
  expect(status).toBe(1);
});

test('the rules of the examples are the ones that hold without them', async () => {
  const base = exampleTree();
  const [withRules, without] = [exampleTree(changed), exampleTree({ ...changed, 'approvals.yaml': null })];
  const approvers = async (tree: string, before: string) =>
    JSON.parse(
      (await squadkit(['plan', tree, '--base', before, '--format', 'json', '--squad', 'galaxy'])).out,
    ).approvals.map(({ approver }: { approver: string }) => approver);

  expect(await approvers(withRules, base)).toEqual(['squad galaxy', 'platform']);
  expect(await approvers(without, exampleTree({ 'approvals.yaml': null }))).toEqual(['squad galaxy', 'platform']);
});

test('codeowners --check says of a file that is not there that it is not there', async () => {
  const { status, error } = await squadkit(['codeowners', exampleTree(), '--check', '/nowhere/CODEOWNERS']);

  expect(status).toBe(1);
  expect(error).toBe(
    'squadkit: /nowhere/CODEOWNERS cannot be read: write into it what `squadkit codeowners` says, and commit it\n',
  );
});

test('codeowners of a tree whose platform lies elsewhere names what is in the tree, and nothing of the platform', async () => {
  const tree = exampleTree({ 'approvals.yaml': null });
  const platform = exampleTree();
  const whole = await squadkit(['codeowners', platform]);
  const { status, out, error } = await squadkit(['codeowners', join(tree, 'squads'), '--platform', join(platform)]);

  expect([status, error]).toEqual([1, expect.stringContaining('is also in')]);
  expect(whole.out).toContain('/platform/zones/frontier.yaml');

  const squadsOnly = treeOf({ 'squads/galaxy/billing.yaml': exampleFile('squads/galaxy/billing.yaml') });
  const rest = exampleTree({ 'squads/galaxy/billing.yaml': null, 'squads/quasar/catalog.yaml': null });
  const apart = await squadkit(['codeowners', squadsOnly, '--platform', rest]);

  expect(apart.status).toBe(0);
  expect(apart.out).toContain('/squads/galaxy/ @example/galaxy');
  expect(apart.out).not.toContain('platform/zones');
  expect(out).toBe('');
});

test('two sets of rules are a problem, whatever they are called: nobody could tell which counts', async () => {
  const approvals = exampleFile('approvals.yaml');
  const tree = exampleTree({ 'squads/galaxy/zz.yaml': approvals.replace('name: example', 'name: mine') });
  const { status, error } = await squadkit(['validate', tree]);

  expect(status).toBe(1);
  expect(error).toMatch(
    /squads\/galaxy\/zz\.yaml:\d+:\d+: Approvals is also in .*approvals\.yaml:\d+: keep one of them/,
  );
});
