import { expect, test } from 'vitest';
import { orUnproven, saidOfRestore, Unproven } from '../../../functions/drill/failure.ts';
import { dataOf } from '../../../functions/drill/outcome.ts';
import { Unusable } from '../../../functions/outside/reason.ts';

const canary = 'canary-of-a-row';

test.each<[string, string | undefined, number | NodeJS.Signals | null, string, RegExp]>([
  ['', '53100', 1, 'Platform', /^there is not room enough for the throwaway server \(53100\)$/],
  ['', '42501', 1, 'Squad', /rights that nobody has in a drill/],
  ['', '42883', 1, 'Squad', /needs what is not in it \(42883\)$/],
  ['', '23505', 1, 'Squad', /^rows of the dump cannot be restored \(23505\)$/],
  ['', 'P0001', 1, 'Squad', /^a function in the dump fails/],
  ['', '57P01', 1, 'SRE', /^a connection of the restore was ended/],
  ['', '53200', 1, 'SRE', /has not enough memory/],
  ['', 'XX001', 1, 'Squad', /^the dump cannot be restored \(XX001\)$/],
  [
    'pg_restore: error: unsupported version (1.17) in file header',
    undefined,
    1,
    'Platform',
    /^the dump was made by a later pg_dump/,
  ],
  [
    'pg_restore: error: could not read from input file: end of file',
    undefined,
    1,
    'Platform',
    /no dump, or not all of one$/,
  ],
  ['pg_restore: error: could not write to output file: No space left on device', undefined, 1, 'Platform', /room/],
  [
    'pg_restore: error: could not read from input file: end of file\npg_restore: error: a worker process died unexpectedly',
    ...(['57014', 1, 'Platform', /no dump, or not all of one \(57014\)$/] as const),
  ],
  ['pg_restore: error: a worker process died unexpectedly', undefined, 1, 'SRE', /^a part of pg_restore was ended$/],
  [canary, undefined, 1, 'Platform', /^the dump cannot be restored: pg_restore ended with status 1$/],
  [canary, undefined, 'SIGSEGV', 'SRE', /^pg_restore was ended by SIGSEGV$/],
])('of %j and %s after %s it is said what it is, and whose move', (written, code, end, actor, because) => {
  const said = saidOfRestore(`${written}\n${canary}`, code, end);

  expect(said.message).toMatch(because);
  expect(said.message).not.toContain(canary);
  expect(said.move).toEqual({ actor, next: expect.any(String) });
});

test('what is known is said, and what nobody foresaw is thrown again', () => {
  const fault = new Error(canary);

  expect(orUnproven(new Unusable('store: x'), 'store')).toMatchObject({ message: 'store: x', kind: 'store' });
  expect(orUnproven(Object.assign(new Error(canary), { code: 'ENOSPC' }), 'store')).toMatchObject({ kind: 'room' });
  expect(() => orUnproven(fault, 'store')).toThrow(fault);
});

test('a sentence on the hub is not longer than 500 characters', () => {
  const outcome = {
    at: new Date(0),
    seconds: 1,
    backup: undefined,
    because: new Unproven('damaged', 'x'.repeat(1000)),
  };

  expect(JSON.parse(dataOf(outcome).notProven ?? '')).toMatchObject({ because: 'x'.repeat(500) });
});
