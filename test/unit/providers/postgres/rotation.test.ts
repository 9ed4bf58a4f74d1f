import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Rule, rotate, type Seen, type SeenLogin } from '../../../../functions/providers/postgres/rotation.ts';
import { manyCases } from '../../../support/cases.ts';
import { day, type Lived, life, live, type Rotate } from '../../../support/rotation-life.ts';

const rule: Rule = { every: 90 * day, overlap: 7 * day, most: 30 * day, notBefore: undefined };
const login = (generation: number, more: Partial<SeenLogin> = {}): SeenLogin => ({
  ...{ generation, created: generation * day, works: true, arrived: generation * day + 1, answers: undefined },
  ...more,
});
const seenOf = (logins: SeenLogin[], more: Partial<Seen> = {}): Seen => ({
  ...{ logins, taken: [], bound: logins.at(-1)?.generation, isReceived: true, sessions: undefined, isKept: false },
  ...more,
});
const names = (seen: Seen, now: number, more: Partial<Rule> = {}) =>
  rotate(seen, { ...rule, ...more }, now).logins.map(({ generation }) => generation);

test.each([
  { name: 'makes the first', given: seenOf([]), now: 0, want: [1] },
  { name: 'leaves what is young', given: seenOf([login(1)]), now: 90 * day, want: [1] },
  { name: 'makes the next', given: seenOf([login(1)]), now: 91 * day, want: [1, 2] },
  { name: 'begins again after the last', given: seenOf([login(99)]), now: 189 * day, want: [99, 1] },
  {
    name: 'passes a name that is being deleted',
    given: seenOf([login(99)], { taken: [1] }),
    now: 189 * day,
    want: [99, 2],
  },
  {
    name: 'makes none when no name is left',
    given: seenOf([login(1)], { taken: Array.from({ length: 98 }, (_, index) => index + 2) }),
    now: 91 * day,
    want: [1],
  },
  {
    name: 'waits until the one before has arrived',
    given: seenOf([login(1, { arrived: undefined })], { isReceived: false }),
    now: 99 * day,
    want: [1],
  },
  { name: 'keeps the old one for its overlap', given: seenOf([login(1), login(2)]), now: 9 * day, want: [1, 2] },
  { name: 'ends it then', given: seenOf([login(1), login(2)]), now: 10 * day, want: [2] },
  {
    name: 'not one that is used',
    given: seenOf([login(1), login(2)], { sessions: { at: 10 * day, of: [1] } }),
    now: 10 * day,
    want: [1, 2],
  },
  {
    name: 'not before somebody looked',
    given: seenOf([login(1), login(2)], { sessions: { at: 8 * day, of: [] } }),
    now: 10 * day,
    want: [1, 2],
  },
  {
    name: 'but at the latest then',
    given: seenOf([login(1), login(2)], { sessions: { at: 10 * day, of: [1] } }),
    now: 33 * day,
    want: [2],
  },
  {
    name: 'makes again what is lost and handed out',
    given: seenOf([login(1)], { bound: 2 }),
    now: 10 * day,
    want: [1, 2],
  },
])('$name', ({ given, now, want }) => {
  expect(names(given, now)).toEqual(want);
});

test('in an emergency makes the next at once, hands it out when it works, and then ends what was before', () => {
  const notBefore = 5 * day;
  expect(names(seenOf([login(1)]), 4 * day, { notBefore })).toEqual([1]);
  expect(names(seenOf([login(1)]), 5 * day, { notBefore })).toEqual([1, 2]);
  const made = login(2, { created: 5 * day, arrived: undefined, answers: notBefore });
  expect(names(seenOf([login(1), made], { bound: 2, isReceived: false }), 5 * day + 9, { notBefore })).toEqual([1, 2]);
  expect(names(seenOf([login(1), made], { bound: 2 }), 5 * day + 9, { notBefore })).toEqual([2]);
});

test('names the next moment at which time changes something', () => {
  expect(rotate(seenOf([login(1)]), rule, 2 * day).next).toBe(91 * day);
  expect(rotate(seenOf([login(1)]), { ...rule, notBefore: 8 * day }, 2 * day).next).toBe(8 * day);
  expect(rotate(seenOf([login(1), login(2)]), rule, 3 * day).next).toBe(9 * day + 1);
  const used = seenOf([login(1), login(2)], { sessions: { at: 10 * day, of: [1] } });
  expect(rotate(used, rule, 10 * day)).toMatchObject({
    next: 32 * day + 1,
    ending: [{ generation: 1, atMost: 32 * day + 1, isWaitedFor: true }],
  });
});

