import { expect, test } from 'vitest';
import { type Subject, subjectOf } from '../../../functions/backup/subject.ts';
import { postgresNames } from '../../../functions/providers/postgres/names.ts';
import { databaseAt, momentIn } from '../../../functions/restore/into.ts';

const subject = subjectOf('main/frontier.spike/galaxy/billing') as Subject;

test('a database is called as its Service, and the seconds of the moment', () => {
  expect(databaseAt(subject, new Date('2026-11-28T02:37:04Z'))).toBe(
    `galaxy_billing-${(Date.UTC(2026, 10, 28, 2, 37, 4) / 1000).toString(36)}`,
  );
  expect(databaseAt(subject, new Date('2026-11-28T02:37:05Z'))).not.toBe(
    databaseAt(subject, new Date('2026-11-28T02:37:04Z')),
  );
});

test('no Service has a database of such a name', () => {
  expect(postgresNames('galaxy', 'billing-tc5k2a').database).not.toContain('-');
});

test.each(['2026-11-28T02:37:04Z', '2028-02-29T00:00:00Z'])('%s is a moment', (text) => {
  expect(momentIn(text)).toEqual(new Date(text));
});

test.each([
  ...['', 'now', '2026-11-28', '2026-11-28T02:37:04', '2026-11-28T02:37:04.5Z', '2026-11-28T02:37:04+01:00'],
  ...['2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-11-28T24:00:00Z', '1969-12-31T00:00:00Z'],
])('%j is none', (text) => {
  expect(momentIn(text)).toBeUndefined();
});
