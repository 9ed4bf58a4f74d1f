import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { begin } from '../../../support/drills.ts';
import { type Done, type Life, reconcile } from '../../../support/life.ts';
import {
  ask,
  boundTo,
  first,
  locals,
  objectOf,
  one,
  restored,
  roundsOf,
  second,
  two,
} from '../../../support/restores.ts';

/** What provider-sql 0.16.0 says of what is only looked for and is not there, and while the server is away. */
const absent = 'observe failed: external resource does not exist';
const away = 'connect failed: dial tcp: connection refused';

const says = (object: KubernetesObject | undefined, message: string): void => {
  const conditions = (object?.status?.conditions ?? []) as { type: string; status: string; message?: string }[];
  for (const condition of conditions)
    if (condition.type === 'Synced') Object.assign(condition, { status: 'False', message });
};

/** Rounds in which the databases of these prefixes are not there. */
const roundsWithout = (
  life: Life,
  gone: string[],
  { reports = {}, most = 8, message = absent }: { reports?: object; most?: number; message?: string } = {},
): Done[] =>
  Array.from({ length: most }, () => {
    for (const prefix of gone) for (const local of ['database', 'mark']) says(objectOf(life, prefix + local), message);

    return roundsOf(life, reports as Record<string, object>, 1)[0] as Done;
  });

const inDatabase = (life: Life, prefix = ''): string[] =>
  locals(life).filter((local) =>
    new RegExp(`^${prefix}(database|mark|schema|[a-z]+-(connect|usage|tables|sequences))$`).test(local),
  );

describe('a database that is gone', () => {
  const life = begin();

  test('is said to be gone, and how the squad has it back', () => {
    const [said] = roundsWithout(life, [''], { most: 1 });

    expect(said).toMatchObject({ conditions: { Accepted: { reason: 'DataGone' } } });
    expect(said?.conditions.Accepted?.message).toMatch(
      /restore it, as the squad can by postgres[.]restore of a moment before; or /,
    );
  });

  test('begins with a backup by the line: another is made beside, and in the old one nothing is ended or made', () => {
    ask(life, first);
    const rounds = roundsWithout(life, ['']);

    expect(rounds.at(-1)).toMatchObject({ isFatal: false, conditions: { Accepted: { reason: 'Accepted' } } });
    expect(inDatabase(life).sort()).toEqual(['database', 'mark']);
    expect(locals(life)).toEqual(expect.arrayContaining([`${one}.database`, `${one}.restore-job`]));
    const deleted = rounds.flatMap(({ deleted: names }) => names).filter((name) => name.startsWith('frontier.spike.'));
    expect(deleted.length).toBeGreaterThan(8);
    const last = (name: string) =>
      rounds.flatMap(({ desired }) => desired[name] ?? []).at(-1)?.spec?.managementPolicies;
    for (const name of deleted) expect(last(name), name).toEqual(['Observe']);
    for (const local of ['database', 'mark'])
      expect(objectOf(life, local)?.spec?.managementPolicies).toEqual(['Observe']);
    const { zones } = life.composite.status as unknown as { zones: { components: { restore: object }[] }[] };
    expect(zones[0]?.components[0]?.restore).toMatchObject({
      state: 'Restoring',
      message: expect.stringContaining('Until then nothing works, for galaxy_billing is gone.'),
    });
  });

  test('and once that is there all is well', () => {
    const rounds = roundsWithout(life, [''], { reports: { [one]: restored } });

    expect(boundTo(life)).toBe(`galaxy_billing-${one}`);
    expect(rounds.at(-1)).toMatchObject({
      conditions: { ActionNeeded: { reason: 'Nobody' }, Provisioned: { status: 2 } },
    });
    expect(inDatabase(life).sort()).toEqual(['database', 'mark']);
  });

  test('while the server is away nothing of it is asked for again', () => {
    const rounds = roundsWithout(life, [''], { reports: { [one]: restored }, message: away });

    expect(rounds.flatMap(({ created }) => created)).toEqual([]);
    expect(inDatabase(life).sort()).toEqual(['database', 'mark']);
  });

  test('without the line it is missed again, and the restored one stays in use', () => {
    ask(life);
    const rounds = roundsWithout(life, [''], { reports: { [one]: restored } });

    expect(rounds.at(-1)?.conditions.Accepted?.reason).toBe('DataGone');
    expect(boundTo(life)).toBe(`galaxy_billing-${one}`);
  });
});

test('a restored one that is gone is followed by that of another moment', () => {
  const life = begin();
  ask(life, first);
  roundsOf(life, { [one]: restored });
  const [said] = roundsWithout(life, [`${one}.`], { reports: { [one]: restored }, most: 1 });
  expect(said?.conditions.Accepted?.reason).toBe('DataGone');

  ask(life, second);
  roundsWithout(life, [`${one}.`], { reports: { [one]: restored } });
  expect(inDatabase(life, `${one}[.]`).sort()).toEqual([`${one}.database`, `${one}.mark`]);
  roundsWithout(life, [`${one}.`], { reports: { [one]: restored, [two]: restored } });
  expect(boundTo(life)).toBe(`galaxy_billing-${two}`);
  expect(locals(life).filter((local) => local.startsWith(`${one}.`))).toEqual([]);
  expect(reconcile(life)).toMatchObject({ created: [], deleted: [], isFatal: false });
});

test('the one before may be dropped while another is in use', () => {
  const life = begin();
  ask(life, first);
  roundsOf(life, { [one]: restored });
  const rounds = roundsWithout(life, [''], { reports: { [one]: restored } });

  expect(rounds.every(({ isFatal }) => !isFatal)).toBe(true);
  expect(rounds.at(-1)).toMatchObject({
    conditions: { ActionNeeded: { reason: 'Nobody' }, Provisioned: { status: 2 } },
  });
  expect(boundTo(life)).toBe(`galaxy_billing-${one}`);
});
