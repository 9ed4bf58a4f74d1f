import * as z from 'zod/mini';
import { type Fact, quoted, rankIn } from '../words/thing.ts';
import { longestWaitIn } from './schedule.ts';
import { documentation } from './schema.ts';

/**
 * What a server or cluster guarantees, in words that all providers share. What the platform registered about it is
 * declared and not verified: only the platform can tell whether a disk is encrypted or a backup was made.
 */
export interface Guarantees {
  /** Enforced: whatever connects or is handed out to connect checks the certificate and the name of the server. */
  tls: 'verify-full';
  /** Whether everything that is written to disk is encrypted there. */
  encryptedAtRest: boolean;
  /** How data comes back after an accident; missing for a component that is no place to keep data. */
  recovery?: Recovery;
}

/** When backups are made, and for how long each is kept. */
export interface Backups {
  schedule: string;
  retentionDays: number;
}

/** How data comes back after an accident. */
export interface Recovery {
  /** Made by the platform, as it declares; undefined: nothing is declared. */
  backups: Backups | undefined;
  /** Enforced: Squadkit makes them itself. Then none are declared. */
  enforcedBackups?: Backups | undefined;
  /** Whether every moment can be restored for which there are backups, and not only those of the schedule. */
  pointInTimeRecovery: boolean;
}

const scheduleRule =
  'write a schedule of cron in figures: minute, hour, day of the month, month and day of the week, for example 15 2 * * *';

/** A field of a schedule: any, a figure or a range, of which every so many, and lists of these. */
const field = (figure: string): string => {
  const entry = `([*]|${figure}(-${figure})?)([/][1-9][0-9]?)?`;
  return `${entry}(,${entry})*`;
};

// No backslashes: the pattern becomes text inside a rule of the API server.
const schedulePattern = `^${['[1-5]?[0-9]', '(1?[0-9]|2[0-3])', '([1-9]|[12][0-9]|3[01])', '([1-9]|1[0-2])', '[0-7]'].map(field).join(' +')}$`;

/** `encryptedAtRest` of a zone's settings. */
export const encryptedAtRest = (what: string) =>
  z._default(z.boolean(), false).register(documentation, { description: what });

/** When backups are made. */
export const schedule = z
  .string()
  .check(z.maxLength(100), z.regex(new RegExp(schedulePattern), scheduleRule))
  .register(documentation, {
    description: 'When backups are made, as a schedule of cron in UTC, for example "15 2 * * *" for 02:15 every day.',
    patternMessage: scheduleRule,
  });

/** For how long backups are kept. */
export const retentionDays = z
  .int()
  .check(z.minimum(1), z.maximum(36500))
  .register(documentation, { description: 'For how many days a backup is kept.' });

/** `backups` of what a zone declares. */
export const declaredBackups = z
  .strictObject({ schedule, retentionDays })
  .register(documentation, { description: 'How what services keep here is backed up. Left out: it is not.' });

/** The guarantees as a status says them: what is declared apart from what is enforced. */
export const guaranteeStatus = ({ tls, encryptedAtRest, recovery }: Guarantees) => ({
  declared: {
    encryptedAtRest,
    ...(recovery && {
      ...(recovery.backups && { backups: recovery.backups }),
      pointInTimeRecovery: recovery.pointInTimeRecovery,
    }),
  },
  enforced: { tls, ...(recovery?.enforcedBackups && { backups: recovery.enforcedBackups }) },
});

/** The backups that there are, whoever makes them. */
export const backupsOf = ({ backups, enforcedBackups }: Recovery): Backups | undefined => enforcedBackups ?? backups;

const declared = (isDeclared: boolean): string => (isDeclared ? 'declared' : 'not declared');
const steps = ['not declared', 'declared', 'enforced'];

/** What is declared only, as facts: without backups that Squadkit makes itself. */
export const declaredFacts = (guarantees: Guarantees): Fact[] =>
  guaranteeFacts(guarantees).filter(
    ({ label }) => guarantees.recovery?.enforcedBackups === undefined || !ofBackups.includes(label),
  );

const ofBackups = ['backups', 'backup schedule', 'days of backups'];

/** One of the guarantees: less of it is a guarantee that is lost. */
const step = (label: string, value: string): Fact => ({
  ...{ label, value, rank: rankIn(steps, value) },
  ...{ wider: 'none', narrower: 'GuaranteeLost' },
});

/** What is guaranteed, as facts of the thing that holds the data: a plan tells when one of them is lost. */
export const guaranteeFacts = ({ encryptedAtRest, recovery }: Guarantees): Fact[] => [
  step('encryption at rest', declared(encryptedAtRest)),
  ...(recovery === undefined ? [] : recoveryFacts(recovery)),
];

const recoveryFacts = (recovery: Recovery): Fact[] => {
  const backups = backupsOf(recovery);
  const value = recovery.enforcedBackups === undefined ? declared(backups !== undefined) : 'enforced';

  return [
    step('backups', value),
    ...(backups === undefined ? [] : backupFacts(backups)),
    step('recovery to any moment', declared(recovery.pointInTimeRecovery)),
  ];
};

const backupFacts = ({ schedule, retentionDays }: Backups): Fact[] => [
  {
    ...{ label: 'backup schedule', value: quoted(schedule) },
    // What was written since the last backup is lost: the longer that is, the less they are worth.
    rank: -longestWaitIn(schedule),
    ...{ wider: 'none', narrower: 'GuaranteeLost', comesWith: 'backups' },
  },
  {
    ...{ label: 'days of backups', value: retentionDays },
    ...{ wider: 'none', narrower: 'GuaranteeLost', comesWith: 'backups' },
  },
];
