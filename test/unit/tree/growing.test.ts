import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { mostDocuments, mostValues, tooMuchIn } from '../../../functions/tree/reader/budget.ts';
import { disguiseIn, hasTaggedKey } from '../../../functions/tree/reader/disguised.ts';
import { refusalsOf } from '../../../functions/tree/reader/refused.ts';
import { leftOutBy, leftOutInOrder } from '../../../functions/tree/rendering/left-out.ts';
import { exampleTree, squadkit } from '../../support/squadkit.ts';

const secondsOf = (work: () => void): number => {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
};

describe('eight times as much takes no more than a few times as long as that', () => {
  test.each<[string, (times: number) => () => void, number]>([
    ['exclamation marks', (times) => () => disguiseIn(`a: x${',!'.repeat(times)}`), 12_000],
    ['exclamation marks and words', (times) => () => disguiseIn(`a: x${' !a b'.repeat(times)}`), 12_000],
    [
      'tabs in quotes',
      (times) => {
        const text = '- "a\n \tb"\n'.repeat(times);
        const [document] = parseAllDocuments(text);
        return () => refusalsOf(document as never, text);
      },
      5_000,
    ],
  ])(
    '%s',
    (_what, workOf, times) => {
      const [few, many] = [workOf(times), workOf(8 * times)];
      few();
      const once = Math.max(secondsOf(few), 0.02);

      // What grows by the square takes 64 times as long.
      expect(secondsOf(many) / once).toBeLessThan(32);
    },
    120_000,
  );
});

test('a key with a tag is found in every text in which a pattern would find it', () => {
  const pattern = /(^|[\s{,?])!\S*\s+\S+\s*:/;
  const letters = [...'!!:: \n{,?ab'];
  const texts = Array.from({ length: 50_000 }, (_, index) =>
    Array.from({ length: 9 }, (_, at) => letters[Math.floor(index * 7919 * (at + 1) + index / 11 ** at) % 11]).join(''),
  );
  const tagged = texts.filter((text) => pattern.test(text));

  expect(tagged.length).toBeGreaterThan(100);
  expect(tagged.filter((text) => !hasTaggedKey(text))).toEqual([]);
  expect(disguiseIn('!a b: c')).toBeDefined();
});

test('what has more documents or values than any squad needs is not parsed', async () => {
  const texts = {
    documents: '---\na: b\n'.repeat(mostDocuments + 1),
    values: `[${'a,'.repeat(mostValues)}]`,
  };
  for (const [what, text] of Object.entries(texts)) {
    const { error, status } = await squadkit(['validate', exampleTree({ 'squads/galaxy/x.yaml': text })]);

    expect(error).toMatch(
      new RegExp(`squads/galaxy/x.yaml: this has more than \\d+ ${what}, and no squad needs so many`),
    );
    expect(status).toBe(1);
  }
  expect(tooMuchIn('a: b\n---\n'.repeat(100))).toBeUndefined();
});

test.each([
  [' #b.yaml', ' #b.yaml'],
  [' !b.yaml', ' !b.yaml'],
  ['b.yaml  ', 'b.yaml'],
  ['  b.yaml', 'b.yaml'],
])('a line %j of .sourceignore is a pattern with the blanks before it', (line, path) => {
  expect(leftOutBy(line, '', [path])).toBe(path);
  expect(leftOutInOrder(line, [path])).toBe(path);
});

test.each(['#b.yaml', '!b.yaml', ''])('a line %j leaves nothing out', (line) => {
  expect(leftOutBy(line, '', ['b.yaml', line])).toBeUndefined();
});
