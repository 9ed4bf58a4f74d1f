import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleFile, exampleTree, squadkit, treeOf } from '../../support/squadkit.ts';

const billing = exampleFile('squads/galaxy/billing.yaml');

test.each([
  { name: 'by squad and name', asked: 'galaxy/billing' },
  { name: 'by name alone', asked: 'billing' },
])('a Service is asked for $name', async ({ asked }) => {
  const { out, error, status } = await squadkit(['evidence', asked, exampleTree()]);

  expect(out).toContain('Evidence for Service galaxy/billing');
  expect([error, status]).toEqual(['', 0]);
});

test('a Service that is refused does not hold', async () => {
  const tree = exampleTree({ 'squads/galaxy/billing.yaml': billing.replace('frontier', 'meadow') });
  const { out, status } = await squadkit(['evidence', 'billing', tree]);

  expect(out).toContain('ZoneNotAllowed');
  expect(out).not.toContain('zones-of-the-squad');
  expect(status).toBe(1);
});

test.each([
  {
    name: 'a Service that is not there',
    args: ['galaxy/nothing', exampleTree()],
    want: 'squadkit: there is no Service galaxy/nothing in this tree: it has galaxy/billing, quasar/catalog\n',
    status: 2,
  },
  {
    name: 'a name that two have',
    args: [
      'billing',
      exampleTree({
        'squads/quasar/billing.yaml': billing.replace('galaxy', 'quasar'),
      }),
    ],
    want: 'squadkit: there is more than one Service billing: name one of galaxy/billing, quasar/billing\n',
    status: 2,
  },
  {
    name: 'a tree without any Service',
    args: ['galaxy/billing', treeOf({ 'zone.yaml': exampleFile('platform/zones/frontier.yaml') })],
    want: 'squadkit: there is no Service galaxy/billing in this tree: it has none\n',
    status: 2,
  },
  {
    name: 'a context without a look',
    args: ['billing', exampleTree(), '--context', 'hub'],
    want: 'squadkit: --kubeconfig and --context are for a look at a hub: add --live\n',
    status: 2,
  },
  {
    name: 'a directory that is not there',
    args: ['billing', '/nowhere'],
    want: 'squadkit: /nowhere is not a directory: name the one with your documents\n',
    status: 1,
  },
  {
    name: 'a kubeconfig that is not there',
    args: ['billing', exampleTree(), '--live', '--kubeconfig', '/nowhere'],
    want: "squadkit: there is no kubeconfig /nowhere: name the hub's with --kubeconfig or in KUBECONFIG\n",
    status: 1,
  },
])('$name: one sentence', async ({ args, want, status }) => {
  expect(await squadkit(['evidence', ...args])).toEqual({ out: '', error: want, status });
});

test('a tree that is broken: where, and nothing else', async () => {
  const tree = exampleTree({ 'squads/galaxy/broken.yaml': 'apiVersion: squadkit.io/v1alpha1\nkind: [' });
  const { out, error, status } = await squadkit(['evidence', 'billing', tree], { [tree]: 'tree' });

  expect(error).toMatch(/^squadkit: tree\/squads\/galaxy\/broken.yaml:\d+:\d+: this is not YAML/);
  expect([out, status]).toEqual(['', 1]);
});

test('the platform may lie elsewhere', async () => {
  const tree = exampleTree();
  const args = ['evidence', 'billing', join(tree, 'squads'), '--platform', join(tree, 'platform')];

  expect((await squadkit(args)).status).toBe(0);
});

test('the help says what the exit statuses mean', async () => {
  expect((await squadkit(['evidence', '--help'])).out).toContain('1  something does not hold or is refused');
});
