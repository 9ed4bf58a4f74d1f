import { describe, expect, test } from 'vitest';
import { pairsOf, reasonsOf, step } from '../../../functions/plan/compare/facts.ts';
import type { Fact } from '../../../functions/words/thing.ts';

const open: Fact = {
  label: 'read by',
  value: ['everybody'],
  wider: 'RightsWidened',
  narrower: 'none',
  replaced: 'none',
};
const versions: Fact = { label: 'versions kept', value: 30, wider: 'none', narrower: 'GuaranteeLost' };
const said = (before: Fact[], after: Fact[]) => pairsOf(before, after).map((pair) => [step(pair), ...reasonsOf(pair)]);

describe('a fact that a provider has in some states only', () => {
  test.each<[string, Fact[], Fact[], string[]]>([
    ['comes: what more of it means', [], [open], ['read by everybody', 'RightsWidened']],
    ['goes: what less of it means', [versions], [], ['no longer versions kept 30', 'GuaranteeLost']],
    ['comes where less would mean something', [], [versions], ['versions kept 30']],
    ['goes where more would mean something', [open], [], ['no longer read by everybody']],
  ])('%s', (_, before, after, expected) => {
    expect(said(before, after)).toEqual([expected]);
  });

  test('an empty one is as none', () => {
    expect(said([], [{ ...open, value: [] }])).toEqual([]);
    expect(said([{ ...open, value: [] }], [])).toEqual([]);
  });
});

test('entries that read alike joined are not the same', () => {
  const [before, after] = [['a, b'], ['a', 'b']].map((value): Fact => ({ ...open, value }));

  expect(said([before as Fact], [after as Fact])).toEqual([[expect.stringContaining('as well'), 'RightsWidened']]);
});

test('two facts of one thing with the same label are a defect of its provider', () => {
  expect(() => pairsOf([], [open, open])).toThrow('two facts of one thing have the same label: read by, read by');
});
