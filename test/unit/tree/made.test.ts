import { describe, expect, test } from 'vitest';
import { isLocal, readKustomization } from '../../../functions/tree/rendering/kustomization.ts';
import { mostSteps, reachOf } from '../../../functions/tree/rendering/reach.ts';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

const validated = async (files: Record<string, string>) => {
  const { status, error, out } = await squadkit(['validate', exampleTree(files)]);

  return { status, said: `${error}${out}` };
};
const folders = ['squads/galaxy/sub', 'squads/nobody', 'platform/sub', 'platform/zones/sub'];

/** Each makes documents, or reads something that is not in the tree, and names no file of ours. */
const making: Record<string, string> = {
  'a chart of a foreign repository': 'helmCharts: [{ name: x, repo: "https://evil.example.org" }]',
  'a generator in a file': 'generators: [g.yaml]',
  'a generator in itself':
    'generators:\n  - "apiVersion: builtin\\nkind: ConfigMapGenerator\\nmetadata: {name: g}\\nname: x"',
  'a transformer': 'transformers: [t.yaml]',
  'a patch from elsewhere': 'resources: [cm.yaml]\npatches: [{ path: "https://evil.example.org/p.yaml" }]',
  'a patch that allows another kind': 'patches: [{ target: {}, options: { allowKindChange: true }, patch: "[]" }]',
  'configurations of transformers': 'namePrefix: x-\nconfigurations: [c.yaml]',
  'a replacement of what says what it is':
    'replacements: [{ source: { kind: A }, targets: [{ select: { kind: A }, fieldPaths: [apiVersion] }] }]',
  variables: 'vars: [{ name: A, objref: { kind: A, name: a, apiVersion: v1 } }]',
  'a field in other letters': 'HelmCharts: [{ name: x }]',
  'what a generator fetches': 'configMapGenerator: [{ name: x, files: ["a=https://evil.example.org/p.yaml"] }]',
};
/** These make no document of ours of something else: elsewhere they are nobody's business. */
const plain: Record<string, string> = {
  'a generator of ConfigMaps': 'configMapGenerator: [{ name: x, literals: [a=b] }]',
  'a file in a ConfigMap': 'configMapGenerator: [{ name: x, files: [x=cm.yaml] }]',
  'a prefix': 'resources: [cm.yaml]\nnamePrefix: x-',
  'a patch': 'resources: [cm.yaml]\npatches: [{ patch: "[{op: add, path: /data/a, value: b}]", target: { kind: A } }]',
  'a replacement inside':
    'replacements: [{ source: { kind: A }, targets: [{ select: { kind: A }, fieldPaths: [spec.a] }] }]',
};
const cm = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';

describe.each(folders)('in %s, where an engine applies documents', (folder) => {
  test.each(Object.entries({ ...making, ...plain }))('%s is a problem', async (_what, text) => {
    const { status, said } = await validated({
      [`${folder}/kustomization.yaml`]: `${text}\n`,
      ...(folder.startsWith('squads') ? {} : { [`${folder}/cm.yaml`]: cm }),
    });

    expect(said).toContain(`${folder}/kustomization.yaml`);
    expect(status).toBe(1);
  });
});

test.each(Object.entries(making))('elsewhere %s is a problem too', async (_what, text) => {
  const { said, status } = await validated({ 'apps/kustomization.yaml': `${text}\n`, 'apps/cm.yaml': cm });

  expect(said).toMatch(/apps\/kustomization\.yaml: Kustomize may make any document here, by \w+/);
  expect(status).toBe(1);
});

test.each(Object.entries(plain))('and %s is none', async (_what, text) => {
  expect(await validated({ 'apps/kustomization.yaml': `${text}\n`, 'apps/cm.yaml': cm })).toEqual({
    status: 0,
    said: '',
  });
});

test('what a kustomization makes counts for the one that lists it', async () => {
  const { said } = await validated({
    'squads/galaxy/kustomization.yaml': 'resources: [billing.yaml, ../../more]\n',
    'more/kustomization.yaml': `${plain['a generator of ConfigMaps']}\n`,
  });

  expect(said).toContain('squads/galaxy/kustomization.yaml: this lists more, where Kustomize makes documents by');
});

const remote = [
  ...['github.com/evil/repo', 'GitHub.com/evil/repo', 'github.com:evil/repo', 'git@host:path', 'git@host/path'],
  ...['https://evil.example.org/n.yaml', 'HTTPS://a/b', 'git::https://a/b', 'ssh://a/b', 'file:///a', '/a'],
  ...['a.git', 'a/_git/b', 'a/b.git/c', 'a?ref=b', 'https:/a', '', 'bitbucket.org/a/b'],
];
const local = [
  'billing.yaml',
  './a',
  '../a',
  '..',
  'a/',
  './github.com/a/b',
  'a/github.com',
  '.github/a.yaml',
  'v1.2/a',
];

