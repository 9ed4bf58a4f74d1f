import { describe, expect, test } from 'vitest';
import { Unproven } from '../../../../functions/drill/failure.ts';
import { dataOf } from '../../../../functions/drill/outcome.ts';
import { zonesWithBackups } from '../../../support/backups.ts';
import { begin, lastAt, momentOf, said, start } from '../../../support/drills.ts';
import { type Done, type Life, reconcile } from '../../../support/life.ts';
import { zonesWith } from '../../../support/registered.ts';

const day = 24 * 3_600_000;

/** What the program writes on the hub for a drill that ended then, about a backup of an hour before. */
const written = (time: number, because?: Unproven, hasBackup = true): Record<string, unknown> => {
  const backup = { at: momentOf(time - 3_600_000), dump: { bytes: 1 }, tables: 2, rows: 3 };
  const outcome = {
    ...{ at: new Date(time), seconds: 46, backup: (hasBackup ? backup : undefined) as never },
    ...(because && { because }),
  };

  return Object.fromEntries(Object.entries(dataOf(outcome)).filter(([, value]) => value !== null));
};

/** What is said at a time when a backup was made an hour before, so that nothing else is anybody's move. */
const drilled = (data: Record<string, unknown>, now: number, life?: Life): Done =>
  said({ 'backup-report': { last: lastAt(now - 3_600_000) }, 'drill-report': data }, now, life);

const backupIn = ({ composite }: { composite: { status?: unknown } }) => {
  const { zones } = composite.status as { zones: { components: { backup?: Record<string, unknown> }[] }[] };

  return zones[0]?.components[0]?.backup;
};
const stateAfter = (data: Record<string, unknown>, now: number) => {
  const life = begin();
  const done = drilled(data, now, life);

  return { ...done, backup: backupIn(life) };
};

const different = new Unproven('different', 'rows of table invoice are not what they were');

// Guard rail: postgres-backed-up
describe('what the status says of drills', () => {
  test('is when a backup was proven, of when that is, and how long it took', () => {
    const { backup, conditions } = stateAfter(written(start), start + day);

    expect(backup).toEqual({
      ...{ proof: 'Proven', provenAt: '2026-01-01T02:15:00Z', provenBackup: '2026-01-01T01:15:00Z', provenSeconds: 46 },
      ...{ lastAt: '2026-01-02T01:15:00Z', lastBytes: 184_000_000, lastRows: 908_354 },
      lastKeptUntil: '2026-01-16T01:15:00Z',
      message: 'the backup of 2026-01-01T01:15:00Z was restored and compared at 2026-01-01T02:15:00Z, in 46 s.',
    });
    expect(conditions.BackedUp?.status).toBe(2);
  });

  const ages = [0, 1, 31, 34.9, 35, 36, 400];
  const cases = ages.flatMap((age) =>
    [false, true].flatMap((isProven) => [false, true].map((fails) => ({ age, isProven, fails }))),
  );
  console.log(`${cases.length} states of a proof: age × proven before × failing`);

  test.each(cases)('$age days old, proven before: $isProven, failing: $fails', ({ age, isProven, fails }) => {
    const now = start + age * day;
    const { backup, conditions } = stateAfter(
      { ...(isProven && written(start)), ...(fails && written(now, different)) },
      now,
    );
    const want = fails ? 'NotProven' : age >= 35 ? 'ProofTooOld' : isProven ? 'Proven' : 'NotProvenYet';

    expect(backup?.proof).toBe(want);
    // Nothing but a drill that has proven a backup says that one is.
    expect('provenAt' in (backup ?? {})).toBe(isProven);
    expect(conditions.ActionNeeded?.status).toBe(['NotProven', 'ProofTooOld'].includes(want) ? 2 : 3);
    expect(conditions.ActionNeeded?.message).toMatch(/[^.][.]$/);
    // Whether there is a backup does not depend on whether it was proven.
    expect(conditions.BackedUp).toMatchObject({ status: 2, reason: 'BackedUp' });
  });

  test.each([
    ['different', 'Platform'],
    ['damaged', 'Platform'],
    ['identity', 'Platform'],
    ['room', 'Platform'],
    ['content', 'Squad'],
    ['machine', 'SRE'],
  ] as const)('a drill that fails by %s is a move of %s', (kind, actor) => {
    const because = new Unproven(kind, 'it is so');
    const { backup, conditions } = stateAfter(written(start, because), start + day);

    expect(conditions.ActionNeeded?.reason).toBe(actor);
    expect(conditions.ActionNeeded?.message).toContain(`${because.move.next}: the drill of spike in zone frontier`);
    expect(backup?.message).toMatch(new RegExp(`because it is so; no backup was proven yet[.] Move: ${actor}[.]$`));
  });

  test('is overdue a move of SREs, with the CronJob to look at', () => {
    const { conditions } = stateAfter(written(start), start + 35 * day);

    expect(conditions.ActionNeeded).toMatchObject({
      reason: 'SRE',
      message: expect.stringMatching(/CronJob squadkit-backups\/galaxy-billing-[0-9a-f]{16}-drill: nothing was said/),
    });
  });

  test('a drill before the first backup proves nothing, and nobody has to act once there is one', () => {
    const absent = written(
      start - 2 * 3_600_000,
      new Unproven('absent', 'there is no backup of it in the store'),
      false,
    );

    expect(stateAfter(absent, start + day).backup?.proof).toBe('NotProvenYet');
    const life = begin();
    said({ 'drill-report': absent }, start, life);
    expect(backupIn(life)?.proof).toBe('NotProven');
  });

  test('where the Zone says no drill, nobody proves them, and that is said', () => {
    const life = begin(zonesWithBackups());
    const { conditions } = said({ 'backup-report': { last: lastAt(start) } }, start + 1000, life);

    expect(backupIn(life)).toEqual({
      ...{ lastAt: '2026-01-01T02:15:00Z', lastBytes: 184_000_000, lastRows: 908_354 },
      ...{ lastKeptUntil: '2026-01-15T02:15:00Z', proof: 'NobodyProves' },
      message: 'nobody proves its backups: zone frontier says no drill.',
    });
    expect(conditions.ActionNeeded?.reason).toBe('Nobody');
  });

  test('where Squadkit makes no backups, nothing is said of them', () => {
    const life = begin(zonesWith({}));
    reconcile(life);

    expect(backupIn(life)).toBeUndefined();
  });

  test.each([
    ['no JSON', 'hello'],
    ['another shape', { at: 'yesterday', backup: 7 }],
    ['a moment that is none', { at: '2026-01-01', backup: momentOf(start), seconds: 1 }],
  ])('%s is no proof', (_, proven) => {
    expect(stateAfter({ proven }, start + day).backup).not.toHaveProperty('provenAt');
  });

  test('what a pod writes acts on nobody who reads it, and is not endless', () => {
    const notProven = {
      ...{
        at: momentOf(start),
        because: `\u001b[2J\u202e${'x'.repeat(5000)}`,
        actor: 'SRE',
        next: '\u0007look\nthere',
      },
    };
    const { conditions, backup } = stateAfter({ notProven }, start + day);

    for (const text of [conditions.ActionNeeded?.message, backup?.message as string]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is what is asked.
      expect(text).not.toMatch(/[\u0000-\u001f\u202e]/);
      expect(text?.length).toBeLessThan(1500);
    }
  });

  test('it is looked at again when a proof becomes too old', () => {
    const { ttl } = drilled(written(start), start + 35 * day - 100_000);

    expect(ttl).toBeLessThanOrEqual(100);
  });
});
