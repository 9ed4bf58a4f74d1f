import { Unusable } from '../outside/reason.ts';

/** Why nothing comes of a backup, for whoever takes one out of a store. Each program adds its own, and says whose move each is. */
export type Kind =
  | ('absent' | 'store' | 'identity' | 'damaged' | 'different' | 'incomplete' | 'rights' | 'content')
  | ('version' | 'room' | 'time' | 'machine');

/** Nothing comes of a backup. The message is one sentence that has no secret, and nothing of a row. */
export class Failed<Of extends string = Kind> extends Error {
  readonly kind: Of;

  constructor(kind: Of, because: string) {
    super(because);
    this.kind = kind;
  }
}

/** Whose move it is, and what to do. */
export interface Move {
  actor: 'Squad' | 'Platform' | 'SRE';
  next: string;
}

/** Whose move each kind of failure is, and what to do: a program has one of it. */
export type Moves<Of extends string> = Record<Of | Kind, readonly [Move['actor'], string]>;

/** What a table, an extension or anything else is called, where that is a plain name; text of somebody's is said nowhere. */
export const plainly = (kind: string, name: string): string =>
  /^[A-Za-z_][\w$-]{0,62}$/.test(name) ? `${kind} ${name}` : `a ${kind} with an unusual name`;

/** What is known of a text by a pattern: the kind of failure, and how it is said. */
export type Known<Of extends string = Kind> = readonly [RegExp, Of, string];

/** What pg_restore says of an archive that it cannot read, and when it dies (PostgreSQL 18, pg_backup_archiver.c and its libraries). */
export const ofArchive: Known[] = [
  [/unsupported version/, 'version', 'the dump was made by a later pg_dump than there is a pg_restore of'],
  [
    /not support.*compression|compression.*not support/,
    'version',
    'the dump is compressed in a way that this pg_restore does not know',
  ],
  [
    /does not appear to be a valid archive|text format dump|magic string|input file is too short|unexpected end of file|could not read from input|could not uncompress|could not decompress|expected (format|block)|unexpected data offset|unrecognized data block|(end|beginning) of.*file|unexpected block ID|corrupt|invalid/,
    'damaged',
    'what lies there is no dump, or not all of one',
  ],
  // Said last, whatever it died of.
  [/worker process died/, 'machine', 'a part of pg_restore was ended'],
];

/** How pg_restore ended, where nothing else is known. */
export const saidOfEnd = (end: number | NodeJS.Signals | null): Failed =>
  typeof end === 'number'
    ? new Failed('damaged', `the dump cannot be restored: pg_restore ended with status ${end}`)
    : new Failed('machine', `pg_restore was ended by ${end}`);

/** What was thrown, as a reason why nothing comes of a backup; what nobody foresaw is thrown again. */
export const orFailed = (thrown: unknown, kind: Kind): Failed => {
  if (thrown instanceof Failed) return thrown;
  const { code } = (thrown ?? {}) as { code?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new Failed('room', 'there is not room enough in the folder that it works in');
  if (thrown instanceof Unusable) return new Failed(kind, thrown.message);
  throw thrown;
};
