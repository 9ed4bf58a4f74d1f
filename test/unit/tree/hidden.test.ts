import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { exampleFile, exampleRepository, type Files, git, squadkit, write } from '../../support/squadkit.ts';

const billing = exampleFile('squads/galaxy/billing.yaml');
const documents: Record<string, string> = {
  Service: billing.replace('name: billing', 'name: ledger'),
  Zone: exampleFile('platform/zones/meadow.yaml').replace('name: meadow', 'name: prairie'),
  Squad: exampleFile('platform/squads/galaxy.yaml').replace('name: galaxy', 'name: nebula'),
  'a Service that exists, changed': billing.replace(
    'provider: postgres',
    'provider: postgres\n          postgres: { readers: true }',
  ),
};

/** A document as one of these would put it into a tree, so that it reaches a cluster and not the eye. */
const hidden: Record<string, (document: string) => Files> = {
  'in a hidden folder': (text) => ({ '.hidden/a.yaml': text }),
  'in node_modules': (text) => ({ 'node_modules/a/a.yaml': text }),
  'in a hidden file': (text) => ({ 'squads/galaxy/.a.yaml': text }),
  'without an ending': (text) => ({ 'squads/galaxy/a': text }),
  'as text': (text) => ({ 'more/a.txt': text }),
  'as a picture': (text) => ({ 'more/a.png': text }),
  'as a page': (text) => ({ 'more/a.md': text }),
  'as a backup': (text) => ({ 'more/a.yaml.bak': text }),
  'with capitals': (text) => ({ 'more/A.YAML': text }),
  'in UTF-16, little end first': (text) => ({ 'more/a.yaml': Buffer.from(`\ufeff${text}`, 'utf16le') }),
  'in UTF-16, big end first': (text) => ({ 'more/a': Buffer.from(`\ufeff${text}`, 'utf16le').swap16() }),
  'in UTF-16, without a mark': (text) => ({ 'more/a.yaml': Buffer.from(text, 'utf16le') }),
  'in UTF-32': (text) => ({
    'more/a.yaml': Buffer.from([...text].flatMap((letter) => [letter.codePointAt(0) ?? 0, 0, 0, 0])),
  }),
  'behind a byte order mark': (text) => ({ 'more/a.yaml': `\ufeff${text}` }),
  'with lines of Windows': (text) => ({ 'more/a.yaml': text.replaceAll('\n', '\r\n') }),
  'with lines of old Macs': (text) => ({ 'more/a.yaml': text.replaceAll('\n', '\r') }),
  'behind a return in a comment': (text) => ({ 'more/a.yaml': `# nothing\r${text}` }),
  'behind a line separator in a comment': (text) => ({ 'more/a.yaml': `# nothing\u2028${text}` }),
  'behind a next line in a comment': (text) => ({ 'more/a.yaml': `# nothing\u0085${text}` }),
  'escaped, beside a template': (text) => ({
    'more/a.yaml': `# {{\n${text.replace('squadkit.io/v1alpha1', '"squadkit\\x2eio/v1alpha1"')}`,
  }),
  'escaped with letters': (text) => ({
    'more/a.yaml': text.replace('squadkit.io/v1alpha1', '"\\u0073quadkit\\u002eio/v1alpha1"'),
  }),
  'escaped over two lines': (text) => ({
    'more/a.yaml': text.replace('squadkit.io/v1alpha1', '"squad\\\n  kit.io/v1alpha1"'),
  }),
  'in base64': (text) => ({
    'more/a.yaml': text.replace(
      'squadkit.io/v1alpha1',
      `!!binary ${Buffer.from('squadkit.io/v1alpha1').toString('base64')}`,
    ),
  }),
  'in base64 by another tag': (text) => ({
    'more/a.yaml': `%TAG !y! tag:yaml.org,2002:\n---\n${text.replace('squadkit.io/v1alpha1', `!y!binary ${Buffer.from('squadkit.io/v1alpha1').toString('base64')}`)}`,
  }),
  'merged in': (text) => ({
    'more/a.yaml': text.replace(
      'apiVersion: squadkit.io/v1alpha1',
      'all: &all { apiVersion: squadkit.io/v1alpha1 }\n<<: *all',
    ),
  }),
  'in a list of another kind': (text) => ({
    'more/a.yaml': `apiVersion: v1\nkind: ConfigMapList\nitems:\n${text
      .replace(/^(?=.)/gm, '    ')
      .replace(/( {4}#.*\n)*/, '')
      .replace('    ', '  - ')}`,
  }),
  'in something that is no list by its kind': (text) => ({
    'more/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nitems:\n${text
      .replace(/^(?=.)/gm, '    ')
      .replace(/( {4}#.*\n)*/, '')
      .replace('    ', '  - ')}`,
  }),
  'behind a document that ends': (text) => ({
    'more/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n...\n${text}`,
  }),
  'as a template of Helm': (text) => ({
    'charts/a/Chart.yaml': 'name: a\n',
    'charts/a/templates/a.yaml': text.replace(/name: \w+/, 'name: {{ .Values.name }}'),
  }),
  'as a template of Jinja': (text) => ({ 'more/a.yaml.j2': text }),
  'as a program of jsonnet': () => ({
    'squads/galaxy/a.jsonnet': "{ apiVersion: 'squadkit' + '.io/v1alpha1', kind: 'Zone' }",
  }),
  'as a program of CUE': (text) => ({ 'more/a.cue': `a: """\n${text}\n"""` }),
  'filled in by Flux': (text) => ({ 'more/a.yaml': `${text}# \${MORE:=}\n` }),
  'by a remote base of Kustomize': () => ({
    'apps/kustomization.yaml': 'resources: ["https://example.org/a?ref=main"]\n',
  }),
  'by a patch of Kustomize': () => ({
    'squads/kustomization.yaml': 'resources: [galaxy/billing.yaml, quasar/catalog.yaml]\npatches: [{ path: a.yaml }]\n',
  }),
  'by a patch of Flux': () => ({
    'clusters/a.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: a }\nspec: { path: ./squads, patches: [{ patch: "a" }] }\n',
  }),
  'by a source of Argo CD': () => ({
    'clusters/a.yaml':
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a }\nspec: { source: { path: squads/galaxy, kustomize: { namePrefix: a- } } }\n',
  }),
  'by what Flux leaves out': () => ({ '.sourceignore': '/squads/galaxy/*\n' }),
  'by a class of what Flux leaves out': () => ({ '.sourceignore': '[^x]illing.yaml\n' }),
  'by an escape of what Flux leaves out': () => ({ '.sourceignore': 'b\\illing.yaml\n' }),
  'by what Git makes of it': () => ({ 'squads/galaxy/.gitattributes': '*.yaml filter=other\n' }),
  'by what Git puts into it': () => ({ '.gitattributes': '/squads/**/*.yaml text ident\n' }),
  'by a macro of Git': () => ({ '.gitattributes': '[attr]odd filter=other\n' }),
  'by words for Argo CD': () => ({ 'squads/galaxy/billing.yaml': `${billing}# +argocd:skip-file-rendering\n` }),
  'by a patch of Flux in a list': () => ({
    'clusters/a.yaml':
      'apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: { name: a }, spec: { path: ./squads, patches: [{ patch: "a" }] } }\n',
  }),
  'by a patch of Flux, escaped': () => ({
    'clusters/a.yaml':
      'apiVersion: "kustomize.toolkit.fluxcd\\x2eio/v1"\nkind: Kustomization\nmetadata: { name: a }\nspec: { path: ./squads, patches: [{ patch: "a" }] }\n',
  }),
  'by a patch of Flux, written twice': () => ({
    'clusters/a.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nkind: Kustomization\nmetadata: { name: a }\nspec: { path: ./squads, patches: [{ patch: "a" }] }\n',
  }),
  'by a patch of Flux, merged in': () => ({
    'clusters/a.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: a }\nspec: { <<: { patches: [{ patch: "a" }] }, path: ./squads }\n',
  }),
  'by an annotation of Flux on everything': () => ({
    'clusters/a.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: a }\nspec: { path: ./squads, commonMetadata: { annotations: { kustomize.toolkit.fluxcd.io/ssa: Ignore } } }\n',
  }),
  'by an override of Argo CD': () => ({ 'squads/galaxy/.argocd-source.yaml': 'kustomize: { namePrefix: a- }\n' }),
  encrypted: () => ({
    'more/a.yaml': 'apiVersion: ENC[AES256_GCM,data:abc]\nkind: ENC[AES256_GCM,data:abc]\nsops: {}\n',
  }),
  // Two that nobody reported.
  'not listed by a kustomization above': () => ({
    'kustomization.yaml': 'resources: [squads]\n',
    'squads/kustomization.yaml': 'resources: [galaxy/billing.yaml]\n',
  }),
  'in a bare repository': (text) => ({
    'squads/galaxy/a/HEAD': 'ref: refs/heads/main\n',
    'squads/galaxy/a/refs/keep': '',
    'squads/galaxy/a/objects/ab/cd': gzipSync(text),
  }),
  'by a link': (text) => ({ 'node_modules/a/a.yaml': text, 'link.yaml': null }),
};

