import { timeOf } from '../../objects/time.ts';
import type { Actor } from '../../round/refusal.ts';
import { printable } from '../../words/printable.ts';
import type { Component, ComponentStatus } from '../provider.ts';
import { saidIn } from './backup-report.ts';
import { lastStatus, moveIn } from './backup-state.ts';
import { backupsNamespace } from './backups.ts';
import { drillName } from './drill-job.ts';
import { type DrillSaid, drillSaidIn } from './drill-report.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;

/** What is known of the drills of a database, and whose move it is. */
interface DrillState {
  proof: 'Proven' | 'NotProvenYet' | 'NotProven' | 'ProofTooOld' | 'NobodyProves';
  /** Without a full stop. */
  message: string;
  actor: Actor;
  /** What somebody has to do, without a full stop. */
  next: string;
}

/** A month of 31 days, and what a drill may take with its repetitions and wait for its turn, in milliseconds. */
const patience = 35 * 24 * 3_600_000;

/** What a drill says that found nothing to prove (retrieve/found.ts). */
const nothingThere = 'there is no backup of it in the store';

const saidOf = (component: PostgresComponent): DrillSaid => {
  const said = drillSaidIn(component.observed['drill-report']);
  const { last } = saidIn(component.observed['backup-report']);
  // It was drilled before its first backup was made: the next drill has one.
  const isEarly = said.notProven?.because === nothingThere && timeOf(last?.at) > timeOf(said.notProven.at);

  return isEarly ? { ...said, notProven: undefined } : said;
};

/** By when there must be another drill, in milliseconds since 1970; undefined as long as there is nothing that drills. */
const dueOf = ({ observed }: PostgresComponent, { proven }: DrillSaid): number | undefined => {
  const since = timeOf(proven?.at) || timeOf(observed['drill-job']?.object.metadata?.creationTimestamp);

  return since === 0 ? undefined : since + patience;
};

/** Which backup was proven last, and when. */
export const provenInWords = (proven: DrillSaid['proven']): string =>
  proven === undefined
    ? 'no backup was proven yet'
    : `the backup of ${proven.backup} was restored and compared at ${proven.at}, in ${proven.seconds} s`;

const isDrilled = ({ platform: { backups }, round }: PostgresComponent): boolean =>
  backups?.drill !== undefined && round !== undefined;

const drillState = (component: PostgresComponent): DrillState | undefined => {
  const { platform, round, zone } = component;
  if (platform.backups === undefined || round === undefined) return undefined;
  const nobody = { actor: 'Nobody', next: '' } as const;
  if (!isDrilled(component))
    return { proof: 'NobodyProves', message: `nobody proves its backups: zone ${zone.name} says no drill`, ...nobody };
  const said = saidOf(component);
  const { proven, notProven } = said;
  const before = provenInWords(proven);
  if (notProven !== undefined) {
    const [because, next] = [notProven.because.slice(0, 300), notProven.next.slice(0, 300)].map(printable);
    const what = notProven.backup === undefined ? 'none' : `the backup of ${notProven.backup} was not`;

    return {
      proof: 'NotProven',
      message: `${what} proven at ${notProven.at}, because ${because}; ${before}`,
      actor: notProven.actor,
      next: `${next}: the drill of ${component.component} in zone ${zone.name} proved nothing, because ${because}`,
    };
  }
  const due = dueOf(component, said);
  if (due !== undefined && round.now >= due)
    return {
      proof: 'ProofTooOld',
      message: `none was proven in 35 days; ${before}`,
      actor: 'SRE',
      next: `look at the Jobs of CronJob ${backupsNamespace}/${drillName(component)}: nothing was said of a drill in 35 days`,
    };

  return { proof: proven === undefined ? 'NotProvenYet' : 'Proven', message: before, ...nobody };
};

/** What the status of a component says of its backups, and of the drills of these; nothing where Squadkit makes none. */
export const backupStatus = (component: PostgresComponent): ComponentStatus => {
  const state = drillState(component);
  if (state === undefined) return {};
  const { proven } = isDrilled(component) ? saidOf(component) : { proven: undefined };
  const { proof, message, actor } = state;

  return {
    backup: {
      ...lastStatus(component),
      ...{ proof, message: actor === 'Nobody' ? `${message}.` : `${message}. Move: ${actor}.` },
      ...(proven && { provenAt: proven.at, provenBackup: proven.backup, provenSeconds: proven.seconds }),
    },
  };
};

/** What somebody has to do so that the backups of a database are proven; undefined if nobody has to. */
export const drillMove = (component: PostgresComponent): ReturnType<typeof moveIn> => moveIn(drillState(component));

/** When a proof becomes too old, unless there is another one by then. */
export const drillWakes = (component: PostgresComponent): number | undefined => {
  const { round } = component;
  if (!isDrilled(component) || round === undefined) return undefined;
  const due = dueOf(component, saidOf(component));

  return due !== undefined && due > round.now ? due : undefined;
};
