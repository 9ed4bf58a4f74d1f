import { describe, expect, test } from 'vitest';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

const [billing, zone, squad] = [
  'squads/galaxy/billing.yaml',
  'platform/zones/frontier.yaml',
  'platform/squads/galaxy.yaml',
];
const plan = (from: string, to: string, before = {}) =>
  squadkit(['plan', exampleTree({ ...before, [from]: null, [to]: exampleFile(from) }), '--base', exampleTree(before)]);

describe.each([
  [billing, 'squads/galaxy/'],
  [zone, 'platform/'],
  [squad, 'platform/'],
])('%s, which an engine applies with its folder', (from, folder) => {
  const name = from.split('/').at(-1) as string;

  test.each(['archive/', '', 'squads/', 'old/platforms/', 'services/deep/er/'])(
    'fails when it moves to %s',
    async (to) => {
      const { status, out, error } = await plan(from, `${to}${name}`);

      expect(status).not.toBe(0);
      expect((out + error).replaceAll(/\s+/g, ' ')).toContain(
        `moves out of ${folder}, and the engine that applies that folder removes it`,
      );
    },
  );

  test.each(['YAML', 'Yml', 'yaml.txt.YML'])('fails when its name ends in %s, which engines pass over', async (end) => {
    const { status, out, error } = await plan(from, from.replace('yaml', end));

    expect(status).not.toBe(0);
    expect((out + error).replaceAll(/\s+/g, ' ')).toContain('to a name that engines pass over, and so remove it');
  });

  test('may move within its folder', async () => {
    const { status, out, error } = await plan(from, `${folder}further/down/${name}`);

    expect([status, out + error]).toEqual([0, expect.not.stringContaining('moves')]);
  });
});

test('where nobody knows which folder is applied, it is said', async () => {
  const before = { [billing]: null, 'services/billing.yaml': exampleFile(billing) };
  const { status, out, error } = await squadkit([
    'plan',
    exampleTree({ [billing]: null, 'archive/billing.yaml': exampleFile(billing) }),
    '--base',
    exampleTree(before),
  ]);

  expect(status).toBe(0);
  expect((out + error).replaceAll(/\s+/g, ' ')).toContain(
    'Service galaxy/billing moves from services/billing.yaml to archive/billing.yaml: an engine that applies only services removes it',
  );
});

test.each(['toString', 'valueOf', 'constructor'])('a name that is no text, but has a %s, ends no plan', async (key) => {
  const odd = `apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: {${key}: 1}, namespace: {${key}: 1}}\nspec: {}\n`;
  const { status, out, error } = await squadkit([
    'plan',
    exampleTree({ 'squads/galaxy/odd.yaml': odd }),
    '--base',
    exampleTree({ 'archive/odd.yaml': odd }),
  ]);

  expect(status).toBe(1);
  expect(out + error).toContain('metadata.name is not text');
  expect(out + error).not.toContain('fault');
});
