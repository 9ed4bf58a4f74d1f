import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { statuses } from '../../../../functions/round/condition.ts';
import { specifications } from '../../../../package/image/specification.ts';
import { zonesWithBackups } from '../../../support/backups.ts';
import { cases } from '../../../support/cases.ts';
import { begin, momentOf, start } from '../../../support/drills.ts';
import { type Life, reconcile, settle } from '../../../support/life.ts';
import { manifestsOf, squadWith, zonesWith } from '../../../support/registered.ts';
import {
  ask,
  boundTo,
  first,
  locals,
  objectOf,
  one,
  prefix,
  restored,
  roundsOf,
  second,
  two,
} from '../../../support/restores.ts';

const failed = {
  notRestored: {
    ...{ at: momentOf(start), because: 'there is no backup of it that is so old', actor: 'Squad' },
    next: 'choose a moment after the first backup',
  },
};

const statusOf = (life: Life) =>
  (life.composite.status as { zones: { components: Record<string, unknown>[] }[] }).zones[0]?.components[0] as Record<
    string,
    unknown
  > & { restore?: Record<string, unknown> };
const usages = (life: Life): string[] =>
  locals(life)
    .filter((local) => /(owner|writer)-usage$/.test(local))
    .sort();
const connects = (life: Life): string[] =>
  locals(life)
    .filter((local) => /(owner|writer)-connect$/.test(local))
    .sort();

