import type { Subject } from '../backup/subject.ts';
import { beside, generationOf } from '../providers/postgres/names.ts';

/**
 * `galaxy_billing-tc5k2a`: the database that a restore of a moment goes into. It follows from both, so that none goes into the
 * database of another, or into one that is in use: no database of a Service has this sign in its name.
 */
export const databaseAt = ({ database }: Subject, moment: Date): string =>
  beside(database, generationOf(moment.toISOString()));

/** A moment of a whole second in UTC, as `2026-11-28T02:37:04Z`; undefined if a text is none. */
export const momentIn = (text: string): Date | undefined => {
  const moment = new Date(text);
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(moment.getTime());

  // 30 February is 2 March to Date.
  return isWhole && moment.getTime() > 0 && moment.toISOString() === text.replace('Z', '.000Z') ? moment : undefined;
};
