import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { mostBytes } from '../../../functions/plan/output/markdown.ts';
import { cases } from '../../support/cases.ts';
import { exampleFile, exampleTree, type Files, squadkit, treeOf } from '../../support/squadkit.ts';

const platform: Files = Object.fromEntries(
  [
    'approvals.yaml',
    'platform/squads/galaxy.yaml',
    'platform/squads/quasar.yaml',
    'platform/zones/frontier.yaml',
    'platform/zones/meadow.yaml',
  ].map((path) => [path, exampleFile(path)]),
);

/** What somebody might write into a field to be seen where it should not. */
const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</details><h1>Approved</h1>',
  '`code` | a | b |',
  '```\n# Approved by the platform',
  '"]:::gone\n  click s0c0 "javascript:alert(1)"',
  '@example/everybody',
  '[approve](https://evil.example.org)',
  '![approved](approved.png)',
  '` @example/everybody <img src=x> [approve](https://evil.example.org) `',
  'https://evil.example.org',
  '\u001b[2J\u001b]0;title\u0007',
  '\u202egnp.exe',
  '$(touch /tmp/squadkit)',
  '__proto__',
  'constructor',
];
/** What readers of YAML take for different things is a problem of its own: test/unit/tree is about that. */
const unread = /[\u0080-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
const text = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((characters) => characters.replaceAll(unread, '')),
);
const name = fc.oneof(
  { weight: 5, arbitrary: fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/) },
  { weight: 1, arbitrary: text },
);
const postgres = fc.record(
  {
    extensions: fc.oneof(fc.subarray(['pg_trgm', 'pgcrypto']), fc.array(text, { maxLength: 2 })),
    connections: fc.oneof(fc.integer({ min: -1, max: 80 }), text),
    readers: fc.oneof(fc.boolean(), text),
    onRemoval: fc.oneof(fc.constantFrom('Retain', 'Delete'), text),
  },
  { requiredKeys: [] },
);
const component = fc.oneof(
  fc.record(
    { name: fc.constant('spike'), provider: fc.constant('postgres'), postgres },
    { requiredKeys: ['name', 'provider'] },
  ),
  fc.record({ name: fc.constant('aqua'), provider: fc.constant('kubernetes') }),
  fc.record({ name, provider: text }),
);
const service = fc.record({
  apiVersion: fc.constant('squadkit.io/v1alpha1'),
  kind: fc.constant('Service'),
  metadata: fc.record({ name, namespace: fc.oneof(fc.constantFrom('galaxy', 'quasar'), text) }),
  spec: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record(
        {
          description: text,
          dataClass: fc.constantFrom('public', 'internal', 'confidential', 'restricted'),
          zones: fc.uniqueArray(
            fc.record({
              name: fc.oneof(fc.constantFrom('frontier', 'meadow'), text),
              components: fc.array(component, { maxLength: 3 }),
            }),
            { maxLength: 2 },
          ),
        },
        { requiredKeys: ['zones'] },
      ),
    },
    { weight: 1, arbitrary: fc.jsonValue() },
  ),
});
const zone = fc.record({
  apiVersion: fc.constant('squadkit.io/v1alpha1'),
  kind: fc.constantFrom('Zone', 'Squad', 'Service'),
  metadata: fc.oneof(fc.record({ name, labels: fc.dictionary(text, text, { maxKeys: 2 }) }), fc.jsonValue()),
  spec: fc.oneof(
    fc.record({
      environment: fc.constantFrom('production', 'engineering'),
      region: text,
      components: fc.array(component, { maxLength: 2 }),
    }),
    fc.record({ group: text, zoneSelector: fc.record({ matchLabels: fc.dictionary(text, text, { maxKeys: 1 }) }) }),
    fc.jsonValue(),
  ),
});

