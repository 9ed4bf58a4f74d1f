import { expect, test } from 'vitest';
import { exampleTree, squadkit } from '../../support/squadkit.ts';

const readme = 'squads/galaxy/README.md';
const billing = 'squads/galaxy/billing.yaml';

test.each([
  { name: 'the last file of a squad goes', changes: { [billing]: null, [readme]: null }, want: true },
  { name: 'its last Service goes, and a file stays', changes: { [billing]: null }, want: false },
  { name: 'another file goes', changes: { [readme]: null }, want: false },
])('$name: the plan says that engines would remove nothing: $want', async ({ changes, want }) => {
  const { out } = await squadkit(['plan', exampleTree(changes), '--base', exampleTree()]);

  expect(out.includes('squads/galaxy has no file left')).toBe(want);
});
