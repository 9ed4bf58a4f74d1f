import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectedDurations } from '../../cluster/lanes/durations.ts';
import { phaseTable } from '../../cluster/lanes/phases.ts';
import { countTests, mergeResults, readResults } from '../../cluster/lanes/results.ts';
import { noRoom } from '../../cluster/lanes/room.ts';
import { scenarioOf, share } from '../../cluster/lanes/share.ts';

const scenarios = resolve(import.meta.dirname, '../../cluster/scenarios');
const files = readdirSync(scenarios).map((file) => join('test/cluster/scenarios', file));

describe('scenarios are shared', () => {
  test.each([
    {
      name: 'so that both control planes end together',
      durations: { a: 300, b: 200, c: 120 },
      want: [['a'], ['b', 'c']],
    },
    { name: 'with a minute for what was never measured', durations: { a: 100, b: 110 }, want: [['b'], ['a', 'c']] },
    {
      name: 'only when a second control plane has enough to do',
      durations: { a: 600, b: 20, c: 30 },
      want: [['a', 'b', 'c']],
    },
  ])('$name', ({ durations, want }) => {
    const shares = share(['a.test.ts', 'b.test.ts', 'c.test.ts'], durations as Record<string, number>);

    expect(shares.map((files) => files.map(scenarioOf).sort())).toEqual(want);
  });

  test('and one or none needs no second control plane', () => {
    expect(share(['a.test.ts'], { a: 600 })).toEqual([['a.test.ts']]);
    expect(share([], {})).toEqual([]);
  });

  test.each([false, true])('each exactly once, and nobody has much more than the other (--long: %s)', (long) => {
    const durations = expectedDurations(long);
    const [one = [], two = []] = share(files, durations);
    const seconds = (files: string[]) => files.reduce((sum, file) => sum + (durations[scenarioOf(file)] ?? 0), 0);

    expect([...one, ...two].sort()).toEqual([...files].sort());
    expect(Math.abs(seconds(one) - seconds(two))).toBeLessThan(60);
  });
});

test('the table of durations has every scenario, and none that is gone', () => {
  expect(Object.keys(expectedDurations(false)).sort()).toEqual(files.map(scenarioOf).sort());
});

describe('results of several runs', () => {
  const one = { success: true, startTime: 2, numPassedTests: 3, numFailedTests: 0, testResults: [{ name: 'a' }] };
  const two = { success: false, startTime: 1, numPassedTests: 4, numFailedTests: 1, testResults: [{ name: 'b' }] };

  test('are those of one', () => {
    expect(mergeResults([one, two])).toEqual({
      ...{ success: false, startTime: 1, numPassedTests: 7, numFailedTests: 1 },
      testResults: [{ name: 'a' }, { name: 'b' }],
    });
    expect(countTests(mergeResults([one, two]))).toBe(8);
  });

  test('are none where nobody wrote them', () => {
    expect(readResults(join(scenarios, 'results.json'))).toBeUndefined();
  });
});

test.each([
  { memory: 6.2, cores: 2, want: undefined },
  { memory: 3.97, cores: 2, want: '4.0 GiB of memory are free, and two need 6' },
  { memory: 16, cores: 1, want: 'this machine has one core' },
])('with $memory GiB and $cores cores: $want', ({ memory, cores, want }) => {
  expect(noRoom(memory, cores)).toBe(want);
});

test('the table of phases has a column for each lane', () => {
  const lanes = [
    { name: 'one', phases: { 'control plane up': 40.04, scenarios: 600 } },
    { name: 'two', phases: { 'control plane up': 41 } },
  ];

  expect(phaseTable(lanes, { tools: 0.12, all: 650 })).toBe(
    [
      'seconds                one       two  together',
      'tools                                      0.1',
      'control plane up      40.0      41.0',
      'scenarios            600.0',
      'all                                      650.0',
    ].join('\n'),
  );
});