/** Services that are accepted, with anything in the one field that is free. */
const rightService = fc
  .record({
    description: text,
    postgres: fc.record({
      extensions: fc.subarray(['pg_trgm', 'pgcrypto']),
      connections: fc.integer({ min: 1, max: 20 }),
      readers: fc.boolean(),
    }),
    kinds: fc.subarray(['spike', 'aqua'], { minLength: 1 }),
    zone: fc.constantFrom('frontier', 'meadow'),
    dataClass: fc.constantFrom('public', 'internal'),
  })
  .map(({ description, postgres, kinds, zone, dataClass }) => ({
    description,
    dataClass,
    zones: [
      {
        name: zone,
        components: kinds.map((kind) =>
          kind === 'spike' ? { name: kind, provider: 'postgres', postgres } : { name: kind, provider: 'kubernetes' },
        ),
      },
    ],
  }));

/** The example's production zone, with anything in the fields that are free. */
const rightZone = fc
  .record({ region: text, secret: text, host: text, label: text, prefix: text })
  .map(({ region, secret, host, label, prefix }) => {
    const zone = parse(exampleFile('platform/zones/frontier.yaml'));
    // Of labels the API server takes no more than this.
    zone.metadata.labels = { team: label.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 63) };
    zone.metadata.annotations = { note: label };
    zone.spec.region = region || 'eu';
    zone.spec.components[0].postgres.credentialsSecretRef.name = secret || 'spike';
    zone.spec.components[0].postgres.readEndpoint.host = host || 'localhost';
    zone.spec.components[1].kubernetes.groupPrefix = prefix;
    return stringify(zone, { version: '1.1' });
  });

/** Trees that are accepted as a whole, written so that YAML 1.1, as Kubernetes reads it, takes no text for anything else. */
const rightTree = fc.record({ services: fc.array(rightService, { maxLength: 4 }), zone: rightZone }).map(
  ({ services, zone }): Files => ({
    ...platform,
    'platform/zones/frontier.yaml': zone,
    'services.yaml': services
      .map((spec, index) =>
        stringify(
          {
            apiVersion: 'squadkit.io/v1alpha1',
            kind: 'Service',
            metadata: { name: `service-${index}`, namespace: 'quasar' },
            spec,
          },
          { version: '1.1' },
        ),
      )
      .join('---\n'),
  }),
);

/** Trees of documents that are partly right, partly not, and partly neither. */
const wildTree = fc
  .record({
    documents: fc.array(fc.oneof({ weight: 4, arbitrary: service }, zone), { maxLength: 5 }),
    rest: fc.string({ maxLength: 30 }),
  })
  .map(
    ({ documents, rest }): Files => ({
      ...platform,
      'documents.yaml': documents.map((document) => stringify(document)).join('---\n'),
      'squads/galaxy/rest.yaml': rest,
    }),
  );

const tree = fc.oneof(rightTree, wildTree);

const formats = ['text', 'markdown', 'json'] as const;

