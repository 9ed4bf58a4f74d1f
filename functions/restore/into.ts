import type { Subject } from '../backup/subject.ts';

/**
 * `galaxy_billing-tc5k2a`: the database that a restore of a moment goes into. It follows from both, so that none goes into the
 * database of another, or into one that is in use: no database of a Service has this sign in its name.
 */
export const databaseAt = ({ database }: Subject, moment: Date): string =>
  `${database}-${Math.floor(moment.getTime() / 1000).toString(36)}`;

/** A moment of a whole second in UTC, as `2026-11-28T02:37:04Z`; undefined if a text is none. */
export const momentIn = (text: string): Date | undefined => {
  const moment = new Date(text);
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(moment.getTime());

  // 30 February is 2 March to Date.
  return isWhole && moment.getTime() > 0 && moment.toISOString() === text.replace('Z', '.000Z') ? moment : undefined;
};
