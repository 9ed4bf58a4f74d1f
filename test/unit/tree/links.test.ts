import { symlinkSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Listing } from '../../../functions/tree/file.ts';
import { readTree } from '../../../functions/tree/read.ts';
import { renderingProblems } from '../../../functions/tree/rendering/problems.ts';
import { exampleFile, exampleRepository, exampleTree, git, squadkit } from '../../support/squadkit.ts';

const own = 'squads/galaxy/billing.yaml';
const billing = exampleFile(own);

/** What stands in a file that nothing reads as a document by its name. */
const contents: Record<string, string> = {
  'a document': billing.replace('name: billing', 'name: sneaky'),
  'a document in base64': billing.replace('squadkit.io/v1alpha1', '!!binary c3F1YWRraXQuaW8vdjFhbHBoYTE='),
  'a document with a key twice': `${billing}x: 1\nx: 2\n`,
  'a document before much': `${billing}# ${'x'.repeat(1_100_000)}\n`,
  'a document that breaks': `${billing}spec: [`,
  'a document of Flux':
    'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: a }\nspec: { path: ./squads, namePrefix: a- }\n',
  'a patch': 'namePrefix: evil-\nresources: [billing.yaml]\n',
  'a list of nothing': 'resources: []\n',
  patterns: 'billing.yaml\n',
  words: 'Nothing of importance.\n',
};
const targets = ['squads/galaxy/NOTES.md', 'squads/galaxy/k.txt', 'docs/notes.md', 'notes.py', 'platform/run.sh'];

const problemsOf = (files: Record<string, string>, links: Listing['links']): string[] => {
  const listing: Listing = {
    files: Object.entries({
      [own]: billing,
      'platform/zones/meadow.yaml': exampleFile('platform/zones/meadow.yaml'),
      ...files,
    }).map(([path, text]) => ({ path, bytes: text.length, read: () => Buffer.from(text) })),
    links,
    problems: [],
  };

  return renderingProblems(listing, readTree(listing.files)).map(({ file, message }) => `${file}: ${message}`);
};

/** The problems that are about a link, for a link of each of these names to each target with each content. */
const silentLinks = (paths: string[], what: string[] = ['a patch', 'a list of nothing', 'words']): string[] =>
  paths.flatMap((path) =>
    targets.flatMap((target) =>
      what
        .filter(
          (content) =>
            !problemsOf({ [target]: contents[content] ?? '' }, [{ path, target }]).some((found) =>
              found.startsWith(`${path}: this symbolic link`),
            ),
        )
        .map((content) => `${path} to ${content} in ${target}`),
    ),
  );

describe('a symbolic link', () => {
  const tools = [
    ...['kustomization.yaml', 'kustomization.yml', 'Kustomization', 'Chart.yaml', 'Chart.yml', '.sourceignore'],
    ...['.argocd-source.yaml', '.argocd-source-galaxy.yaml', '.gitattributes', 'a.jsonnet', 'a.cue', 'a.tpl'],
  ];
  const others = [
    '.krmignore',
    'Kptfile',
    'skaffold.yaml',
    'values.yaml',
    'README.md',
    'a.png',
    'a',
    's.yaml',
    'S.YAML',
    'folder',
  ];

  test('is a problem whatever it is called, where an engine applies documents', () => {
    const folders = [
      'squads/galaxy',
      'squads/galaxy/more',
      'squads/other',
      'platform/zones',
      'platform/zones/more',
      'hub/squads/galaxy',
    ];
    const paths = [
      ...folders.flatMap((folder) => [...tools, ...others].map((name) => `${folder}/${name}`)),
      'squads/nebula',
      'hub/squads',
    ];
    console.log(`${paths.length * targets.length * 3} links where documents are applied`);

    expect(silentLinks(paths)).toEqual([]);
  });

  test('is a problem with the name of what a tool looks for, everywhere', () => {
    const folders = ['', 'squads/', 'platform/', 'apps/shop/'];

    expect(silentLinks(folders.flatMap((folder) => tools.map((name) => folder + name)))).toEqual([]);
    expect(silentLinks(['.krmignore', 'squads/Kptfile', 'values.yaml', 'platform/skaffold.yaml'])).toEqual([]);
  });

  test('is a problem if what it leads to is something under its name, everywhere', () => {
    const names = ['s.yaml', 'squads/s.yml', 'platform/S.YAML', 'apps/shop/deployment.yaml'];
    const something = Object.keys(contents).filter((content) => content.startsWith('a document'));

    expect(silentLinks(names, something)).toEqual([]);
  });

  test.each([
    ['CONTRIBUTING.md', 'README.md', 'words'],
    ['apps/shop/values.yaml', 'apps/common/values.yaml', 'words'],
    ['apps/shop/deployment.yaml', 'apps/common/deployment.yaml', 'words'],
    ['docs/latest', 'docs/v1', 'words'],
    ['platform/README.md', 'docs/platform.md', 'a document'],
  ])('of ordinary kind is left alone: %s to %s', (path, target, content) => {
    expect(problemsOf({ [target]: contents[content] ?? '' }, [{ path, target }])).toEqual([]);
  });
});

describe('the plan and validate', () => {
  const link = (tree: string, path: string, target: string) =>
    symlinkSync(relative(dirname(join(tree, path)), join(tree, target)), join(tree, path));

  test.each([
    ['squads/galaxy/kustomization.yaml', 'a patch'],
    ['squads/galaxy/.sourceignore', 'patterns'],
    ['platform/s.yaml', 'a document in base64'],
    ['s.yaml', 'a document with a key twice'],
    ['platform/.argocd-source.yaml', 'words'],
  ])('fail at the link %s to %s', async (path, content) => {
    const tree = exampleRepository();
    const after = exampleTree({ 'more/NOTES.md': contents[content] ?? '' });
    link(after, path, 'more/NOTES.md');
    for (const args of [
      ['plan', after, '--base', tree],
      ['validate', after],
      ['validate', join(after, posix.dirname(path))],
    ]) {
      const { status, error } = await squadkit(args, { [after]: 'tree' });

      expect(error, args.join(' ')).toContain(`tree/${path}: this symbolic link`);
      expect(status).toBe(1);
    }
  });

  test('say of a link in the base what it left out, and let the change go on that removes it', async () => {
    const tree = exampleTree({ 'squads/galaxy/k.txt': contents['a patch'] ?? '' });
    link(tree, 'squads/galaxy/kustomization.yaml', 'squads/galaxy/k.txt');
    git(tree, 'init', '-q');
    git(tree, 'add', '-A');
    git(tree, 'commit', '-q', '-m', 'A link');
    git(tree, 'rm', '-q', '--cached', 'squads/galaxy/kustomization.yaml');
    git(tree, 'clean', '-fq');
    const { status, out } = await squadkit(['plan', tree, '--base', 'HEAD'], { [tree]: 'tree' });

    expect(out).toContain('kustomization.yaml: this symbolic link lies where a GitOps engine applies documents');
    expect(status).toBe(0);
  });
});
