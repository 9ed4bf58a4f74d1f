import { type Manifest, momentOf } from '../backup/manifest.ts';
import type { Unproven } from './failure.ts';

/** What came of a drill. */
export interface Outcome {
  /** When it ended. */
  at: Date;
  /** How long it took. */
  seconds: number;
  /** Which backup it was about, if one was found. */
  backup: Manifest | undefined;
  /** Why that is not proven; undefined if it is. */
  because?: Pick<Unproven, 'message' | 'move'>;
}

/** What is said of an outcome: a line on stdout, and on the hub. */
export const factsOf = ({ at, seconds, backup, because }: Outcome): Record<string, string | number> => ({
  at: momentOf(at.getTime()),
  ...(backup !== undefined && {
    backup: backup.at,
    bytes: backup.dump.bytes,
    tables: backup.tables,
    rows: backup.rows,
  }),
  seconds,
  ...(because !== undefined && { because: because.message.slice(0, 500), ...because.move }),
});

/**
 * What is written under the keys of the ConfigMap. What is not proven leaves what is said of the last that is; what is proven
 * takes away what was not before it.
 */
export const dataOf = (outcome: Outcome): Record<string, string | null> =>
  outcome.because === undefined
    ? { proven: JSON.stringify(factsOf(outcome)), notProven: null }
    : { notProven: JSON.stringify(factsOf(outcome)) };
