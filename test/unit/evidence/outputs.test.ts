import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evidenceOf, serviceIn } from '../../../functions/evidence/evidence.ts';
import { lookAt } from '../../../functions/evidence/live/look.ts';
import { jsonOf } from '../../../functions/evidence/output/json.ts';
import { markdownOf } from '../../../functions/evidence/output/markdown.ts';
import { textOf } from '../../../functions/evidence/output/text.ts';
import type { Evidence } from '../../../functions/evidence/subject.ts';
import { load } from '../../../functions/tree/load.ts';
import { drill, frontierWithBackups } from '../../support/backups.ts';
import { exampleFile, exampleTree, type Files } from '../../support/squadkit.ts';
import { type FakeHub, hubOf } from './hub.ts';

const outputs = join(import.meta.dirname, 'outputs');
const billing = exampleFile('squads/galaxy/billing.yaml');
const formats = { txt: textOf, md: markdownOf, json: jsonOf };

interface Case {
  /** The golden output's file name. */
  name: string;
  service?: string;
  change?: Files;
  /** What happened to the hub, if one is looked at. */
  hub?: (hub: FakeHub) => void;
}

const cases: Case[] = [
  { name: 'billing.txt' },
  { name: 'billing.md' },
  { name: 'billing.json.txt' },
  {
    name: 'confidential-in-two-zones.txt',
    service: 'quasar/ledger',
    change: {
      'squads/quasar/ledger.yaml': `${billing
        .replace('name: billing, namespace: galaxy', 'name: ledger, namespace: quasar')
        .replace(
          'spec:',
          'spec:\n  dataClass: confidential',
        )}    - { name: coast, components: [{ name: aqua, provider: kubernetes }] }\n`,
      'platform/zones/coast.yaml': exampleFile('platform/zones/frontier.yaml')
        .replace('name: frontier', 'name: coast')
        .replace('aqua-kubeconfig', 'coast-kubeconfig')
        .replace('eu-west-1', 'eu-central-1'),
    },
  },
  {
    name: 'refused.txt',
    change: { 'squads/galaxy/billing.yaml': billing.replace('spec:', 'spec:\n  dataClass: restricted') },
  },
  {
    name: 'backed-up-and-restored.txt',
    change: {
      'squads/galaxy/billing.yaml': billing.replace(
        'provider: postgres',
        'provider: postgres\n          postgres: { restore: { at: "2026-11-28T02:37:04Z" } }',
      ),
      'platform/zones/frontier.yaml': frontierWithBackups({ drill }),
    },
  },
  { name: 'live.txt', hub: () => {} },
  {
    name: 'live-broken.md',
    hub: (hub) => {
      hub.change('Object', 'billing.frontier.aqua.network', () => undefined);
      const { get } = hub;
      hub.get = async (reference) => (reference.kind === 'RoleBinding' ? { missing: 'not allowed' } : get(reference));
    },
  },
  { name: 'live-broken.json.txt', hub: (hub) => hub.change('Service', 'billing', () => undefined) },
];

const evidenceFor = async ({ service = 'galaxy/billing', change = {}, hub }: Case, tree: string): Promise<Evidence> => {
  const { target } = load(tree);
  const subject = evidenceOf(target, serviceIn(target, service));
  if (hub === undefined) return subject.evidence;
  expect(change).toEqual({});
  const fake = hubOf(target);
  hub(fake);

  return { ...subject.evidence, live: await lookAt(fake, subject, target, new Date('2026-11-24T12:00:00Z')) };
};

test.each(cases)('$name', async (given) => {
  const tree = exampleTree(given.change);
  const evidence = await evidenceFor(given, tree);
  const format = formats[given.name.split('.')[1] as keyof typeof formats];

  await expect(format(evidence).replaceAll(tree, 'tree')).toMatchFileSnapshot(join(outputs, given.name));
});

test.each(['constructor', 'secret'])('a data class %s, which is none, needs nothing', async (dataClass) => {
  const change = { 'squads/galaxy/billing.yaml': billing.replace('spec:', `spec:\n  dataClass: ${dataClass}`) };
  const { needs, refused } = await evidenceFor({ name: '', change }, exampleTree(change));

  expect(needs).toEqual([]);
  expect(refused?.message).toContain('dataClass');
});

test('every golden output is of a test', () => {
  expect(readdirSync(outputs).sort()).toEqual(cases.map(({ name }) => name).sort());
});

test('nothing in a document acts on the reader of the evidence', async () => {
  const tree = exampleTree({
    'platform/zones/frontier.yaml': exampleFile('platform/zones/frontier.yaml').replace(
      'region: eu-west-1',
      'region: "`</b>@galaxy\\u001b[31m|[x](https://example.org)"',
    ),
  });
  const evidence = await evidenceFor({ name: '' }, tree);

  expect(textOf(evidence)).not.toContain('\u001b');
  expect(markdownOf(evidence)).toContain("region `'</b>@galaxy\ufffd[31m\\|[x](https://example.org)`");
});
