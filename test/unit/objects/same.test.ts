import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSame } from '../../../functions/objects/same.ts';
import { cases, seed } from '../../support/cases.ts';

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
    { numRuns: cases, seed },
  );
});

test.each([
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: 1 }, { b: undefined, a: 1 }, true],
  [{ constructor: undefined }, {}, true],
  [{}, { constructor: 'acme' }, false],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
])('%j and %j: %j', (a, b, want) => expect([isSame(a, b), isSame(b, a)]).toEqual([want, want]));
