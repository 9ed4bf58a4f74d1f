import { nextIn } from '../../documents/schedule.ts';
import { timeOf } from '../../objects/time.ts';
import { printable } from '../../words/printable.ts';
import type { BackupState, Component } from '../provider.ts';
import { backupName } from './backup-job.ts';
import { type LastBackup, type Said, saidIn } from './backup-report.ts';
import { backupsNamespace } from './backups.ts';
import { postgresNames } from './names.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;

/** What a backup may take with its repetitions, and how long it waits for its turn, in milliseconds. */
const patience = 8 * 3_600_000;

const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const inWords = (last: LastBackup | undefined): string =>
  last === undefined
    ? 'there is no backup yet'
    : `the last backup is of ${last.at}, ${size(last.bytes)} with ${last.rows} rows, kept until ${last.keptUntil}`;

/** Whose move a failure is, by how its sentence begins and what it names (backup/failure.ts), and what to do. */
const moveAfter = (component: PostgresComponent, because: string): Pick<BackupState, 'actor' | 'next'> => {
  const { squad, service } = component;
  const { backup } = postgresNames(squad.name, service);
  if (/may not read everything/.test(because))
    return {
      actor: 'Squad',
      next: `let the migrator say GRANT SELECT ON ALL TABLES IN SCHEMA app TO ${backup}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA app TO ${backup}`,
    };
  if (/^store: |BYPASSRLS|newer than pg_dump|^recipient/.test(because))
    return { actor: 'Platform', next: `correct the store, or backups in zone ${component.zone.name}: ${because}` };

  return { actor: 'SRE', next: `look at the Jobs of CronJob ${backupsNamespace}/${backupName(component)}: ${because}` };
};

/** By when there must be another backup, in milliseconds since 1970; undefined if the schedule names no day. */
const dueOf = ({ platform: { backups }, observed }: PostgresComponent, { last }: Said): number | undefined => {
  const since = timeOf(last?.at) || timeOf(observed['backup-job']?.object.metadata?.creationTimestamp);
  const next = backups && nextIn(backups.schedule, since);

  return next === undefined ? undefined : next + patience;
};

/** What is known of the backups of a database; nothing where Squadkit makes none. */
export const backupState = (component: PostgresComponent): BackupState | undefined => {
  const { platform, observed, round, zone } = component;
  if (platform.backups === undefined || round === undefined) return undefined;
  const said = saidIn(observed['backup-report']);
  const { last, failed } = said;
  const due = dueOf(component, said);
  const say = (
    status: BackupState['status'],
    reason: string,
    what: string,
    move: Pick<BackupState, 'actor' | 'next'>,
  ) => ({
    ...{ status, reason, ...move },
    message: `${component.component} in zone ${zone.name}: ${what}${what === '' ? '' : '; '}${inWords(last)}`,
  });
  const nobody = { actor: 'Nobody', next: '' } as const;
  if (failed !== undefined) {
    const because = printable(failed.because.slice(0, 300));

    return say(
      'False',
      'BackupFailed',
      `none was made at ${failed.at}, because ${because}`,
      moveAfter(component, because),
    );
  }
  const isBeingMade = last === undefined && observed['backup-job'] === undefined;
  if (!isBeingMade && (due === undefined || round.now >= due))
    return say(
      'False',
      'BackupTooOld',
      'none was made in time',
      moveAfter(component, 'nothing was said of one in time'),
    );
  if (last === undefined) return say('Unknown', 'NoBackupYet', '', nobody);
  const { largeObjects, tables } = last.leftOut;
  if (largeObjects + tables > 0) {
    const what = `${counted(largeObjects, 'large object')} and ${counted(tables, 'table')} outside of schema app are in no backup`;

    return say('False', 'LeftOut', what, { actor: 'Squad', next: `${what}: move them into tables of schema app` });
  }

  return say('True', 'BackedUp', '', nobody);
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
  const { round } = component;
  if (backupState(component) === undefined || round === undefined) return undefined;
  const due = dueOf(component, saidIn(component.observed['backup-report']));

  return due !== undefined && due > round.now ? due : undefined;
};
