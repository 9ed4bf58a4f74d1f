import { expect, test } from 'vitest';
import { mostAliases, mostLevels, outOfBounds } from '../../../functions/tree/reader/bounds.ts';
import { means, patternOf } from '../../../functions/tree/rendering/pattern.ts';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

const many = 200_000;
const billing = exampleFile('squads/galaxy/billing.yaml');
const numbered = (line: (index: number) => string, times = 60_000): string =>
  Array.from({ length: times }, (_, index) => line(index)).join('');

/** Every way to go one level further in, as often as asked. */
const nested: Record<string, (times: number) => string> = {
  brackets: (times) => `a: ${'['.repeat(times)}x${']'.repeat(times)}`,
  braces: (times) => `a: ${'{a: '.repeat(times)}x${'}'.repeat(times)}`,
  both: (times) => `a: ${'[{a: '.repeat(times)}`,
  'brackets that quoted ones seem to end': (times) => '["]", '.repeat(times),
  'brackets behind an apostrophe': (times) => `a: don't\nb: ${'['.repeat(times)}`,
  'brackets that a comment seems to end': (times) => `a:\n${' [ #]\n'.repeat(times)}`,
  'entries of lists': (times) => `${'- '.repeat(times)}x`,
  'keys with a question mark': (times) => `${'? '.repeat(times)}x`,
  'values in one line': (times) => `${'a: '.repeat(times)}x`,
  'values in braces': (times) => `{${'a: '.repeat(times)}x}`,
  'values in braces, in lines': (times) => `{${'a:\n '.repeat(times)}x}`,
  'values of nothing': (times) => `${': '.repeat(times)}x`,
  indentation: (times) =>
    Array.from({ length: Math.min(times, 1000) }, (_, index) => `${' '.repeat(index)}a:\n`).join(''),
};

test.each(Object.keys(nested))('levels are counted before anything is parsed: %s', (how) => {
  const text = nested[how] ?? String;

  expect(outOfBounds(text(mostLevels / 4))).toBeUndefined();
  expect(outOfBounds(text(20_000))?.message).toBe('it is nested too deeply');
});

test('aliases are counted, and what only looks like one is not', () => {
  const aliases = numbered((index) => `- &a${index} x\n- *a${index}\n`, mostAliases + 1);

  expect(outOfBounds(aliases)?.message).toBe(`it has more than ${mostAliases} aliases`);
  expect(outOfBounds(`a: |\n${'  *a {[( - - - ? a: b: c\n'.repeat(many / 100)}`)).toBeUndefined();
  expect(outOfBounds(`a: "${'*a {[( - - - ? a: b: c '.repeat(many / 100)}"`)).toBeUndefined();
});

/** Texts that once took a reader seconds or minutes, or ended the process. */
const texts: Record<string, string> = {
  ...Object.fromEntries(Object.entries(nested).map(([how, text]) => [how, `# squadkit.io/ fluxcd\n${text(20_000)}`])),
  backslashes: `a: ${'\\'.repeat(many)}q`,
  'backslashes and blanks': `a: ${'\\'.repeat(many)}${' '.repeat(many)}q`,
  keys: numbered((index) => `a${index}: 1\n`),
  'keys of a Service': billing.replace('spec:', `${numbered((index) => `a${index}: 1\n`)}spec:`),
  'labels of a Service': billing.replace(
    /metadata: .*/,
    `metadata:\n  name: billing\n  namespace: galaxy\n  labels:\n${numbered((index) => `    a${index}: b\n`)}`,
  ),
  'anchors and aliases': numbered((index) => `- &a${index} squadkit.io/\n- *a${index}\n`, 20_000),
  'apiVersion in one line': 'apiVersion:'.repeat(20_000),
  'apiVersion and blanks': `${`apiVersion${' '.repeat(1000)}`.repeat(200)}squadkit.io/`,
  'odd words': `# squadkit.io/\n${'- yes\n'.repeat(many / 4)}`,
  letters: 'a'.repeat(many),
  slashes: `${'/'.repeat(many)}a`,
  stars: `${'/**'.repeat(many)}x`,
  'stars and letters': `${'*a'.repeat(20)}b`,
  'many stars and letters': '*a*a*a*a*b filter=x\n'.repeat(many / 20),
  'a source of Flux': `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: a}\nspec:\n  url: "https://a/${'?'.repeat(many)}\\n${'/'.repeat(many)}x"\n  ignore: "${'*a'.repeat(many)}b"\n  sparseCheckout: ["${'/'.repeat(many)}x"]\n`,
};

const places = [
  'squads/galaxy/x.yaml',
  'x.yaml',
  'squads/galaxy/kustomization.yaml',
  'squads/galaxy/.sourceignore',
  '.gitattributes',
  'x.md',
];

test.each(Object.keys(texts))('any file of it is looked at, and said to be wrong or planned: %s', async (name) => {
  for (const place of places) {
    const long = { [`squads/galaxy/${'a'.repeat(100)}.yaml`]: billing.replace('name: billing', 'name: ledger') };
    const isService = (texts[name] ?? '').startsWith('apiVersion: squadkit.io');
    const tree = exampleTree({
      ...long,
      [place]: texts[name] ?? '',
      ...(isService ? { 'squads/galaxy/billing.yaml': null } : {}),
    });
    const { status, error } = await squadkit(['plan', tree]);

    expect(error).not.toMatch(/has a fault|fault of squadkit|call stack/);
    expect([0, 1]).toContain(status);
  }
});

test('a document of ours has so many values, and no more', async () => {
  const labels = (times: number): string =>
    `metadata:\n  name: billing\n  namespace: galaxy\n  labels:\n${numbered((index) => `    a${index}: b\n`, times)}`;
  const told = async (times: number): Promise<string> => {
    const text = billing.replace(/metadata: .*/, labels(times));
    return (await squadkit(['plan', exampleTree({ 'squads/galaxy/billing.yaml': text })])).error;
  };

  expect(await told(1000)).toBe('');
  expect(await told(5000)).toContain(
    'billing.yaml:1:1: this has more than 10000 values, and no document of Squadkit needs',
  );
});

test('a pattern means what it meant as a regular expression', () => {
  const letters = ['a', 'b', '/', '*', '?', '.'];
  let meant = 0;
  for (let number = 0; number < 6 ** 6; number += 7) {
    const pattern = Array.from({ length: 6 }, (_, place) => letters[Math.floor(number / 6 ** place) % 6]).join('');
    const source = pattern
      .replaceAll('.', '\\.')
      .replace(/\*\*\/?|\*|\?/g, (found) => (found === '?' ? '[^/]' : found === '*' ? '[^/]*' : '.*'));
    for (const path of ['a', 'a/b', 'ab.a/b', 'b/a/a.b', 'a.b', 'bab/bb/a']) {
      const want = new RegExp(`(^|/)${source}(/|$)`).test(path);
      const parts = patternOf(pattern);
      if (want) meant += 1;
      expect([pattern, path, parts !== undefined && means(parts, path)]).toEqual([pattern, path, want]);
    }
  }
  expect(meant).toBeGreaterThan(100);
  expect(patternOf('[a]')).toBeUndefined();
});
