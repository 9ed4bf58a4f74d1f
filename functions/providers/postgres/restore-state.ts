import { failureOf } from '../../objects/failure.ts';
import type { KubernetesObject, Observed } from '../../objects/resource.ts';
import type { Component, ComponentStatus, KnownError } from '../provider.ts';
import { choiceOf, observedIn } from './generation.ts';
import { isGivenUp } from './lost.ts';
import { databaseOf } from './names.ts';
import { restoreSaidIn, whyNotRestored } from './restore-report.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;

/** What the status of a component says of its restore; nothing where none was asked for. */
export const restoreStatus = (component: PostgresComponent): ComponentStatus => {
  const { observed, settings, squad, service } = component;
  const { wanted, isThere, current } = choiceOf(component);
  if (wanted === undefined || settings.restore === undefined) return {};
  const { 'restore-report': report, 'restore-job': job } = observedIn(observed, wanted);
  const { restored } = restoreSaidIn(report);
  const into = databaseOf(squad.name, service, wanted);
  if (isThere)
    return {
      restore: {
        state: 'Restored',
        message: `Database ${into} began with ${restored?.backup === undefined ? `the last backup of ${settings.restore.at} or before` : `the backup of ${restored.backup}`}. ${isGivenUp(component, undefined) ? 'The first one is gone' : 'The one before is kept, out of use'}.`,
        ...(restored?.backup !== undefined && { backup: restored.backup }),
        ...(restored?.rows !== undefined && { rows: restored.rows }),
        ...(restored !== undefined && { restoredAt: restored.at, seconds: restored.seconds }),
      },
    };
  const failed = (report && whyNotRestored(report.object)) ?? silentlyFailed(job);
  const before = current === 'none' ? '' : databaseOf(squad.name, service, current.generation);
  const meanwhile =
    current === 'none'
      ? 'Until it is there, nothing is delivered.'
      : isGivenUp(component, current.generation)
        ? `Until then nothing works, for ${before} is gone.`
        : `Until then ${before} stays in use.`;

  return {
    restore:
      failed === undefined
        ? { state: 'Restoring', message: `A backup is being restored into database ${into}. ${meanwhile}` }
        : { state: 'NotRestored', message: `${failed.sentence}. ${meanwhile} Move: ${failed.actor}.` },
  };
};

/** What is known of a Job that has failed and said nothing, as one of which no pod could be started. */
const silentlyFailed = (job: Observed | undefined): { actor: 'SRE'; sentence: string } | undefined =>
  job === undefined || failureOf(job.object) === undefined
    ? undefined
    : { actor: 'SRE', sentence: 'Look at the Job of the restore: it ended without a word' };

/** How `restoreTrouble` begins; whose move it is follows. */
const begins = 'the restore failed, move of ';

/** An Object that shows a report in which a restore says that it failed, as `troubleOf` wants it. */
export const restoreTrouble = (object: KubernetesObject): string | undefined => {
  const why = object.kind === 'Object' ? whyNotRestored(object) : undefined;

  return why && `${begins}${why.actor}`;
};

/** Whose move a restore is that failed. */
export const restoreErrors: KnownError[] = [
  // The Job of a restore that says itself why it failed.
  {
    match: /^Job \S+-restore: /,
    actor: 'SRE',
    next: 'a restore ended without a word: look at the Job <job> in namespace squadkit-backups',
    names: (_, message) => ({ job: /^Job (\S+):/.exec(message)?.[1] }),
    isUnderWay: (_object, _message, others) => others.some((other) => restoreTrouble(other) !== undefined),
  },
  ...(['Squad', 'Platform', 'SRE'] as const).map(
    (actor): KnownError => ({
      match: new RegExp(`^${begins}${actor}$`),
      actor,
      next: 'do what ActionNeeded of the Service says: the backup could not be restored',
      tells: (object) => whyNotRestored(object)?.sentence,
    }),
  ),
];
