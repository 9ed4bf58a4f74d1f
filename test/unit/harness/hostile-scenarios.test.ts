import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const tests = resolve(import.meta.dirname, '../..');
const table = readFileSync(join(tests, 'hostile/README.md'), 'utf8');
const rows = [...table.matchAll(/^\| (S\d+) \| [^|]+ \| ([^|]+) \|$/gm)].map(([, number = '', shown = '']) => ({
  number,
  shown,
}));

test('every scenario has a row, once', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 38 }, (_, index) => `S${index + 1}`));
});

test.each(rows)('$number is shown by tests that are there, or says why not', ({ shown }) => {
  if (shown.startsWith('not shown here: ')) return;

  for (const citation of shown.split('; ')) {
    const [, file = '', title = ''] = /^(\S+\.ts): (.+)$/.exec(citation) ?? [];
    expect(title, citation).not.toBe('');
    expect(readFileSync(join(tests, file), 'utf8'), citation).toContain(title);
  }
});
