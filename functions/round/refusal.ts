/** Who has to move next. `Nobody` means: wait, it goes on by itself. */
export type Actor = 'Squad' | 'Platform' | 'SRE' | 'Nobody';

/** The closed list of reasons for which a document is refused. */
export const refusalReasons = [
  'SquadNotFound',
  'SquadClosed',
  'SquadNotAccepted',
  'ZoneNotFound',
  'ZoneNotAllowed',
  'ZoneClosed',
  'ComponentNotFound',
  'ComponentInUse',
  'ProviderMismatch',
  'DataClassNotAllowed',
  'ExtensionNotAllowed',
  'LimitExceeded',
  'Reserving',
  'NameNotAllowed',
  'NameTaken',
  'NameUsedBefore',
  'DataGone',
  'ServerTaken',
  'ServerNotPrepared',
  'HubNotNamed',
  'NamespaceDeleted',
  'SettingInvalid',
] as const;

/** One of the closed list. */
export type RefusalReason = (typeof refusalReasons)[number];

/** Where a field is in a document: `['spec', 'zones', 0, 'name']`. Entries of lists are counted from 0. */
export type Path = readonly (string | number)[];

/**
 * Thrown by resolve and admit: the whole document is refused, nothing that exists is touched. `what` says in its first
 * 60 characters what is wrong and where, `next` what would be right.
 *
 * `path` says where in the document that is refused: no program has to read the sentence to find it. What is wrong with
 * another document, or with something in the cluster, is shown where this document asks for it.
 */
export class Refusal extends Error {
  readonly reason: RefusalReason;
  readonly actor: Actor;
  readonly what: string;
  readonly next: string;
  readonly path: Path;
  /** How soon it may be otherwise without anybody changing the document. */
  readonly seconds: number;

  constructor({
    reason,
    actor,
    what,
    next,
    path,
    seconds = 60,
  }: {
    reason: RefusalReason;
    actor: Actor;
    what: string;
    next: string;
    path: Path;
    seconds?: number;
  }) {
    super(`${what}. ${actor}: ${next}.`);
    this.name = 'Refusal';
    this.reason = reason;
    this.actor = actor;
    this.what = what;
    this.next = next;
    this.path = path;
    this.seconds = seconds;
  }
}

/** What `read` gives, or nothing if it refuses: what is malformed is refused in its own round. */
export const unlessRefused = <Result>(read: () => Result): Result | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

/** Why `read` refuses, or nothing if it does not. */
export const refusalOf = (read: () => unknown): Refusal | undefined => {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
};

/**
 * What `read` gives of a part of a document, or of another document that it asks for.
 *
 * @param placeOf where in the document that is refused, from where it is in what is read
 * @throws Refusal of `read` with that place
 */
export const refusedAt = <Result>(placeOf: (path: Path) => Path, read: () => Result): Result => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const placed = new Refusal({ ...error, path: placeOf(error.path) });
    // It is the same refusal: whoever looks for where it comes from finds where it was made first.
    throw Object.assign(placed, { stack: error.stack });
  }
};
