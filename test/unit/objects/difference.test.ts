import { expect, test } from 'vitest';
import { type Difference, differences } from '../../../functions/objects/difference.ts';

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
