import { nextIn } from '../../documents/schedule.ts';
import { timeOf } from '../../objects/time.ts';
import { printable } from '../../words/printable.ts';
import type { BackupState } from '../backup-states.ts';
import type { Component } from '../provider.ts';
import { whatOf } from './backup-job.ts';
import { type BackedUp, type LastBackup, type Said, saidIn } from './backup-report.ts';
import { backupsNamespace } from './backups.ts';
import { localInUse } from './generation.ts';
import { postgresNames } from './names.ts';
import { restoreSaidIn } from './restore-report.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;

/** What a backup may take with its repetitions, and how long it waits for its turn, in milliseconds. */
const patience = 8 * 3_600_000;

const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Of when the last backup is, how large and until when it is kept. */
export const lastInWords = (last: Omit<LastBackup, 'leftOut'> | undefined): string =>
  last === undefined
    ? 'there is no backup yet'
    : `the last backup is of ${last.at}, ${size(last.bytes)} with ${last.rows} rows, kept until ${last.keptUntil}`;

/**
 * Whose move a failure is, by how its sentence begins and what it names (backup/failure.ts), and what to do. What no Service
 * has any more goes on as it was made: no Zone changes it.
 */
const moveAfter = (
  { squad, service, zone, job, isLeft }: BackedUp & { isLeft?: true },
  because: string,
): Pick<BackupState, 'actor' | 'next'> => {
  const { backup } = postgresNames(squad, service);
  if (/may not read everything/.test(because))
    return {
      actor: 'Squad',
      next: `let the migrator say GRANT SELECT ON ALL TABLES IN SCHEMA app TO ${backup}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA app TO ${backup}`,
    };
  if (/^store: (?!it did not answer,)|BYPASSRLS|newer than pg_dump|^recipient/.test(because))
    return {
      actor: 'Platform',
      next: isLeft
        ? `correct the store, or what CronJob ${backupsNamespace}/${job} says of it, which no Zone changes any more: ${because}`
        : `correct the store, or backups in zone ${zone}: ${because}`,
    };

  return { actor: 'SRE', next: `look at the Jobs of CronJob ${backupsNamespace}/${job}: ${because}` };
};

/** By when there must be another backup, in milliseconds since 1970; undefined if the schedule names no day. */
const dueOf = ({ schedule }: BackedUp, { last }: Said, since = 0): number | undefined => {
  const next = nextIn(schedule, timeOf(last?.at) || since);

  return next === undefined ? undefined : next + patience;
};

/**
 * What a report says of the backups of a database.
 *
 * @param what with `isLeft` if no Service has it any more
 * @param since when the first could have been made, in milliseconds since 1970; undefined while what makes them is made
 * @param now in milliseconds since 1970
 */
export const stateOf = (
  what: BackedUp & { isLeft?: true },
  said: Said,
  since: number | undefined,
  now: number,
): BackupState => {
  const { last, failed } = said;
  const say = (
    status: BackupState['status'],
    reason: string,
    words: string,
    move: Pick<BackupState, 'actor' | 'next'>,
  ) => ({
    ...{ status, reason, ...move },
    message: `${what.component} in zone ${what.zone}: ${words}${words === '' ? '' : '; '}${lastInWords(last)}`,
  });
  const nobody = { actor: 'Nobody', next: '' } as const;
  if (failed !== undefined) {
    const because = printable(failed.because.slice(0, 300));

    return say('False', 'BackupFailed', `none was made at ${failed.at}, because ${because}`, moveAfter(what, because));
  }
  const due = dueOf(what, said, since);
  const isBeingMade = last === undefined && since === undefined;
  if (!isBeingMade && (due === undefined || now >= due))
    return say('False', 'BackupTooOld', 'none was made in time', moveAfter(what, 'nothing was said of one in time'));
  if (last === undefined) return say('Unknown', 'NoBackupYet', '', nobody);
  const { largeObjects, tables } = last.leftOut;
  if (largeObjects + tables > 0) {
    const words = `${counted(largeObjects, 'large object')} and ${counted(tables, 'table')} outside of schema app are in no backup`;

    return say('False', 'LeftOut', words, { actor: 'Squad', next: `${words}: move them into tables of schema app` });
  }

  return say('True', 'BackedUp', '', nobody);
};

/** When the database that is in use was restored, in milliseconds since 1970; 0 for the one that a Service began with. */
const restoredAt = (component: PostgresComponent): number =>
  timeOf(restoreSaidIn(component.observed[localInUse(component, 'restore-report')]).restored?.at);

/** Whether a backup of that moment is one of a database that was restored then: of before, it is one of that which it replaced. */
export const isOfRestored = (moment: string, restored: number): boolean => timeOf(moment) >= restored;

/**
 * What is backed up of a component, what is said of it, and since when a backup could have been made; nothing where nobody
 * makes any.
 */
const knownOf = (component: PostgresComponent): [BackedUp, Said, number | undefined] | undefined => {
  const { platform, observed } = component;
  if (platform.backups === undefined) return undefined;
  const job = observed['backup-job'];
  const { last, ...said } = saidIn(observed['backup-report']);
  const begins = restoredAt(component);

  return [
    whatOf(component, platform.backups.schedule),
    { ...said, last: last && isOfRestored(last.at, begins) ? last : undefined },
    job && Math.max(timeOf(job.object.metadata?.creationTimestamp), begins),
  ];
};

/** What the status of a component says of its last backup; nothing where there is none. */
export const lastStatus = ({ observed }: PostgresComponent): Record<string, string | number> => {
  const { last } = saidIn(observed['backup-report']);
  if (last === undefined) return {};
  const { at, bytes, rows, keptUntil } = last;

  return { lastAt: at, lastBytes: bytes, lastRows: rows, lastKeptUntil: keptUntil };
};

/** What is known of the backups of a database; nothing where Squadkit makes none. */
export const backupState = (component: PostgresComponent): BackupState | undefined => {
  const known = knownOf(component);

  return known && component.round && stateOf(...known, component.round.now);
};

/** What somebody has to do about something that is known; undefined if nobody has to. */
export const moveIn = (
  state: Pick<BackupState, 'actor' | 'next'> | undefined,
): { actor: 'Squad' | 'Platform' | 'SRE'; next: string } | undefined =>
  state === undefined || state.actor === 'Nobody' ? undefined : { actor: state.actor, next: state.next };

/** What somebody has to do for the backups of a database; undefined if nobody has to. */
export const backupMove = (component: PostgresComponent): ReturnType<typeof moveIn> => moveIn(backupState(component));

/** When a backup becomes too old, unless another one is made by then. */
export const backupWakes = (component: PostgresComponent): number | undefined => {
  const known = knownOf(component);
  if (known === undefined || component.round === undefined) return undefined;
  const due = dueOf(...known);

  return due !== undefined && due > component.round.now ? due : undefined;
};