test.each(remote)('%j may be fetched, whatever lies beside it', (entry) => {
  expect(isLocal(entry)).toBe(false);
});

test.each(local)('%j can be nothing but a path', (entry) => {
  expect(isLocal(entry)).toBe(true);
});

test.each(['github.com/evil/repo', 'https://127.0.0.1:9/x.yaml', 'git@host:path'])(
  'a folder that is called %s does not stand for it',
  async (entry) => {
    const path = `squads/galaxy/${entry.replace('//', '/')}`;
    const more = exampleFile('squads/galaxy/billing.yaml').replace('name: billing', 'name: more');
    const { said } = await validated({
      'squads/galaxy/kustomization.yaml': `resources: [billing.yaml, "${entry}"]\n`,
      ...(entry.endsWith('.yaml')
        ? { [path]: more }
        : { [`${path}/kustomization.yaml`]: 'resources: [x.yaml]\n', [`${path}/x.yaml`]: more }),
    });

    expect(said).toContain(`what ${JSON.stringify(entry)} brings is not in this tree`);
  },
);

const head = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const sub = 'squads/galaxy/sub/kustomization.yaml';
const whole = 'squads/galaxy/kustomization.yaml';
test.each<[string, Record<string, string>, RegExp]>([
  ['another apiVersion', { [whole]: `${head.replace('v1beta1', 'v1')}resources: [billing.yaml]\n` }, /knows no apiV/],
  ['a text for a list', { [whole]: `${head}resources: billing.yaml\n` }, /only a list of texts/],
  ['a number as a name', { [whole]: 'resources: [billing.yaml]\nmetadata: { name: 5 }\n' }, /only name, namespace/],
  ['metadata as a list', { [whole]: 'resources: [billing.yaml]\nmetadata: [a]\n' }, /only name, namespace/],
  ['a circle', { [whole]: 'resources: [billing.yaml, sub]\n', [sub]: 'resources: [..]\n' }, /refuses a circle/],
  ['no apiVersion', { [whole]: 'resources: [billing.yaml, v.yaml]\n', 'squads/galaxy/v.yaml': 'a: b\n' }, /no apiVers/],
  ['two in one folder', { [whole]: 'resources: [billing.yaml]\n', 'squads/galaxy/Kustomization': head }, /keep one/],
  ['a file from outside', { [sub]: `${head}resources: [../billing.yaml]\n` }, /no file from outside/],
  ['a file twice', { [whole]: 'resources: [billing.yaml, billing.yaml]\n' }, /twice/],
])('what Kustomize refuses is a problem, because nothing of the folder is applied: %s', async (_what, files, want) => {
  const { said, status } = await validated(files);

  expect(said).toMatch(want);
  expect(status).toBe(1);
});

test.each([300, 12_000, 200_000])('a chain of %i kustomizations is followed, or said to be too long', (length) => {
  const files = new Set<string>();
  const chain = Array.from({ length }, (_, index) => {
    const text = `resources: [${index + 1 < length ? `../a${index + 1}` : ''}]\n`;
    return { ...readKustomization(`apps/a${index}/kustomization.yaml`, index < 1 ? text : '', files), index };
  }).map((each) => ({ ...each, resources: each.index + 1 < length ? [`apps/a${each.index + 1}`] : [] }));
  const reach = reachOf(chain);
  const [first] = chain;
  const reached = reach.from(first as (typeof chain)[number]);

  expect(reached.isEndless).toBe(length > mostSteps);
  expect(reached.kustomizations.length).toBe(Math.min(length - 1, mostSteps));
  // All of them together take no more steps than that.
  const followed = chain.slice(0, 1000).filter((each) => !reach.from(each).isEndless).length;
  expect(followed * (length - 1000)).toBeLessThanOrEqual(mostSteps + length);
});

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
test.each(['squads/galaxy/sub', 'platform/sub'])(
  'what Git LFS puts in for a file in %s is a problem',
  async (folder) => {
    const { said } = await validated({
      [`${folder}/.gitattributes`]: '*.yaml filter=lfs\n',
      [`${folder}/m.yaml`]: pointer,
    });

    expect(said).toMatch(/m\.yaml: this is a pointer of Git LFS/);
    expect(said).toMatch(/\.gitattributes: Git makes something else of \S+m\.yaml/);
  },
);

test.each<[string, Record<string, string | null>]>([
  ['what is broken', { 'platform/x.yaml': 'foo: [\n' }],
  ['what is no object', { 'platform/x.yaml': 'a: b\n' }],
  ['approvals', { 'platform/approvals.yaml': exampleFile('approvals.yaml'), 'approvals.yaml': null }],
])('%s beside Zones and Squads makes an engine apply nothing, and is a problem', async (_what, files) => {
  const { said, status } = await validated(files as Record<string, string>);

  expect(said).toMatch(/platform\/(x|approvals)\.yaml/);
  expect(status).toBe(1);
});
