import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Difference, differences } from '../../../functions/objects/difference.ts';
import { addFields } from '../../../functions/objects/record.ts';
import { isSame } from '../../../functions/objects/same.ts';
import { manyCases } from '../../support/cases.ts';

/** Few keys and few values, so that many are the same; most objects of JavaScript answer to some of these keys. */
const key = fc.constantFrom('a', 'b', 'constructor', 'toString', '__proto__');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(null, 0, 1, '', 'a', true),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(key, tie('value'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));

test('JSON values are the same exactly if they are so for Node.js', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(isSame(a, b)).toBe(isDeepStrictEqual(a, b));
      expect(isSame(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: manyCases },
  );
});

test.each([
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: 1 }, { b: undefined, a: 1 }, true],
  [{ constructor: undefined }, {}, true],
  [{}, { constructor: 'acme' }, false],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
])('%j and %j: %j', (a, b, want) => expect([isSame(a, b), isSame(b, a)]).toEqual([want, want]));

test('adds what a target does not have, whatever it is called, and changes nothing else', () => {
  const record = JSON.parse('{"name": "theirs", "constructor": 1, "__proto__": {"polluted": true}, "absent": null}');
  const target = { name: 'ours' };
  const added = addFields(target, record) as Record<string, unknown>;

  expect(added).toBe(target);
  expect(JSON.stringify(added)).toBe('{"name":"ours","constructor":1,"__proto__":{"polluted":true},"absent":null}');
  expect(added.polluted).toBeUndefined();
  expect(record.name).toBe('theirs');
});

const cases: { name: string; before: unknown; after: unknown; want: Difference[] }[] = [
  {
    name: 'a field',
    before: { a: 1, b: { c: 1 } },
    after: { a: 1, b: { c: 2 } },
    want: [{ path: 'b.c', before: 1, after: 2 }],
  },
  {
    name: 'a field that is new, though every object answers to its name',
    before: {},
    after: { constructor: 'acme' },
    want: [{ path: 'constructor', before: undefined, after: 'acme' }],
  },
  {
    name: 'a field that is gone',
    before: { toString: 'acme' },
    after: {},
    want: [{ path: 'toString', before: 'acme', after: undefined }],
  },
  {
    name: 'an entry of a list whose entries have names, wherever it is now',
    before: [{ name: 'a', size: 1 }, { name: 'b' }],
    after: [{ name: 'b' }, { name: 'a', size: 2 }],
    want: [{ path: 'a.size', before: 1, after: 2 }],
  },
  {
    name: 'a list as a whole, if names do not tell its entries apart',
    before: [{ name: 'a' }, { name: 'a' }],
    after: [{ name: 'a' }],
    want: [{ path: '', before: [{ name: 'a' }, { name: 'a' }], after: [{ name: 'a' }] }],
  },
];

test.each(cases)('finds $name', ({ before, after, want }) => expect(differences(before, after)).toEqual(want));
