import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isScalar, parseAllDocuments, Scalar, stringify, visit } from 'yaml';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { doubtOf } from '../../../functions/tree/reader/scalars.ts';
import { pages, renderedPage } from '../../../package/pages.ts';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

const root = join(import.meta.dirname, '../../..');
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
});
/** Pages for people: golden outputs are Markdown too, of trees that exist only in their tests. */
const markdown = listed
  .split('\n')
  .filter((path) => path !== '' && !path.includes('/outputs/') && existsSync(join(root, path)));

test.each(pages)('%s shows what is so today', (path) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(renderedPage(path));
});

test('the README is read in one go', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});

test.each(markdown)('every link of %s leads somewhere', (path) => {
  const links = [...readFileSync(join(root, path), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    ([, link = '']) => link,
  );
  const lost = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(root, dirname(path), link)));

  expect(lost).toEqual([]);
});

/** What stands in a page's YAML, without quotes, and may be something else to another reader than to ours. */
const doubtsIn = (yaml: string): string[] => {
  const doubts: string[] = [];
  for (const document of parseAllDocuments(yaml)) {
    visit(document, {
      Scalar: (_, node) => {
        const doubt = isScalar(node) && node.type === Scalar.PLAIN ? doubtOf(node.source ?? '') : undefined;
        if (doubt !== undefined) doubts.push(doubt);
      },
    });
  }

  return doubts;
};

const blocks = markdown.flatMap((path) =>
  Array.from(readFileSync(join(root, path), 'utf8').matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm), ([, yaml = '']) => ({
    path,
    yaml,
  })),
);

test('what a page shows as YAML is read without a doubt by those who copy it', () => {
  expect(blocks.length).toBeGreaterThan(8);
  expect(blocks.flatMap(({ path, yaml }) => doubtsIn(yaml).map((doubt) => `${path}: ${doubt}`))).toEqual([]);
  expect(doubtsIn('notBefore: 2026-11-27T21:00:00Z')).toHaveLength(1);
});

/** Where a whole document of ours lies in a tree; undefined for anything else, and for a part of one. */
const placeOf = ({ apiVersion, kind, metadata, spec }: KubernetesObject): string | undefined => {
  if (apiVersion !== 'squadkit.io/v1alpha1' || metadata?.name === undefined || spec === undefined) return undefined;
  if (kind === 'Service') return `squads/${metadata.namespace}/${metadata.name}.yaml`;

  return `platform/${kind === 'Zone' ? 'zones' : 'squads'}/${metadata.name}.yaml`;
};

const whole = blocks.flatMap(({ path, yaml }) => {
  const documents = parseAllDocuments(yaml).map((document) => document.toJS() as KubernetesObject | null);
  const files = documents.flatMap((object) => {
    const place = object === null ? undefined : placeOf(object);
    return place === undefined ? [] : [[place, stringify(object)] as const];
  });

  return files.length === 0 ? [] : [{ path, files: Object.fromEntries(files) }];
});

/** The Zones of the examples, with servers of their own: what a page shows may be of the same names. */
const elsewhere = Object.fromEntries(
  ['frontier', 'meadow'].map((name) => {
    const path = `platform/zones/${name}.yaml`;
    return [path, exampleFile(path).replaceAll('namespace: squadkit-system, name: ', '$&example-')];
  }),
);

test.each(whole)('whole documents that $path shows are taken as they stand', async ({ files }) => {
  expect(await squadkit(['validate', exampleTree({ ...elsewhere, ...files })])).toEqual({
    status: 0,
    out: '',
    error: '',
  });
});

test('every kind of cluster is shown as a whole Zone and a Service in it', () => {
  const shown = whole.filter(({ path }) => path === 'package/install/README.md').map(({ files }) => Object.keys(files));
  const kinds = readdirSync(join(root, 'test/clusters'));

  expect(shown).toEqual(expect.arrayContaining(kinds.map((file) => [`platform/zones/${file}`, expect.any(String)])));
});
