import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleFile, exampleTree, type Files, squadkit, treeOf } from '../../support/squadkit.ts';

const billing = exampleFile('squads/galaxy/billing.yaml');

/** What is put beside the examples, and the one sentence that it gets. */
const cases: { name: string; files: Files; want: string }[] = [
  {
    name: 'broken YAML',
    files: { 'squads/galaxy/broken.yaml': 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: [\n' },
    want: 'tree/squads/galaxy/broken.yaml:4:1: this is not YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
  },
  {
    name: 'broken YAML that does not say whose it is, in a folder of a squad',
    files: { 'squads/galaxy/broken.yaml': 'a: b: c\n' },
    want: 'tree/squads/galaxy/broken.yaml:1:4: this is not YAML: nested mappings are not allowed in compact mappings',
  },
  {
    name: 'a key twice',
    files: { 'squads/galaxy/billing.yaml': billing.replace('spec:', 'spec: {}\nspec:') },
    want: 'tree/squads/galaxy/billing.yaml:5:1: this is not YAML: map keys must be unique',
  },
  {
    name: 'nested without end',
    files: { 'squads/galaxy/deep.yaml': `# squadkit.io/\n${'['.repeat(50_000)}` },
    want: 'tree/squads/galaxy/deep.yaml:2:200: this cannot be read as YAML: it is nested too deeply',
  },
  {
    name: 'aliases that multiply',
    files: {
      'squads/galaxy/bomb.yaml': `a: &a [x, x]\n${[...'bcdefghij'].map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]`).join('\n')}\n`,
    },
    want: 'tree/squads/galaxy/bomb.yaml:1:1: this cannot be read as YAML: excessive alias count indicates a resource exhaustion attack',
  },
  {
    name: 'two documents for one Service',
    files: { 'squads/galaxy/copy.yaml': `# a copy\n${billing}` },
    want: 'tree/squads/galaxy/copy.yaml:2:1: Service galaxy/billing is also in tree/squads/galaxy/billing.yaml:1: keep one of them',
  },
  {
    name: 'two documents for one Zone, in one file',
    files: { 'zones.yaml': `---\n${exampleFile('platform/zones/frontier.yaml')}` },
    want: 'tree/zones.yaml:2:1: Zone frontier is also in tree/platform/zones/frontier.yaml:1: keep one of them',
  },
  {
    name: "a Service in another squad's folder",
    files: { 'squads/quasar/more/billing.yaml': billing.replace('name: billing', 'name: other') },
    want: 'tree/squads/quasar/more/billing.yaml:3:37: Service other of squad galaxy lies in the folder of squad quasar: move it to squads/galaxy/, or write namespace: quasar',
  },
  {
    name: 'an unknown kind',
    files: { 'squads/galaxy/billing.yaml': billing.replace('kind: Service', 'kind: Servise') },
    want: 'tree/squads/galaxy/billing.yaml:2:7: kind "Servise" is unknown: use Service, Squad or Zone',
  },
  {
    name: 'no kind',
    files: { 'squads/galaxy/billing.yaml': billing.replace('kind: Service\n', '') },
    want: 'tree/squads/galaxy/billing.yaml:1:1: kind is missing and is unknown: use Service, Squad or Zone',
  },
  {
    name: 'an unknown version',
    files: { 'squads/galaxy/billing.yaml': billing.replace('v1alpha1', 'v1') },
    want: 'tree/squads/galaxy/billing.yaml:1:13: apiVersion squadkit.io/v1 is unknown: write squadkit.io/v1alpha1',
  },
  {
    name: 'a Service without a squad',
    files: { 'squads/galaxy/billing.yaml': billing.replace(', namespace: galaxy', '') },
    want: 'tree/squads/galaxy/billing.yaml:3:1: Service billing has no metadata.namespace: write the name of your squad',
  },
  {
    name: 'a name that YAML takes for a number',
    files: { 'squads/galaxy/billing.yaml': billing.replace('name: billing', 'name: 7') },
    want: 'tree/squads/galaxy/billing.yaml:3:19: metadata.name is not text: put it in quotes',
  },
  {
    name: 'a document without spec',
    files: { 'squads/galaxy/empty.yaml': billing.replace(/spec:[\s\S]*/, '').replace('billing', 'empty') },
    want: 'tree/squads/galaxy/empty.yaml:1:1: this Service has no spec: say there what it is',
  },
  {
    name: 'a file of 2 MB with a document',
    files: { 'squads/galaxy/long.yaml': `${billing.replace('billing', 'long')}# ${'x'.repeat(2 * 1024 * 1024)}\n` },
    want: 'tree/squads/galaxy/long.yaml: this file has 2.0 MB, and a document has at most 1 MB: split it',
  },
  {
    name: 'a file of 10 MB',
    files: { 'anywhere/huge.yaml': Buffer.alloc(10 * 1024 * 1024, 'x') },
    want: 'tree/anywhere/huge.yaml: this file has 10.0 MB, and a document has at most 1 MB: take it out of the tree',
  },
  {
    name: 'a file in Latin-1',
    files: { 'squads/galaxy/latin.yaml': Buffer.from('# Z\u00fcrich\na: b\n', 'latin1') },
    want: 'tree/squads/galaxy/latin.yaml: this file is not text, or in another encoding: save it as UTF-8',
  },
  {
    name: 'a file in UTF-16, as PowerShell writes it',
    files: { 'squads/galaxy/utf16.yaml': Buffer.from(`\ufeff${billing}`, 'utf16le') },
    want: 'tree/squads/galaxy/utf16.yaml: this file is in UTF-16: save it as UTF-8',
  },
  {
    name: 'JSON with a comma too many',
    files: { 'squads/galaxy/a.json': '{"apiVersion": "squadkit.io/v1alpha1", "kind": "ServiceList", "items": [],}\n' },
    want: 'tree/squads/galaxy/a.json:1:1: this is YAML and not JSON: call the file .yaml, or write JSON',
  },
  {
    name: 'JSON and another document',
    files: {
      'squads/galaxy/a.json':
        '{"apiVersion": "squadkit.io/v1alpha1", "kind": "ServiceList", "items": []}\n---\n{"apiVersion": "v1", "kind": "List", "items": []}\n',
    },
    want: 'tree/squads/galaxy/a.json:2:1: after the first document, some tools read no other here: give each a file, or make a List',
  },
  {
    name: 'rules that nobody can follow',
    files: { 'approvals.yaml': exampleFile('approvals.yaml').replace('[security]', '[auditors]') },
    want: 'tree/approvals.yaml:20:19: spec.rules[2].approvers[0] is not valid. Platform: correct it (it has to be one of squad, platform, security).',
  },
];

test.each(cases)('$name: one sentence with file and line, and exit status 1', async ({ files, want }) => {
  const tree = exampleTree(files);
  const { status, out, error } = await squadkit(['plan', tree], { [tree]: 'tree' });

  expect(error).toBe(`${want}\n`);
  expect(out).toBe('');
  expect(status).toBe(1);
});

test('symbolic links that lead nowhere or in a circle', async () => {
  const tree = exampleTree();
  symlinkSync('loop.yaml', join(tree, 'squads/loop.yaml'));
  symlinkSync('nothing', join(tree, 'squads/nowhere'));
  const { status, error } = await squadkit(['plan', tree], { [tree]: 'tree' });

  expect(error.split('\n')).toEqual([
    'tree/squads/loop.yaml: this symbolic link leads back to itself: remove it, or point it to a file',
    'tree/squads/nowhere: this symbolic link leads nowhere: remove it, or point it to a file',
    '',
  ]);
  expect(status).toBe(1);
});

test('a symbolic link to documents is not followed, and is not passed over either', async () => {
  const tree = exampleTree();
  symlinkSync('..', join(tree, 'squads/up'));
  symlinkSync('galaxy/billing.yaml', join(tree, 'squads/again.yaml'));
  symlinkSync('/etc', join(tree, 'squads/away'));
  symlinkSync('README.md', join(tree, 'CONTRIBUTING.md'));
  const { status, error } = await squadkit(['plan', tree], { [tree]: 'tree' });

  expect(error.split('\n')).toEqual([
    'tree/squads/again.yaml: this symbolic link leads to documents of Squadkit, which a GitOps engine may apply once more: remove it',
    'tree/squads/away: this symbolic link leads out of the tree, where nobody can review what it names: remove it',
    'tree/squads/up: this symbolic link leads to documents of Squadkit, which a GitOps engine may apply once more: remove it',
    '',
  ]);
  expect(status).toBe(1);
});

test.each([
  {
    name: 'a tree without Zones',
    args: (tree: string) => ['plan', join(tree, 'squads')],
    want: 'squadkit: there is no Zone in tree/squads: a plan needs the Zones and Squads of the platform; name their directory with --platform\n',
  },
  {
    name: 'a directory that does not exist',
    args: (tree: string) => ['plan', join(tree, 'nowhere')],
    want: 'squadkit: tree/nowhere is not a directory: name the one with your documents\n',
  },
  {
    name: 'a base that does not exist, outside of a repository',
    args: (tree: string) => ['plan', tree, '--base', 'origin/main'],
    want: 'squadkit: cannot compare with "origin/main": there is no such directory, and tree is not in a Git repository (fatal: not a git repository (or any of the parent directories): .git)\n',
  },
  {
    name: 'a base version that is not one',
    args: (tree: string) => ['plan', tree, '--base-version', join(tree, 'nothing.mjs')],
    want: "squadkit: tree/nothing.mjs does not exist: name another version's squadkit.mjs\n",
  },
])('$name: one sentence, and exit status 1', async ({ args, want }) => {
  const tree = exampleTree();
  const { status, error } = await squadkit(args(tree), { [tree]: 'tree' });

  expect(error).toBe(want);
  expect(status).toBe(1);
});

test('a base version that is something else: one sentence, and exit status 1', async () => {
  const tree = exampleTree();
  const { status, error } = await squadkit(['plan', tree, '--base-version', join(tree, 'approvals.yaml')]);

  expect(error).toMatch(/^squadkit: cannot ask \S+ what it makes of this tree: \w*Error: .*\n$/);
  expect(status).toBe(1);
});

test.each([
  { args: ['plan', '--format', 'yaml'], want: "error: option '--format <format>' argument 'yaml' is invalid." },
  { args: ['plan', '--fail-on', 'none'], want: "error: option '--fail-on <risk>' argument 'none' is invalid." },
  { args: ['plan', '--everything'], want: "error: unknown option '--everything'" },
  { args: ['plan', 'a', 'b'], want: "error: too many arguments for 'plan'." },
  { args: ['paln'], want: "error: unknown command 'paln'" },
])('misuse has exit status 2: $args', async ({ args, want }) => {
  const { status, error } = await squadkit(args);

  expect(error).toContain(want);
  expect(status).toBe(2);
});

test.each(['--squad', '--service'])('%s with a name that nothing has is misuse', async (option) => {
  const { status, error } = await squadkit(['plan', exampleTree(), option, 'nobody']);

  expect(error).toMatch(/^squadkit: there is no (squad|Service) nobody in this tree\n$/);
  expect(status).toBe(2);
});

test('what is broken in the base is left out and said, and does not stop the change that mends it', async () => {
  const [before, after] = [exampleTree({ 'squads/galaxy/billing.yaml': `${billing}  - [` }), exampleTree()];
  const { status, out } = await squadkit(['plan', after, '--base', before], { [before]: 'before' });

  expect(out).toContain('Note: in what it is compared with, before/squads/galaxy/billing.yaml:');
  expect(out).toContain('+ Service galaxy/billing: new in frontier (production)');
  expect(status).toBe(0);
});

test('other kinds, templates and files that are not for us are left alone', async () => {
  const tree = exampleTree({
    'apps/chart/Chart.yaml': 'name: shop\n',
    'apps/chart/templates/broken.yaml': 'a: {{ .Values.a }}\n  b: [\n',
    'apps/kustomization.yaml': 'namePrefix: a-\nresources: [deployment.yaml]\n',
    'apps/broken.yaml': 'a: b: c',
    'apps/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: squadkit.io/}\n',
    'docs/how.md': `# How\n\n\`\`\`yaml\n${billing}\`\`\`\n`,
    'logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]),
  });

  expect(await squadkit(['validate', tree])).toEqual({ status: 0, out: '', error: '' });
});

test('documents are found in any layout: many in a file, in a List, in JSON', async () => {
  const documents = ['ledger', 'invoice'].map((name) => billing.replace('billing', name));
  const list = `apiVersion: v1\nkind: List\nitems:\n${documents[1]?.replace(/^(?=.)/gm, '    ').replace('    ', '  - ')}`;
  const tree = treeOf({
    'all.yml': [
      exampleFile('platform/zones/frontier.yaml'),
      exampleFile('platform/squads/galaxy.yaml'),
      billing,
      documents[0],
    ].join('---\n'),
    'list.yaml': list,
    'deep/er/one.json': JSON.stringify({
      apiVersion: 'squadkit.io/v1alpha1',
      kind: 'Service',
      metadata: { name: 'refund', namespace: 'galaxy' },
      spec: { zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] }] },
    }),
  });
  const { status, out } = await squadkit(['plan', tree]);

  expect(out).toContain('Read 4 Services, 1 Squad and 1 Zone in 3 files');
  expect(status).toBe(0);
});