/** Everything that a picture is made of. */
const pictureLine =
  /^(flowchart LR| {2}end| {2,4}\w+(\[|\(\[)"[A-Za-z0-9 ,._:@/()-]*"(\]|\]\)):::\w+| {2}subgraph \w+\["[A-Za-z0-9 /-]*"\]| {2}\w+ (-->|-\.->)\|"[A-Za-z0-9 .-]*"\| \w+| {2}classDef [\w:#,; -]+)$/;

/** What a host's own reader of Markdown takes a comment for, every part of it: GitHub's and GitLab's are of this sort. */
const partsOf = (markdown: string): Nodes[] => {
  const parts = (node: Nodes): Nodes[] => [node, ...('children' in node ? node.children.flatMap(parts) : [])];

  return parts(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
};

/** Of what kind parts of ours are: a link, a picture, a quotation or a footnote is nobody's but a document's. */
const ours = [
  ...['root', 'heading', 'paragraph', 'list', 'listItem', 'table', 'tableRow', 'tableCell', 'text', 'strong'],
  ...['emphasis', 'inlineCode', 'code', 'html'],
];

const withoutOurTags = (html: string): string =>
  html.replaceAll(/<!-- squadkit plan -->|<\/?(details|summary|b|sub)>/g, '');

test('any two trees: a plan or a sentence, never more than fits, and nothing that acts on its reader', async () => {
  await fc.assert(
    fc.asyncProperty(tree, tree, fc.constantFrom(...formats), async (before, after, format) => {
      const args = ['plan', treeOf(after), '--base', treeOf(before), '--format', format, '--resources'];
      const { status, out, error } = await squadkit(args);

      expect([0, 1]).toContain(status);
      if (status === 0) expect(error).toBe('');
      if (format === 'json') {
        JSON.parse(out);
        return;
      }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(out + error).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
      if (format === 'text') return;
      expect(Buffer.byteLength(out)).toBeLessThanOrEqual(mostBytes);
      // GitLab does what such a line says.
      expect(out).not.toMatch(/^\s*\/\w/m);
      const parts = partsOf(out);
      expect(new Set(ours)).toEqual(new Set([...ours, ...parts.map(({ type }) => type)]));
      for (const part of parts) {
        if (part.type === 'heading') expect(part.depth).toBeGreaterThan(1);
        // Whom a host would tell, and where it would lead.
        if (part.type === 'text' || part.type === 'html') expect(part.value).not.toMatch(/@\w|https?:\/\//);
        if (part.type === 'html') expect(withoutOurTags(part.value)).not.toMatch(/[<>]/);
        if (part.type === 'code' && part.lang === 'mermaid')
          for (const line of part.value.split('\n')) expect(line).toMatch(pictureLine);
      }
    }),
    { numRuns: cases },
  );
});

test('most trees of these properties are planned, so that the properties are about plans', async () => {
  let planned = 0;
  await fc.assert(
    fc.asyncProperty(rightTree, rightTree, async (before, after) => {
      const { out } = await squadkit(['plan', treeOf(after), '--base', treeOf(before), '--format', 'json']);
      const { problems, changes } = JSON.parse(out);
      expect(problems).toEqual([]);
      planned += changes.length > 0 ? 1 : 0;
    }),
    { numRuns: 30 },
  );

  expect(planned).toBeGreaterThan(20);
});

test('a tree against itself changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (files) => {
      const { out, status } = await squadkit(['plan', treeOf(files), '--base', treeOf(files), '--format', 'json']);
      const { problems, changes, risk } = JSON.parse(out);

      expect(changes).toEqual([]);
      if (problems.length === 0) expect([status, risk]).toEqual([0, 'none']);
    }),
    { numRuns: cases },
  );
});

test('a plan of many Services fits into a comment, and says what it leaves out', async () => {
  const billing = exampleFile('squads/galaxy/billing.yaml');
  const many = Array.from({ length: 150 }, (_, index) => billing.replace('name: billing', `name: service-${index}`));
  const squad = exampleFile('platform/squads/galaxy.yaml').replace('services: 20', 'services: 200');
  const files = { 'squads/galaxy/many.yaml': many.join('---\n'), 'platform/squads/galaxy.yaml': squad };
  const { out } = await squadkit(['plan', exampleTree(files), '--format', 'markdown', '--resources']);

  expect(Buffer.byteLength(out)).toBeLessThanOrEqual(mostBytes);
  expect(Buffer.byteLength(out)).toBeGreaterThan(mostBytes / 2);
  expect(out).toMatch(/Left out to fit into a comment: the details of \d+ of 157 changes and the resources of \d+\./);
  expect(out).toContain('| and 57 more | | |');
});

// Guard rail: secrets-stay-secret
test('no value of a Secret is in any output, in whatever way it changes', async () => {
  const zoneFile = 'platform/zones/frontier.yaml';
  const changed = exampleFile(zoneFile)
    .replaceAll('The certificate of the authority', 'Another canary0123456789')
    .replace('aqua.example.org', 'other.example.org');
  for (const format of formats) {
    for (const [base, target] of [
      [exampleTree(), exampleTree({ [zoneFile]: changed })],
      [exampleTree({ 'squads/galaxy/billing.yaml': null }), exampleTree()],
      [exampleTree(), exampleTree({ 'squads/galaxy/billing.yaml': null })],
    ] as const) {
      const { out } = await squadkit(['plan', target, '--base', base, '--format', format, '--resources']);

      expect(out).toContain('(not shown)');
      for (const secret of ['simulated', 'canary0123456789']) {
        // What is registered about a Zone is public, and shown as the change that it is.
        const shown = out.split('\n').filter((line) => !line.includes('caBundle'));
        expect(shown.join('\n')).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
        if (secret === 'simulated') expect(out).not.toContain(secret);
      }
    }
  }
});
