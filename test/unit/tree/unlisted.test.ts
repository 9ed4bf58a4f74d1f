import { expect, test } from 'vitest';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

const billing = 'squads/galaxy/billing.yaml';

/** What `squadkit validate` says of a tree in which that folder has a kustomization that lists those files. */
const validated = (folder: string, resources: string[], more: Record<string, string> = {}) =>
  squadkit([
    'validate',
    exampleTree({ [`${folder}/kustomization.yaml`]: `resources: [${resources.join(', ')}]\n`, ...more }),
  ]);

test.each([
  ['squads/galaxy', []],
  ['squads/galaxy', ['other.yaml']],
  ['squads', ['quasar/catalog.yaml']],
])(
  'a document that the kustomization of %s with %j does not list is a problem where it stands',
  async (folder, listed) => {
    const other = { 'squads/galaxy/other.yaml': exampleFile(billing).replace('name: billing', 'name: other') };
    const { out, error, status } = await validated(folder, listed, listed.includes('other.yaml') ? other : {});

    expect(`${out}${error}`).toMatch(/squads\/galaxy\/billing\.yaml.*kustomization\.yaml does not list this file/);
    expect(status).toBe(1);
  },
);

test('one that lists it is none', async () => {
  expect((await validated('squads/galaxy', ['billing.yaml'])).status).toBe(0);
});
