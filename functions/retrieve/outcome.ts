import { type Manifest, momentOf } from '../backup/manifest.ts';
import type { Move } from './failure.ts';

/** What came of a backup that was taken out of a store. */
export interface Outcome {
  /** When it ended. */
  at: Date;
  /** How long it took. */
  seconds: number;
  /** Which backup it was about, if one was found. */
  backup: Manifest | undefined;
  /** Why nothing came of it; undefined if something did. */
  because?: { message: string; move: Move };
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
