import {
  type Kind as AnyKind,
  Failed,
  type Known,
  type Move,
  type Moves,
  ofArchive,
  orFailed,
  saidOfEnd,
} from '../retrieve/failure.ts';

/** Why a backup is not proven, by what has to be done then, and by whom. */
const moves = {
  absent: ['SRE', 'look why no backup is made'],
  store: ['Platform', 'correct the store, or the credentials of its reader'],
  identity: ['Platform', 'give the drill a private key of one of the recipients'],
  damaged: ['Platform', 'make another backup now, and look who could write in the store'],
  different: ['Platform', 'make another backup now and drill it; keep this one, to look at'],
  incomplete: ['Squad', 'move what schema app needs into schema app, or ask for the extension that has it'],
  rights: ['Squad', 'let nothing in schema app need rights that only a superuser has while it is restored'],
  content: ['Squad', 'look at what the rows, checks, indexes and functions of schema app do while they are restored'],
  extension: ['Platform', 'restore it by hand on a server that has the extension: a drill cannot prove it'],
  version: ['Platform', 'use the image of the drill that belongs to that of the backup'],
  room: ['Platform', 'give the drill more room'],
  time: ['Platform', 'give the drill more time'],
  machine: ['SRE', 'look at the Job of the drill, and start it again'],
} as const satisfies Moves<'extension'>;

/** A kind of failure. */
export type Kind = keyof typeof moves;

/** A backup is not proven. The message is one sentence that has no secret, and nothing of a row. */
export class Unproven extends Failed<Kind> {
  /** Whose move it is, and what to do. */
  get move(): Move {
    const [actor, next] = moves[this.kind];

    return { actor, next };
  }
}

/** What errors of PostgreSQL mean to a restore (SQLSTATE by its beginning, PostgreSQL 18, errcodes.txt). */
const ofRestore: Known<Kind>[] = [
  [/^53100/, 'room', 'there is not room enough for the throwaway server'],
  [/^53|^54/, 'machine', 'the throwaway server has not enough memory'],
  [/^57P0/, 'machine', 'a connection of the restore was ended'],
  [
    /^42501/,
    'rights',
    'something in the dump needs rights that nobody has in a drill, as for a program, a file or another server',
  ],
  [/^0A000/, 'content', 'something in the dump does what PostgreSQL does not let it do there'],
  [/^(42704|42883|42P01|42703|3F000|58P01)/, 'incomplete', 'something in the dump needs what is not in it'],
  [/^(42P06|42P07|42710|42723|42701)/, 'damaged', 'the dump makes something twice'],
  [/^(22|23|42P17)/, 'content', 'rows of the dump cannot be restored'],
  [/^(P0|38|39|2F|25|40|55)/, 'content', 'a function in the dump fails while it is restored'],
];

/** What pg_restore says when it gives up. */
const ofProgram: Known<Kind>[] = [
  [/No space left/, 'room', 'there is not room enough for the throwaway server'],
  ...ofArchive,
];

/**
 * What a restore failed with: only what is known is said, for the server and pg_restore quote what they read.
 *
 * @param written what pg_restore wrote on stderr
 * @param code the first error that the server had, as SQLSTATE
 */
export const saidOfRestore = (
  written: string,
  code: string | undefined,
  end: number | NodeJS.Signals | null,
): Unproven => {
  const [, kind, because] =
    (code === undefined ? undefined : ofRestore.find(([pattern]) => pattern.test(code))) ??
    ofProgram.find(([pattern]) => pattern.test(written)) ??
    [];
  if (kind !== undefined && because !== undefined)
    return new Unproven(kind, code === undefined ? because : `${because} (${code})`);
  if (code !== undefined) return new Unproven('content', `the dump cannot be restored (${code})`);

  return unproven(saidOfEnd(end));
};

/** A failure of whatever takes a backup out of a store, as one of a drill. */
export const unproven = (failed: Failed<Kind>): Unproven => new Unproven(failed.kind, failed.message);

/** What was thrown, as a reason why a backup is not proven; what nobody foresaw is thrown again. */
export const orUnproven = (thrown: unknown, kind: AnyKind): Unproven => unproven(orFailed(thrown, kind));