describe('a database that is to begin with a backup', () => {
  const life = begin();
  const before = locals(life).sort();
  ask(life, first);

  test('is made beside the one that is there, which stays in use', () => {
    const rounds = roundsOf(life);

    expect(locals(life)).toEqual(expect.arrayContaining([`${one}.database`, `${one}.restore-job`]));
    expect(objectOf(life, `${one}.database`)?.metadata?.annotations).toMatchObject({
      'crossplane.io/external-name': `galaxy_billing-${one}`,
    });
    expect(boundTo(life)).toBe('galaxy_billing');
    expect(usages(life)).toEqual(['owner-usage', `${one}.owner-usage`, 'writer-usage']);
    expect(rounds.flatMap(({ deleted }) => deleted)).toEqual([]);
    expect(statusOf(life)).toMatchObject({
      database: 'galaxy_billing',
      restore: { state: 'Restoring', message: expect.stringContaining('Until then galaxy_billing stays in use.') },
    });
  });

  test('by a Job that has two logins, is never changed, and says what came of it', () => {
    const job = manifestsOf(life.observed as never)[`${prefix}${one}.restore-job`] as KubernetesObject;
    const { template } = job.spec as { template: { spec: { containers: { command: string[]; args: string[] }[] } } };

    expect(objectOf(life, `${one}.restore-job`)?.spec?.managementPolicies).toEqual(['Observe', 'Create', 'Delete']);
    expect(job.metadata?.name).toMatch(new RegExp(`^galaxy-billing-[0-9a-f]{16}-${one}-restore$`));
    expect(template.spec).toMatchObject({ serviceAccountName: 'restore', restartPolicy: 'Never' });
    const { directory, entries, entrypoint } = specifications.drill;
    expect(template.spec.containers[0]?.command).toEqual([entrypoint[0], `/${directory}/restore.cjs`]);
    expect(Object.keys(entries).map((entry) => entry.replace('.cjs', ''))).toContain('restore');
    expect(job.metadata).toMatchObject({ finalizers: ['foregroundDeletion'] });
    expect(template.spec.containers[0]?.args.join(' ')).toMatch(
      new RegExp(`--of \\S+/galaxy/billing --at ${first} --into galaxy_billing-${one} .*--reading-login`),
    );
    expect(JSON.stringify(job)).not.toContain('squadkit.io');
  });

  test('and says why it is not, and whose move that is, while nothing changes hands', () => {
    const rounds = roundsOf(life, { [one]: failed }, 3);
    const said = 'choose a moment after the first backup: nothing was restored at';

    expect(rounds.at(-1)?.conditions.ActionNeeded).toMatchObject({ reason: 'Squad' });
    expect(rounds.at(-1)?.conditions.ActionNeeded?.message).toContain(said);
    expect(statusOf(life).restore).toMatchObject({ state: 'NotRestored', message: expect.stringContaining(said) });
    expect(boundTo(life)).toBe('galaxy_billing');
  });

  test('is handed out once it is restored; in the one before nobody may do anything, and it stays', () => {
    roundsOf(life, { [one]: restored });

    expect(boundTo(life)).toBe(`galaxy_billing-${one}`);
    expect(usages(life)).toEqual([`${one}.owner-usage`, `${one}.writer-usage`]);
    expect(connects(life)).toEqual([`${one}.owner-connect`, `${one}.writer-connect`]);
    expect(locals(life)).toEqual(expect.arrayContaining(['database', 'mark', 'schema', `${one}.restored`]));
    expect(locals(life).filter((local) => /restore-(job|secret)/.test(local))).toEqual([]);
    expect(statusOf(life)).toMatchObject({
      database: `galaxy_billing-${one}`,
      restore: { state: 'Restored', backup: first, rows: 7, seconds: 3 },
    });
    const { args } = (
      manifestsOf(life.observed as never)[`${prefix}backup-job`] as unknown as {
        spec: { jobTemplate: { spec: { template: { spec: { containers: { args: string[] }[] } } } } };
      }
    ).spec.jobTemplate.spec.template.spec.containers[0] as { args: string[] };
    expect(args.join(' ')).toContain(`--database galaxy_billing-${one}`);
  });

  test('and a backup of before is none of it', () => {
    const backedUp = (at: number): unknown => {
      const last = {
        at: momentOf(at),
        keptUntil: momentOf(at),
        bytes: 1,
        rows: 1,
        leftOut: { largeObjects: 0, tables: 0 },
      };
      const report = objectOf(life, 'backup-report') as KubernetesObject;
      report.status = { ...report.status, atProvider: { manifest: { data: { last: JSON.stringify(last) } } } };

      return roundsOf(life, { [one]: restored }, 1)[0]?.conditions.BackedUp;
    };

    expect(backedUp(start - 3_600_000)).toMatchObject({ reason: 'NoBackupYet', status: statuses.Unknown });
    expect(backedUp(start)).toMatchObject({ reason: 'BackedUp', status: statuses.True });
  });

  test('goes on being handed out while its server and its report are away', () => {
    const mark = objectOf(life, `${one}.restored`) as KubernetesObject;
    const conditions = (mark.status as { conditions: { type: string; status: string }[] }).conditions;
    (mark.status as { conditions: unknown }).conditions = conditions.map((condition) =>
      condition.type === 'Synced' ? { ...condition, status: 'False', message: 'connection refused' } : condition,
    );
    roundsOf(life, {}, 2);

    expect(boundTo(life)).toBe(`galaxy_billing-${one}`);
    expect(locals(life).filter((local) => local.includes('restore-job'))).toEqual([]);
  });

  test('stays in use while another moment is asked for, until that is there', () => {
    ask(life, second);
    roundsOf(life, { [one]: restored });
    expect(boundTo(life)).toBe(`galaxy_billing-${one}`);
    expect(usages(life)).toEqual([`${one}.owner-usage`, `${one}.writer-usage`, `${two}.owner-usage`].sort());

    roundsOf(life, { [one]: restored, [two]: restored });
    expect(boundTo(life)).toBe(`galaxy_billing-${two}`);
    expect(locals(life).filter((local) => local.startsWith(`${one}.`))).toEqual([]);
  });

  test('is left when the line goes: what was there before comes back, and nothing was ever to be dropped', () => {
    const there = new Map(locals(life).map((local) => [local, objectOf(life, local)]));
    ask(life);
    const rounds = roundsOf(life);

    expect(boundTo(life)).toBe('galaxy_billing');
    expect(locals(life).sort()).toEqual(before);
    for (const { desired } of rounds)
      for (const object of Object.values(desired))
        if (object.kind === 'Database') expect(object.spec?.managementPolicies).not.toContain('*');
    // Who connected there does no more, and what backed it up does not either: that right ends with the managed resource.
    for (const right of ['owner-connect', 'writer-connect', 'backup-connect', 'backup-usage']) {
      const asked = rounds.flatMap(({ desired }) => desired[`${prefix}${two}.${right}`] ?? []);
      const last = asked.at(-1) ?? there.get(`${two}.${right}`);

      const policies = (last?.spec?.managementPolicies ?? []) as string[];

      expect(policies.includes('*') || policies.includes('Delete'), right).toBe(true);
    }
  });
});

test('on a hub that was lost nothing is handed out before it is known that the database was restored', () => {
  const life = begin();
  life.observed = {};
  ask(life, first);
  roundsOf(life);
  expect(objectOf(life, 'binding')).toBeUndefined();
  expect(statusOf(life).restore).toMatchObject({
    state: 'Restoring',
    message: expect.stringContaining('nothing is delivered'),
  });

  roundsOf(life, { [one]: { restored: { at: momentOf(start), seconds: 0 } } });
  expect(boundTo(life)).toBe(`galaxy_billing-${one}`);
});

test('on a hub that was lost the rights in the database of before are taken up, to end once the other is handed out', () => {
  const life = begin();
  life.observed = {};
  ask(life, first);
  roundsOf(life);
  expect(usages(life)).toEqual(['owner-usage', `${one}.owner-usage`, 'writer-usage'].sort());
  expect(suspended(life)).toBe(true);

  roundsOf(life, { [one]: restored });
  expect(usages(life)).toEqual([`${one}.owner-usage`, `${one}.writer-usage`]);
  expect(connects(life)).toEqual([`${one}.owner-connect`, `${one}.writer-connect`]);
  expect(suspended(life)).toBeUndefined();
});

