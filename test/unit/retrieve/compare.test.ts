import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Contents } from '../../../functions/backup/contents.ts';
import { differences } from '../../../functions/retrieve/compare.ts';
import { manyCases } from '../../support/cases.ts';

/** Names as PostgreSQL takes them, also those that JavaScript would take for something of its own. */
const name = fc.oneof(
  fc.constantFrom('constructor', 'toString', 'hasOwnProperty', '1', 'a b', 'Ö'),
  fc.stringMatching(/^[a-z_]{1,9}$/),
);
const table = fc.record({ rows: fc.nat(), sum: fc.bigInt().map(String) });
const sequence = fc.record({
  next: fc.bigInt({ min: -1000n, max: 1000n }).map(String),
  goes: fc.constantFrom('up', 'down', 'round'),
});
const thing = fc
  .tuple(fc.constantFrom('index', 'view', 'function', 'default of'), name)
  .map((parts) => parts.join(' '));
const contents: fc.Arbitrary<Contents> = fc.record({
  tables: fc.dictionary(name, table),
  sequences: fc.dictionary(name, sequence as fc.Arbitrary<Contents['sequences'][string]>),
  things: fc.uniqueArray(thing),
});

const runs = { numRuns: manyCases };

test('what is the same is not otherwise, in whatever order', () => {
  fc.assert(
    fc.property(contents, ({ tables, sequences, things }) => {
      const turned = <Value>(record: Record<string, Value>) => Object.fromEntries(Object.entries(record).reverse());
      const other = { tables: turned(tables), sequences: turned(sequences), things: [...things].reverse() };

      expect(differences({ tables, sequences, things }, other)).toEqual([]);
    }),
    runs,
  );
});

/** One thing of it changed; undefined where there is none of that kind. */
const changes: Record<string, (from: Contents, which: number) => Contents | undefined> = {
  'a table less': ({ tables, ...rest }, which) => without(tables, which, (left) => ({ ...rest, tables: left })),
  'a row less': (from, which) =>
    ofTable(from, which, ({ rows, sum }) => (rows === 0 ? undefined : { rows: rows - 1, sum })),
  'a row more': (from, which) => ofTable(from, which, ({ rows, sum }) => ({ rows: rows + 1, sum })),
  'a row otherwise': (from, which) =>
    ofTable(from, which, ({ rows, sum }) => ({ rows, sum: String(BigInt(sum) + 1n) })),
  'a sequence less': ({ sequences, ...rest }, which) =>
    without(sequences, which, (left) => ({ ...rest, sequences: left })),
  'a sequence that goes otherwise': (from, which) =>
    ofSequence(from, which, ({ next, goes }) => ({ next, goes: goes === 'up' ? 'down' : 'up' })),
  'a sequence that is behind': (from, which) =>
    ofSequence(from, which, ({ next, goes }) =>
      goes === 'round' ? undefined : { next: String(BigInt(next) + (goes === 'up' ? -1n : 1n)), goes },
    ),
  'a thing less': ({ things, ...rest }, which) =>
    things.length === 0 ? undefined : { ...rest, things: things.filter((_, index) => index !== which % things.length) },
};

const without = <Value>(of: Record<string, Value>, which: number, make: (left: Record<string, Value>) => Contents) => {
  const names = Object.keys(of);
  const gone = names[which % names.length];

  return gone === undefined
    ? undefined
    : make(Object.fromEntries(Object.entries(of).filter(([each]) => each !== gone)));
};
const changed = <Value>(of: Record<string, Value>, which: number, change: (value: Value) => Value | undefined) => {
  const entry = Object.entries(of)[which % Object.keys(of).length];
  const value = entry && change(entry[1]);

  return entry === undefined || value === undefined ? undefined : { ...of, [entry[0]]: value };
};
const ofTable = (
  from: Contents,
  which: number,
  change: (of: Contents['tables'][string]) => Contents['tables'][string] | undefined,
) => {
  const tables = changed(from.tables, which, change);

  return tables && { ...from, tables };
};
const ofSequence = (
  from: Contents,
  which: number,
  change: (of: Contents['sequences'][string]) => Contents['sequences'][string] | undefined,
) => {
  const sequences = changed(from.sequences, which, change);

  return sequences && { ...from, sequences };
};

test.each(Object.keys(changes))('%s is exactly one difference, in one line', (kind) => {
  const change = changes[kind] as (typeof changes)[string];
  fc.assert(
    fc.property(contents, fc.nat(), (from, which) => {
      const other = change(from, which);
      fc.pre(other !== undefined);
      const said = differences(from, other as Contents);

      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/^[\w .,()[\]$-]+(: it gives again what it gave already)?$/);
      // What is missing is a difference as what is there besides is.
      if (/less/.test(kind)) expect(differences(other as Contents, from)).toHaveLength(1);
    }),
    runs,
  );
});

test('a sequence that is ahead is no difference, and one that begins again may be anywhere', () => {
  const at = (next: string, goes: 'up' | 'down' | 'round') => ({
    tables: {},
    sequences: { s: { next, goes } },
    things: [],
  });

  expect(differences(at('5', 'up'), at('6', 'up'))).toEqual([]);
  expect(differences(at('5', 'down'), at('-6', 'down'))).toEqual([]);
  expect(differences(at('5', 'round'), at('1', 'round'))).toEqual([]);
  expect(differences(at('9223372036854775808', 'up'), at('9223372036854775807', 'up'))).toHaveLength(1);
});
