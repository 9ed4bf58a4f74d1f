import { inWords } from '../words/listed.ts';
import { backupsOf, type Guarantees } from './guarantees.ts';

/** What data may need of every place where it lies. */
export interface Needs {
  encryptedAtRest: boolean;
  /** The fewest days for which backups are kept; 0: no backups are needed. */
  backupDays: number;
  pointInTimeRecovery: boolean;
}

/**
 * What each class of data needs, from the least to the most sensitive. TLS that verifies the server is not in the table,
 * because nobody can leave it out.
 */
export const dataClassNeeds = {
  public: { encryptedAtRest: false, backupDays: 0, pointInTimeRecovery: false },
  internal: { encryptedAtRest: false, backupDays: 0, pointInTimeRecovery: false },
  confidential: { encryptedAtRest: true, backupDays: 7, pointInTimeRecovery: false },
  restricted: { encryptedAtRest: true, backupDays: 30, pointInTimeRecovery: true },
} as const satisfies Record<string, Needs>;

/** A class of data, by its name in a document. */
export type DataClass = keyof typeof dataClassNeeds;

/** From the least to the most sensitive. */
export const dataClasses = Object.keys(dataClassNeeds) as [DataClass, ...DataClass[]];

/** Classes of data that stay in the region of their zone, backups of them too. */
export const classesOfRegion: readonly DataClass[] = ['confidential', 'restricted'];

/** What a component would have to declare to hold data of that class and does not, in words. */
export const lackingFor = (dataClass: DataClass, { encryptedAtRest, recovery }: Guarantees): string[] => {
  const needs: Needs = dataClassNeeds[dataClass];
  const days = (recovery && backupsOf(recovery)?.retentionDays) ?? 0;

  return [
    ...(needs.encryptedAtRest && !encryptedAtRest ? ['encryption at rest'] : []),
    // A component that is no place to keep data has nothing to bring back.
    ...(recovery !== undefined && days < needs.backupDays ? [`backups kept for ${needs.backupDays} days`] : []),
    ...(recovery !== undefined && needs.pointInTimeRecovery && !recovery.pointInTimeRecovery
      ? ['recovery to any moment']
      : []),
  ];
};

/** A place to keep data of which nothing is declared. */
const undeclared: Guarantees = {
  tls: 'verify-full',
  encryptedAtRest: false,
  recovery: { backups: undefined, pointInTimeRecovery: false },
};

/** What a place to keep data of that class must declare, in words: what one that declares nothing would lack. */
export const needsOf = (dataClass: DataClass): string[] => lackingFor(dataClass, undeclared);

/** What the classes need, in a sentence for the field that names one. */
export const needsInWords = (): string => {
  const needs = dataClasses.map((name) => ({ name, needed: needsOf(name) }));

  return needs
    .filter(({ needed }) => needed.length > 0)
    .map(({ name, needed }) => `${name} needs ${inWords(needed)}`)
    .join('; ');
};