const suspended = (life: Life): unknown => manifestsOf(life.observed as never)[`${prefix}backup-job`]?.spec?.suspend;

test('whoever deletes the Secret on the hub while a backup is restored takes nothing from what is in use', () => {
  const life = begin();
  life.now = start + 60_000;
  ask(life, first);
  roundsOf(life);
  delete life.observed[`${prefix}binding`];
  roundsOf(life);

  expect(boundTo(life)).toBe('galaxy_billing');
  expect(usages(life)).toContain('writer-usage');
});

test.each([
  ['drills', zonesWithBackups()],
  ['backups', zonesWith({})],
])('what was restored stays in use, and is not refused, when the Zone says no more of %s', (what, zones) => {
  const life = begin();
  ask(life, first);
  settle(life);
  life.registry = [...zones, squadWith('galaxy')];
  const rounds = roundsOf(life, { [one]: restored });

  expect(rounds.at(-1)).toMatchObject({ isFatal: false, conditions: { Accepted: { reason: 'Accepted' } } });
  expect(boundTo(life)).toBe(`galaxy_billing-${one}`);
  expect(locals(life).filter((local) => /backup-(connect|usage)$/.test(local)).length > 0).toBe(what === 'drills');
});

test('a Job that ends without a word is said to have failed', () => {
  const life = begin();
  ask(life, first);
  roundsOf(life);
  const job = objectOf(life, `${one}.restore-job`) as KubernetesObject;
  const conditions = [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }];
  job.status = {
    ...job.status,
    atProvider: { manifest: { kind: 'Job', metadata: job.metadata, status: { conditions } } },
  };
  const said = reconcile(life);

  expect(statusOf(life).restore).toMatchObject({
    state: 'NotRestored',
    message: expect.stringMatching(/Move: SRE[.]$/),
  });
  expect(said.conditions.ActionNeeded).toMatchObject({ reason: 'SRE' });
});

test('a database that was made and not marked yet is marked, though nobody asks for it any more', () => {
  const life = begin();
  ask(life, first);
  while (objectOf(life, `${one}.database`) === undefined) reconcile(life);
  expect(locals(life)).not.toContain(`${one}.mark`);
  ask(life);
  const rounds = roundsOf(life);

  expect(rounds.flatMap(({ created }) => created)).toContain(`${prefix}${one}.mark`);
  expect(locals(life).filter((local) => local.startsWith(`${one}.`))).toEqual([]);
});

test('everything comes to rest', () => {
  const life = begin();
  ask(life, first);
  settle(life);

  expect(boundTo(life)).toBe(`galaxy_billing-${one}`);
  expect(reconcile(life)).toMatchObject({ created: [], deleted: [] });
});

/** What may happen to a Service, in any order. */
const happening = fc.constantFrom(
  ...(['ask for one', 'ask for two', 'take the line away', 'one is restored', 'two is restored', 'it fails'] as const),
  ...(['the hub is lost', 'the server is away', 'the Secret goes', 'a round', 'rounds'] as const),
);

test('whatever happens: nobody is sent to what was not restored, and nothing is ever to be dropped', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 15 }), (happenings) => {
      const life = begin();
      const reports: Record<string, object | undefined> = {};
      const filled = new Set(['galaxy_billing']);
      const check = (rounds: ReturnType<typeof roundsOf>) => {
        const bound = boundTo(life);
        if (bound !== '') expect(filled).toContain(bound);
        for (const { desired } of rounds)
          for (const { kind, spec } of Object.values(desired))
            if (kind === 'Database') expect(spec?.managementPolicies).not.toContain('*');
        const [, generation] = bound.split('-');
        if (rounds.length > 1 && bound !== '')
          expect(locals(life)).toContain(generation ? `${generation}.writer-usage` : 'writer-usage');
      };
      for (const each of happenings) {
        if (each === 'ask for one') ask(life, first);
        if (each === 'ask for two') ask(life, second);
        if (each === 'take the line away') ask(life);
        // A Job restores only where it is.
        for (const [name, generation] of [
          ['one is restored', one],
          ['two is restored', two],
        ] as const)
          if (each === name && objectOf(life, `${generation}.restore-job`) !== undefined) {
            reports[generation] = restored;
            filled.add(`galaxy_billing-${generation}`);
          }
        if (each === 'it fails') for (const generation of [one, two]) reports[generation] ??= failed;
        if (each === 'the hub is lost') {
          life.observed = {};
          for (const generation of [one, two]) reports[generation] = undefined;
        }
        if (each === 'the Secret goes') delete life.observed[`${prefix}binding`];
        if (each === 'the server is away')
          for (const { resource } of Object.values(life.observed)) {
            const { conditions = [] } = (resource?.status ?? {}) as { conditions?: { type: string; status: string }[] };
            for (const condition of conditions) if (condition.type === 'Synced') condition.status = 'False';
          }
        check(roundsOf(life, reports, each === 'rounds' ? 10 : 1));
      }
    }),
    { numRuns: cases },
  );
});