/** When it comes: with the change, before it and gone with it, or both. */
const times = ['head', 'base', 'both'] as const;

const counts = { 'read and in the plan': 0, 'a problem at that file': 0, 'told as gone': 0 };

const commit = (tree: string): void => {
  git(tree, 'add', '-A', '-f');
  git(tree, 'commit', '-q', '--allow-empty', '-m', 'Some files');
};

const put = (tree: string, files: Files): void => {
  write(tree, Object.fromEntries(Object.entries(files).filter(([, content]) => content !== null)));
  for (const [path, content] of Object.entries(files)) {
    if (content === null) symlinkSync('squads/galaxy/billing.yaml', join(tree, path));
  }
};

/** Each needs a repository: one document for each way and time, and every one of them with CASES. */
const isChosen = (way: number, document: number, time: number): boolean =>
  process.env.CASES !== undefined || (way + time) % Object.keys(documents).length === document;

describe.each(Object.keys(hidden).map((how, way) => ({ how, way })))('a document $how', ({ how, way }) => {
  const all = Object.entries(documents).flatMap(([what, text], document) =>
    times.flatMap((when, time) => (isChosen(way, document, time) ? [{ what, text, when }] : [])),
  );

  test.each(all)('$what, $when: is read, or a problem there', async ({ text, when }) => {
    const tree = exampleRepository();
    const files = hidden[how]?.(text) ?? {};
    if (when !== 'head') {
      put(tree, files);
      commit(tree);
    }
    if (when === 'head') put(tree, files);
    if (when === 'base') write(tree, Object.fromEntries(Object.keys(files).map((path) => [path, null])));
    const { status, out, error } = await squadkit(['plan', tree, '--base', 'HEAD'], { [tree]: 'tree' });

    expect(error.split('\n').filter((line) => /^\s+at /.test(line))).toEqual([]);
    const isProblem = status === 1 && error.includes('tree/');
    const isInPlan = !out.includes('Nothing changes.') || (when === 'both' && !isProblem && out.includes('Read '));
    expect(isProblem || isInPlan, `${status}\n${out}\n${error}`).toBe(true);
    if (when === 'both' && !isProblem) expect(out).toMatch(/Read (3 Services|2 Services.*(3 Squads|3 Zones)|.*)/);
    counts[isProblem ? 'a problem at that file' : when === 'base' ? 'told as gone' : 'read and in the plan'] += 1;
  });
});

afterAll(() => {
  const cases = Object.keys(hidden).length * Object.keys(documents).length * times.length;
  console.log(
    `${Object.keys(hidden).length} ways x ${Object.keys(documents).length} documents x ${times.length} times = ${cases}: ${JSON.stringify(counts)}`,
  );
});
