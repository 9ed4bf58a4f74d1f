import { describe, expect, test } from 'vitest';
import { conditionOf, type KubernetesObject } from '../../../../functions/objects/resource.ts';
import { zonesWithBackups } from '../../../support/backups.ts';
import { type Done, edit, type Life, reconcile, settle } from '../../../support/life.ts';
import { squadWith, zonesWith } from '../../../support/registered.ts';

const start = Date.parse('2026-01-01T02:15:00Z');
const hour = 3_600_000;
const spec = { zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] }] };

const begin = (zones = zonesWithBackups()): Life => {
  const life: Life = {
    composite: {
      ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service' },
      metadata: { name: 'billing', namespace: 'galaxy', generation: 1 },
      spec,
    },
    ...{ observed: {}, had: new Set<string>(), now: start, registry: [...zones, squadWith('galaxy')] },
  };
  settle(life);

  return life;
};

const momentOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
const lastAt = (time: number, leftOut = { largeObjects: 0, tables: 0 }) => ({
  ...{ at: momentOf(time), keptUntil: momentOf(time + 14 * 24 * hour), bytes: 184_000_000, rows: 908_354, leftOut },
});
const failedAt = (time: number, because: string) => ({ at: momentOf(time), because });

/** What is said when the pod has written that, at a time. */
const said = (data: Record<string, unknown>, now: number, life = begin()): Done => {
  const report = life.observed['frontier.spike.backup-report']?.resource as unknown as KubernetesObject;
  const texts = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  report.status = { ...report.status, atProvider: { manifest: { data: texts } } };
  life.now = now;

  return reconcile(life);
};

const statuses = { 2: 'True', 3: 'False', 1: 'Unknown' } as Record<number, string>;
const backedUpIn = ({ conditions }: Done): string[] => {
  const { status = 0, reason = '' } = conditions.BackedUp ?? {};

  return [statuses[status] ?? 'none', reason];
};

const healthy = { last: lastAt(start) };

