import { join } from 'node:path';
import { expect, test } from 'vitest';
import { squadkit, treeOf } from '../../support/squadkit.ts';

const nowhere = `apiVersion: v1
kind: Config
current-context: hub
contexts: [{ name: hub, context: { cluster: hub, user: hub } }]
clusters: [{ name: hub, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: hub, user: { token: x } }]
`;
const kubeconfig = join(treeOf({ kubeconfig: nowhere }), 'kubeconfig');

test.each([
  { name: 'a remote without a kubeconfig', args: ['--remote', 'aqua'], want: '--remote takes a name and a kubeconfig' },
  { name: 'a remote without a name', args: ['--remote', '=file'], want: '--remote takes a name and a kubeconfig' },
  {
    name: 'a remote twice',
    args: ['--remote', 'aqua=a', '--remote', 'aqua=b'],
    want: '--remote calls two clusters aqua',
  },
  { name: 'a remote called hub', args: ['--remote', 'hub=a'], want: '--remote calls two clusters hub' },
  { name: 'a format that there is not', args: ['--format', 'markdown'], want: "argument 'markdown' is invalid" },
  { name: 'a time that is none', args: ['--wait', 'long'], want: '--wait long is no time: write it as 90s or 5m' },
  { name: 'an argument', args: ['hub'], want: 'too many arguments' },
])('$name is a misuse', async ({ args, want }) => {
  const { out, error, status } = await squadkit(['doctor', '--kubeconfig', kubeconfig, ...args]);

  expect(error).toContain(want);
  expect([out, status]).toEqual(['', 2]);
});

test.each([
  {
    name: 'a hub that does not answer',
    args: [],
    want: 'cannot reach the hub at https://127.0.0.1:1: the connection is refused',
  },
  {
    name: 'a kubeconfig that is not there',
    args: ['--remote', 'aqua=/nowhere/kubeconfig'],
    want: 'there is no kubeconfig /nowhere/kubeconfig',
  },
])('$name is not well', async ({ args, want }) => {
  const { error, status } = await squadkit(['doctor', '--kubeconfig', kubeconfig, ...args]);

  expect(error).toContain(want);
  expect(status).toBe(1);
});

test('help says what is checked, what is needed for it, and what the statuses mean', async () => {
  const { out, status } = await squadkit(['doctor', '--help']);

  for (const part of [
    '--kubeconfig',
    '--context',
    '--remote',
    '--format',
    '--wait',
    'Nothing is written',
    'Exit status:',
    'Examples:',
  ])
    expect(out).toContain(part);
  expect(status).toBe(0);
});
