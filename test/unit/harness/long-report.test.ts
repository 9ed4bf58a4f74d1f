import { expect, test } from 'vitest';
import { agesOf, countsIn, renewed, type Section, sectionsOf, statusOf, written } from '../../long/report.ts';

const section = (name: string, commit = '0123456789'): Section => ({
  name,
  commit,
  date: '2026-11-28',
  text: '3 passed, in 4 s\n\n| a | b |\n|---|---|',
});

test('what is written is read again', () => {
  const sections = [section('walls'), section('clients, and tools', 'abcdef0123')];

  expect(sectionsOf(written(sections))).toEqual(sections);
});

test('what was run takes the place of what was run before, in the order of today, and what is no suite any more goes', () => {
  const before = [section('walls'), section('gone'), section('clients')];
  const sections = renewed(before, [section('clients', 'ffffffffff')], ['clients', 'walls', 'never']);

  expect(sections).toEqual([section('clients', 'ffffffffff'), section('walls')]);
});

test.each<[string, number | undefined, string, boolean]>([
  ['of now', 0, 'walls: 2026-11-28, 0 commits ago', false],
  ['a commit old', 1, 'walls: 2026-11-28, 1 commit ago', false],
  ['as old as it may be', 30, 'walls: 2026-11-28, 30 commits ago', false],
  ['too old', 31, 'walls: 2026-11-28, 31 commits ago, more than 30', true],
  ['of another history', undefined, 'walls: 2026-11-28, at commit 0123456789, which is not in this history', true],
])('a result %s', (_, commits, line, isOld) => {
  expect(agesOf([section('walls')], ['walls'], () => commits)).toEqual([{ line, isOld }]);
});

test('a suite that never ran is old', () => {
  expect(agesOf([], ['walls'], () => 0)).toEqual([{ line: 'walls: never run', isOld: true }]);
});

test('a suite of which something failed is as good as never run', () => {
  const failed = { ...section('walls'), text: '2 failed | 3 passed (5), in 4 s' };
  expect(agesOf([failed], ['walls'], () => 0)).toEqual([{ line: 'walls: 2026-11-28, 2 failed', isOld: true }]);
  const ended = { ...section('walls'), text: '21 passed (21), in 4 s, and the suite failed with exit status 1' };
  expect(agesOf([ended], ['walls'], () => 0)).toEqual([
    { line: 'walls: 2026-11-28, failed outside of its tests', isOld: true },
  ]);
  const none = { ...section('walls'), text: '3 passed, 0 failed, in 4 s' };
  expect(agesOf([none], ['walls'], () => 0)[0]?.isOld).toBe(false);
});

test.each([
  { statuses: [], want: 0 },
  { statuses: [0, 0], want: 0 },
  { statuses: [0, 2], want: 2 },
  { statuses: [2, 1], want: 1 },
  { statuses: [137, 2], want: 1 },
])('suites that end with $statuses end with $want', ({ statuses, want }) => {
  expect(statusOf(statuses)).toBe(want);
});

test('what passed is read from Vitest, of all control planes together, or from the last line of a suite of ours', () => {
  const lanes = [
    'two |  Test Files  1 passed (1)',
    'two | \u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m9 passed\u001b[39m\u001b[22m\u001b[90m (9)\u001b[39m',
    'one |       Tests  1 failed | 13 passed (14)',
    'all   1731.4',
  ];

  expect(countsIn(lanes.join('\n'))).toBe('22 passed, 1 failed');
  expect(countsIn('      Tests  15 passed (15)\nand then\n      Tests  25 passed (25)\nall 3.0\n')).toBe(
    '25 passed (25)',
  );
  expect(countsIn('12 shapes\n286 passed, 0 failed\n')).toBe('286 passed, 0 failed');
});
