/** Who has to move next. `Nobody` means: wait, it goes on by itself. */
export type Actor = 'Squad' | 'Platform' | 'SRE' | 'Nobody';

/** The closed list of reasons for which a document is refused. */
export const refusalReasons = [
  'SquadNotFound',
  'SquadClosed',
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
  'NamespaceDeleted',
  'SettingInvalid',
] as const;

/** One of the closed list. */
export type RefusalReason = (typeof refusalReasons)[number];

/**
 * Thrown by resolve and admit: the whole document is refused, nothing that exists is touched. `what` says in its first
 * 60 characters what is wrong and where, `next` what would be right.
 */
export class Refusal extends Error {
  readonly reason: RefusalReason;
  readonly actor: Actor;
  readonly what: string;
  readonly next: string;
  /** How soon it may be otherwise without anybody changing the document. */
  readonly seconds: number;

  constructor({
    reason,
    actor,
    what,
    next,
    seconds = 60,
  }: {
    reason: RefusalReason;
    actor: Actor;
    what: string;
    next: string;
    seconds?: number;
  }) {
    super(`${what}. ${actor}: ${next}.`);
    this.name = 'Refusal';
    this.reason = reason;
    this.actor = actor;
    this.what = what;
    this.next = next;
    this.seconds = seconds;
  }
}
