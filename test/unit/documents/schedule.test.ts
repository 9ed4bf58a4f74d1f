import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { longestWaitIn, nextIn } from '../../../functions/documents/schedule.ts';

const at = (text: string): number => Date.parse(`${text}:00Z`);
const written = (moment: number | undefined) =>
  moment === undefined ? undefined : new Date(moment).toISOString().slice(0, 16);

// 2026-11-28 is a Saturday.
test.each([
  ['15 2 * * *', '2026-11-28T02:14', '2026-11-28T02:15'],
  ['15 2 * * *', '2026-11-28T02:15', '2026-11-29T02:15'],
  ['*/20 * * * *', '2026-11-28T23:41', '2026-11-29T00:00'],
  ['5/20 * * * *', '2026-11-28T23:06', '2026-11-28T23:25'],
  ['0 8-10,22 * * *', '2026-11-28T10:00', '2026-11-28T22:00'],
  ['0 0 1 * *', '2026-11-28T00:00', '2026-12-01T00:00'],
  ['0 0 31 * *', '2026-11-28T00:00', '2026-12-31T00:00'],
  ['0 0 29 2 *', '2026-11-28T00:00', '2028-02-29T00:00'],
  ['0 0 29 2 *', '2096-03-01T00:00', '2104-02-29T00:00'],
  ['0 0 31 2 *', '2026-11-28T00:00', undefined],
  ['0 0 * * 0', '2026-11-28T12:00', '2026-11-29T00:00'],
  ['0 0 * * 7', '2026-11-28T12:00', '2026-11-29T00:00'],
  // Both are said: either is enough.
  ['0 0 13 * 5', '2026-11-28T00:00', '2026-12-04T00:00'],
  // One begins with a star: both have to be.
  ['0 0 */2 * 1', '2026-11-28T00:00', '2026-12-07T00:00'],
])('%s after %s is %s', (schedule, after, want) => {
  expect(written(nextIn(schedule, at(after)))).toBe(want);
});

test('it is later, on a whole minute, and nothing lies between', () => {
  const figures = (least: number, most: number) => fc.integer({ min: least, max: most });
  const schedule = fc
    .tuple(figures(0, 59), figures(0, 23), fc.option(figures(1, 28)), fc.option(figures(0, 6)))
    .map(([minute, hour, date, weekday]) => `${minute} ${hour} ${date ?? '*'} * ${weekday ?? '*'}`);
  const moments = figures(at('2020-01-01T00:00'), at('2030-01-01T00:00'));

  fc.assert(
    fc.property(schedule, moments, moments, (text, after, other) => {
      const next = nextIn(text, after) as number;

      expect(next).toBeGreaterThan(after);
      expect(next % 60_000).toBe(0);
      expect(nextIn(text, next - 1)).toBe(next);
      if (other > after && other < next) expect(nextIn(text, other)).toBe(next);
    }),
  );
});

const hour = 3_600_000;

test.each([
  ['15 2 * * *', 24 * hour],
  ['45 3 * * *', 24 * hour],
  ['0 */6 * * *', 6 * hour],
  ['0 0,1 * * *', 23 * hour],
  ['* * * * *', 60_000],
  ['0 0 * * 1', 7 * 24 * hour],
  ['0 0 * * 1,2', 6 * 24 * hour],
  ['0 0 1 * *', 31 * 24 * hour],
  ['0 0 1 1 *', 366 * 24 * hour],
  ['0 0 29 2 *', (4 * 365 + 1) * 24 * hour],
  ['0 0 31 2 *', Number.POSITIVE_INFINITY],
])('%s waits for at most %d ms', (schedule, want) => {
  expect(longestWaitIn(schedule)).toBe(want);
});

test('nobody waits longer than the longest wait, wherever they begin', () => {
  const figures = (least: number, most: number) => fc.integer({ min: least, max: most });
  const schedule = fc
    .tuple(figures(0, 59), figures(0, 23), fc.option(figures(1, 31)), fc.option(figures(0, 6)))
    .map(([minute, hours, date, weekday]) => `${minute} ${hours} ${date ?? '*'} * ${weekday ?? '*'}`);

  fc.assert(
    fc.property(schedule, figures(at('2020-01-01T00:00'), at('2030-01-01T00:00')), (text, after) => {
      const next = nextIn(text, after) as number;

      expect((nextIn(text, next) as number) - next).toBeLessThanOrEqual(longestWaitIn(text));
    }),
  );
});
