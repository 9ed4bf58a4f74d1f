import { expect, test } from 'vitest';
import { saidOfDump, saidOfServer, saidOfStore } from '../../../functions/backup/failure.ts';

const canary = 'canary-of-a-row';

/** What somebody outside could put where an error has something. */
const places = ['name', 'message', 'code', 'detail', 'hint', 'where', 'Code', 'Message', 'Key', 'stack'];
/** Errors of which something is known, and of which nothing is. */
const known = [
  {},
  { code: '42501' },
  { code: 'ECONNREFUSED' },
  { name: 'AccessDenied' },
  { $metadata: { httpStatusCode: 507 } },
];
const cases = places.flatMap((place) =>
  known.flatMap((error) =>
    [canary, `${canary}\n`, `E_${canary}`, `${'A'.repeat(60)}${canary}`].map((text) => ({ ...error, [place]: text })),
  ),
);

test(`nothing of what others say is said again, in ${cases.length} errors`, () => {
  const said = cases.flatMap((error) =>
    [saidOfServer(error), saidOfStore(error, 'writer')].map(({ message }) => message),
  );

  expect(said.filter((sentence) => sentence.includes(canary) || /[^ -~]/.test(sentence))).toEqual([]);
  expect(new Set(said.map((sentence) => sentence.split(':')[0]))).toEqual(new Set(['server', 'store']));
});

test.each([
  [`permission denied for table ${canary}`, 1, /may not read everything/],
  [canary, 1, /^pg_dump: it ended with status 1$/],
  [canary, 'SIGKILL', /^pg_dump: it was ended by SIGKILL$/],
] as const)('of %j only what is known is said', (written, end, wanted) => {
  expect(saidOfDump(written, end).message).toMatch(wanted);
  expect(saidOfDump(written, end).message).not.toContain(canary);
});

test.each([
  [{ name: 'TimeoutError', code: 'ECONNRESET' }, 'store: the connection was cut'],
  [{ name: 'TimeoutError' }, 'store: it does not answer in time'],
  [{ name: 'AccessDenied', code: 'ECONNRESET' }, /^store: it does not let the writer put there/],
  [{ $metadata: { httpStatusCode: 507 } }, 'store: it answers with status 507'],
])('of %j a store is said to have done what it did', (error, wanted) => {
  expect(saidOfStore(error, 'writer').message).toMatch(wanted);
});

test.each([null, undefined, 'text', 7, { name: 7 }, new Error('x')])('of %j too there is a sentence', (thrown) => {
  expect(saidOfServer(thrown).message).toBe('server: it answers otherwise than PostgreSQL does');
  expect(saidOfStore(thrown, 'writer').message).toBe('store: it answers otherwise than S3 does');
});

test('an object that is there after a question without an answer may be the one that was put', () => {
  const said = (attempts: number) =>
    saidOfStore({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412, attempts } }, 'writer').message;

  expect(said(1)).toBe('store: there is an object of that name already');
  expect(said(2)).toBe('store: it did not answer, and then had an object of that name: it may be this one');
});