// Guard rail: postgres-backed-up
describe('the condition BackedUp', () => {
  test('says of when the backup is, how much it is, and until when it is kept', () => {
    const { conditions } = said(healthy, start + hour);

    expect(conditions.BackedUp?.message).toBe(
      'spike in zone frontier: the last backup is of 2026-01-01T02:15:00Z, 184 MB with 908354 rows, kept until 2026-01-15T02:15:00Z.',
    );
  });

  const ages = [0, 1, 24, 31, 32, 33, 24 * 30];
  const failures = [undefined, 'store: there is no such bucket'];
  const lefts = [
    { largeObjects: 0, tables: 0 },
    { largeObjects: 2, tables: 0 },
    { largeObjects: 0, tables: 3 },
  ];
  const cases = ages.flatMap((age) => failures.flatMap((failure) => lefts.map((left) => ({ age, failure, left }))));
  console.log(`${cases.length} states of a backup: age × failure × left out`);

  test.each(cases)('$age h old, failing: $failure, left out: $left', ({ age, failure, left }) => {
    const now = start + age * hour;
    const done = said({ last: lastAt(start, left), ...(failure && { failed: failedAt(now, failure) }) }, now);
    // Another one is due after 24 hours, and has 8 to be made.
    const want =
      failure !== undefined
        ? ['False', 'BackupFailed']
        : age >= 32
          ? ['False', 'BackupTooOld']
          : left.largeObjects + left.tables > 0
            ? ['False', 'LeftOut']
            : ['True', 'BackedUp'];

    expect(backedUpIn(done)).toEqual(want);
    expect(done.conditions.ActionNeeded?.status).toBe(want[0] === 'True' ? 3 : 2);
  });

  test.each([
    ['store: it does not let the writer put there: it needs s3:PutObject and s3:PutObjectRetention', 'Platform'],
    ['store: there is no way to it', 'Platform'],
    ['store: it did not answer, and then had an object of that name: it may be this one', 'SRE'],
    ['server: the login may not read everything: what was made in schema app before the login', 'Squad'],
    ['pg_dump: the login may not read everything: what was made in schema app before the login', 'Squad'],
    ['pg_dump: rows are hidden from the login: it lacks BYPASSRLS', 'Platform'],
    ['pg_dump: the server is newer than pg_dump: use the image of its major version', 'Platform'],
    ['recipient 1 is no public key of age', 'Platform'],
    ['server: the connection is refused', 'SRE'],
    ['pg_dump: it was ended by SIGKILL', 'SRE'],
    ['it was stopped', 'SRE'],
  ])('%s: is a move of %s', (because, actor) => {
    const { conditions } = said({ last: lastAt(start), failed: failedAt(start, because) }, start + hour);

    expect(conditions.ActionNeeded?.reason).toBe(actor);
    expect(conditions.ActionNeeded?.message).toMatch(/[^.][.]$/);
    expect(conditions.BackedUp?.message).toContain(because);
  });

  test('is Unknown before the first backup, and False when that does not come', () => {
    expect(backedUpIn(said({}, start + hour))).toEqual(['Unknown', 'NoBackupYet']);
    expect(backedUpIn(said({}, start + 33 * hour))).toEqual(['False', 'BackupTooOld']);
  });

  test('is looked at again when it becomes too old, by the clock alone', () => {
    expect(said(healthy, start + 32 * hour - 5000).ttl).toBe(5);
  });

  test('is not part of Ready: a store that is away stops no roll-out', () => {
    const life = begin();
    const { conditions } = said({ failed: failedAt(start, 'store: there is no way to it') }, start, life);

    expect(conditions.Provisioned?.status).toBe(2);
    expect(conditionOf(life.composite, 'Ready')?.status).toBe('True');
  });

  const odd = [
    '',
    '{',
    'null',
    '[]',
    '7',
    '{"at":"now"}',
    { ...lastAt(start), rows: -1 },
    { ...lastAt(start), at: '2026' },
  ];

  test.each(odd)('%j is no backup', (last) => {
    expect(backedUpIn(said({ last }, start + hour))).toEqual(['Unknown', 'NoBackupYet']);
  });

  test('is one line, whatever a pod that was taken over writes', () => {
    const because = `x\n${'\u001b[2J\u202e'}${'y'.repeat(5000)}`;
    const { conditions } = said({ failed: failedAt(start, because) }, start + hour);
    const message = `${conditions.BackedUp?.message}${conditions.ActionNeeded?.message}`;

    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(message).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(message.length).toBeLessThan(1500);
  });

  test('stays while the document is refused', () => {
    const life = begin();
    expect(backedUpIn(said(healthy, start + hour, life))).toEqual(['True', 'BackedUp']);
    edit(life, { zones: [{ name: 'nowhere', components: [] }] });
    const refused = said(healthy, start + hour, life);

    expect(refused.conditions.Accepted?.status).toBe(3);
    expect(backedUpIn(refused)).toEqual(['True', 'BackedUp']);
  });

  test('is said from the beginning, before there is what makes them', () => {
    const life = begin();
    life.observed = {};

    expect(backedUpIn(reconcile(life))).toEqual(['Unknown', 'NoBackupYet']);
  });

  test('says so where the Zone no longer says backups, for Crossplane keeps what was said', () => {
    const life = begin();
    expect(backedUpIn(said(healthy, start + hour, life))).toEqual(['True', 'BackedUp']);
    life.composite.status = { ...life.composite.status, conditions: [{ type: 'BackedUp', status: 'True' }] };
    life.registry = [...zonesWith({}), squadWith('galaxy')];

    expect(backedUpIn(reconcile(life))).toEqual(['False', 'NoBackups']);
  });

  test('is not said where Squadkit makes no backups, neither in a refusal', () => {
    const life = begin(zonesWith({}));
    expect(reconcile(life).conditions).not.toHaveProperty('BackedUp');
    edit(life, { zones: [{ name: 'nowhere', components: [] }] });

    expect(reconcile(life).conditions).not.toHaveProperty('BackedUp');
  });
});
