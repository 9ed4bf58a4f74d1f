import { describe, expect, test } from 'vitest';
import { dayTwo } from '../../recorded/day-two.ts';
import { answerTo, type Recording, recorded, saidBy } from '../../recorded/recording.ts';
import { canonical } from '../../support/json.ts';

const states = dayTwo();
const recordingOf = (name: keyof typeof states): Recording => recorded(states[name]);

const restoreJob = 'frontier.spike.fnmqo0.restore-job';
const data = ({ observed }: Pick<Recording, 'observed'>): Record<string, string> =>
  (observed['frontier.spike.binding']?.object as { data?: Record<string, string> } | undefined)?.data ?? {};
const handedOut = (recording: Recording, key: string): string =>
  Buffer.from(data(recording)[key] ?? '', 'base64').toString();
const condition = ({ conditions }: Recording, wanted: string) => conditions.find(({ type }) => type === wanted);
/** Local names in what is asked for and is not there yet. */
const newIn = ({ observed, resources }: Recording): string[] =>
  Object.keys(resources)
    .filter((name) => observed[name] === undefined)
    .map((name) => name.replace('frontier.spike.', ''));

describe('what a release is recorded to say of what goes on for years', () => {
  test.each(Object.keys(states) as (keyof typeof states)[])(
    '%s: is said again to who reads it from its file',
    (name) => {
      const recording = recordingOf(name);
      const read = JSON.parse(JSON.stringify(recording)) as Recording;

      expect(read.refused).toBeNull();
      expect(canonical(saidBy(answerTo(read)).resources)).toBe(canonical(read.resources));
      expect(Object.keys(read.observed).filter((one) => read.resources[one] === undefined)).toEqual([]);
    },
  );

  test('is what a Zone with a store has, and where backups begin in a Service', () => {
    const begin = recordingOf('billing-backups-begin');

    expect(Object.keys(recordingOf('zone-with-backups').resources)).toContain('further.spike.backups');
    expect(newIn(begin)).toEqual(['backup']);
    expect(condition(begin, 'BackedUp')).toMatchObject({ reason: 'NoBackupYet' });
  });

  test.each([
    { name: 'billing-backed-up-and-proven', database: 'galaxy_billing', said: { status: 2, reason: 'BackedUp' } },
    // What was backed up before is the database that it replaced.
    { name: 'billing-restored', database: 'galaxy_billing-fnmqo0', said: { status: 1, reason: 'NoBackupYet' } },
  ] as const)('$name: is at rest, with database $database', ({ name, database, said }) => {
    const recording = recordingOf(name);

    expect(newIn(recording)).toEqual([]);
    expect(condition(recording, 'BackedUp')).toMatchObject(said);
    expect(condition(recording, 'Provisioned')).toMatchObject({ status: 2 });
    expect(handedOut(recording, 'database')).toBe(database);
    expect(recording.resources).not.toHaveProperty([restoreJob]);
  });

  test('is a restore that is under way, while the database of before is in use', () => {
    const recording = recordingOf('billing-restoring');

    expect(recording.observed).toHaveProperty([restoreJob]);
    expect(recording.resources).toHaveProperty([restoreJob]);
    expect(handedOut(recording, 'database')).toBe('galaxy_billing');
  });

  test('is two logins, of which the newer one is handed out', () => {
    const recording = recordingOf('billing-two-logins');

    expect(newIn(recording)).toEqual([]);
    expect(recording.resources).toHaveProperty(['frontier.spike.app']);
    expect(recording.resources).toHaveProperty(['frontier.spike.app-2']);
    expect(handedOut(recording, 'username')).toBe('galaxy_billing_app_2');
  });
});