test('names when the login in force is exchanged: when it is old enough, or before, at a moment that is asked for', () => {
  const dueWith = (notBefore: number | undefined) => rotate(seenOf([login(1)]), { ...rule, notBefore }, 2 * day).due;

  expect(dueWith(undefined)).toBe(91 * day);
  expect(dueWith(8 * day)).toBe(8 * day);
  expect(dueWith(100 * day)).toBe(91 * day);
  expect(dueWith(day)).toBe(91 * day);
  expect(rotate(seenOf([login(1)]), { ...rule, every: undefined, notBefore: 8 * day }, 2 * day).due).toBe(8 * day);
  expect(rotate(seenOf([login(1)]), { ...rule, every: undefined }, 2 * day).due).toBeUndefined();
});

/** Each rule of the decision, taken away. */
const mutations: Record<string, [string, string]> = {
  'falls back to an older login when the newest is away': ['works && index > boundAt', 'works'],
  'hands out what does not work': ['works && index > boundAt', 'index > boundAt'],
  'ends the old login before a newer one has arrived': [
    'known(arrivals.slice(index + 1))[0]',
    'logins[index + 1]?.created',
  ],
  'counts as arrived what one has not': ['isBound && seen.isReceived ? Math', 'isBound ? Math'],
  'counts as arrived what is not handed out': ['isBound && seen.isReceived ? Math', 'seen.isReceived ? Math'],
  'forgets when it arrived': ['bound?.arrived ?? (', '('],
  'counts from the last arrival': ['known(arrivals.slice(index + 1))[0]', 'known(arrivals.slice(index + 1)).at(-1)'],
  'begins before the last one is over': ['logins.length === 1 && arrived', 'arrived'],
  'has no overlap': ['[replaced + rule.overlap, replaced', '[replaced, replaced'],
  'asks nobody for sessions': ['(now >= atMost || !isUsed)', 'true'],
  'believes a count of before': ['sessions.at < end || ', ''],
  'waits for sessions without end': ['(now >= atMost || !isUsed)', '!isUsed'],
  'ends while the document is refused': ['!seen.isKept && isBound', 'isBound'],
  'ends while the server is away': ['bound.works && seen.isReceived;', 'seen.isReceived;'],
  'ends while a cluster is cut off': ['bound.works && seen.isReceived;', 'bound.works;'],
  'makes a fourth': ['if (isDue && logins.length < mostLogins)', 'if (isDue)'],
  'takes a name that cannot be had': [', ...seen.taken]', ']'],
  'forgets for which emergency it was made': ['answers: login.answers }', 'answers: undefined }'],
  'makes one for the same emergency again': [' && answers < emergency', ''],
  'keeps what is suspect as long as others': ['isSuspect(login) ? [0, 0] : ', ''],
  'makes none in an emergency': ['isSuspect(newest) || ', ''],
  'makes nothing again that is lost': ['return isLost', 'return false'],
  'names no moment': ['next.length > 0 ? Math.min(...next) : undefined', 'undefined'],
  'exchanges nothing': ['now >= due);', 'false);'],
};

describe(`what every life keeps, with outages, late rounds, wrong clocks and emergencies: ${manyCases} lives`, () => {
  const lives = (decide: Rotate, numRuns: number): Lived => {
    const sum: Lived = { made: 0, ended: 0, emergencies: 0, met: 0 };
    fc.assert(
      fc.property(life, (one) => {
        const lived = live(one, decide);
        for (const key of Object.keys(sum) as (keyof Lived)[]) sum[key] += lived[key];
      }),
      { numRuns, includeErrorInReport: true },
    );

    return sum;
  };

  const number = Math.max(manyCases, 20_000);

  // Guard rail: postgres-logins-rotate
  test('what lies on a cluster can log in, and nothing ends before its time', () => {
    const { made, ended, emergencies } = lives(rotate, number);
    console.log(`${number} lives: ${made} logins made, ${ended} ended, ${emergencies} emergencies`);
    expect(ended).toBeGreaterThan(number);
  });

  test.each(Object.entries(mutations))('is missed without a rule: %s', async (name, [rule, instead]) => {
    const source = readFileSync('functions/providers/postgres/rotation.ts', 'utf8');
    expect(source.split(rule), 'the rule stands there once').toHaveLength(2);
    const file = join(mkdtempSync(join(tmpdir(), 'rotation-')), `${name.replaceAll(' ', '-')}.mjs`);
    writeFileSync(file, stripTypeScriptTypes(source.replace(rule, instead)));
    const { rotate: mutated } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { rotate: Rotate };

    // The rarest is noticed in one life of some five hundred; the first one is enough.
    expect(() => lives(mutated, number)).toThrow(/broken: /);
  });
});
