import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleFile, squadkit, treeOf } from '../../support/squadkit.ts';

const platform = ['platform/zones/frontier.yaml', 'platform/zones/meadow.yaml', 'platform/squads/galaxy.yaml'];
const billing = exampleFile('squads/galaxy/billing.yaml');
const ledger = billing.replace('name: billing', 'name: ledger');
const all = (...services: string[]): string => [...platform.map(exampleFile), ...services].join('---\n');

test('what was rendered of both sides is planned', async () => {
  const tree = treeOf({ 'before.yaml': all(billing, ledger), 'after.yaml': all(billing) });
  const [before, after] = [join(tree, 'before.yaml'), join(tree, 'after.yaml')];
  const { status, out } = await squadkit(['plan', '--rendered', before, after], { [tree]: 'tree' });

  expect(out).toContain('compared with tree/before.yaml');
  expect(out).toContain('- Service galaxy/ledger: removed');
  expect(status).toBe(0);
});

test('what was rendered may be long, and the platform may lie elsewhere', async () => {
  const services = Array.from({ length: 20 }, (_, index) => billing.replace('name: billing', `name: billing${index}`));
  const tree = treeOf({
    'platform/all.yaml': all(),
    'after.yaml': `${services.join('---\n')}# ${'x'.repeat(2 * 1024 * 1024)}\n`,
    'before.yaml': '',
  });
  const given = [
    '--rendered',
    join(tree, 'before.yaml'),
    join(tree, 'after.yaml'),
    '--platform',
    join(tree, 'platform'),
  ];
  const { out } = await squadkit(['plan', ...given]);

  expect(out).toContain('20 Services');
});

test.each([
  { args: ['--rendered', 'one.yaml'], want: '--rendered takes two files' },
  { args: ['--rendered', 'a.yaml', 'b.yaml', '--base', 'HEAD'], want: 'leave those out' },
])('misuse is told: $args', async ({ args, want }) => {
  const { status, error } = await squadkit(['plan', ...args]);

  expect(error).toContain(want);
  expect(status).toBe(2);
});
