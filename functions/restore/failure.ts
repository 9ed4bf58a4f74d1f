import { saidOfServer as unusable } from '../backup/failure.ts';
import { Failed, type Known, type Move, type Moves, ofArchive, saidOfEnd } from '../retrieve/failure.ts';

/** A Job that has failed is not started again, and nobody else makes one: another moment makes another database. */
const again = 'then the squad asks for another moment, a second later is enough';

/** Why nothing is restored, by what has to be done then, and by whom. */
const moves = {
  absent: ['Squad', 'choose a moment after the first backup'],
  store: ['Platform', `correct the store, or the credentials of its reader; ${again}`],
  identity: ['Platform', `give the restore a private key of one of the recipients that there were then; ${again}`],
  damaged: ['Platform', 'look who could write in the store; an earlier moment can be restored meanwhile'],
  occupied: ['Squad', 'choose another moment: a second later is enough'],
  different: [
    'Platform',
    'look who came into the new database before it was restored; another moment makes another one',
  ],
  incomplete: [
    'Squad',
    `ask for the extensions that the database had then, and for another moment: a second later is enough`,
  ],
  rights: ['Platform', 'restore it by hand: its owner may not do what the backup needs'],
  content: ['Squad', 'look at what rows, checks, indexes and functions did then, and choose another moment'],
  version: ['Platform', `use the image of the restore that belongs to that of the backup; ${again}`],
  room: ['Platform', `give the restore more room; ${again}`],
  space: ['Platform', `give the server of the database more room, or more locks per transaction; ${again}`],
  time: ['Platform', `give the restore more time; ${again}`],
  server: ['SRE', `look why the server does not let the restore in; ${again}`],
  machine: ['SRE', `look at the Job of the restore; ${again}`],
} as const satisfies Moves<'occupied' | 'space' | 'server'>;

/** A kind of failure. */
export type Kind = keyof typeof moves;

/** A backup is not restored. The message is one sentence that has no secret, and nothing of a row. */
export class Unrestored extends Failed<Kind> {
  /** Whose move it is, and what to do. */
  get move(): Move {
    const [actor, next] = moves[this.kind];

    return { actor, next };
  }
}

/** A failure of whatever takes a backup out of a store, as one of a restore. */
export const unrestored = (failed: Failed<Kind>): Unrestored => new Unrestored(failed.kind, failed.message);

/** What codes of PostgreSQL mean while rights are given, and what is in a database is looked at (SQLSTATE, errcodes.txt). */
const ofCodes: Known<Kind>[] = [
  [/^53100/, 'space', 'the server has no space left'],
  [/^53200/, 'space', 'the server has not enough memory'],
  // What was backed up could be read.
  [/^42501/, 'occupied', 'there is something else in the new database, which may not be read'],
];

/** A failure of a connection of ours: for the rest in the words of a backup, since it is the same server. */
export const saidOfServer = (thrown: unknown): Unrestored => {
  if (thrown instanceof Failed) return unrestored(thrown);
  const { code } = (thrown ?? {}) as { code?: unknown };
  const [, kind, because] = ofCodes.find(([pattern]) => pattern.test(String(code))) ?? [];

  return kind === undefined || because === undefined
    ? new Unrestored('server', unusable(thrown).message)
    : new Unrestored(kind, because);
};

/**
 * What pg_restore quotes of the server (PostgreSQL 18, its catalog of messages): it does not say an SQLSTATE, and a server that
 * speaks another language than English is only known to have refused.
 */
const ofServer: Known<Kind>[] = [
  [/password authentication failed/, 'server', 'server: it refuses the password of the login'],
  [/no pg_hba[.]conf entry/, 'server', 'server: it does not let the login in (pg_hba.conf)'],
  [/certificate verify failed/, 'server', 'server: its certificate is not of the authority that the Zone registers'],
  [/does not match host name/, 'server', 'server: its certificate is for another name'],
  [/too many connections|remaining connection slots/, 'server', 'server: all connections of the login are taken'],
  [
    /terminating connection|server closed the connection|could not (receive|send) data|SSL (SYSCALL )?error|SSL connection has been closed|unexpected eof|no connection to the server|connection to server .* failed|(starting up|shutting down)$/im,
    'server',
    'server: the connection was cut',
  ],
  [/No space left/, 'space', 'the server has no space left'],
  [/out of (shared )?memory/, 'space', 'the server has not enough memory'],
  [
    /ERROR: .*(permission denied|must be (owner|superuser|able)|row-level security)/,
    'rights',
    'something in the dump needs rights that the owner has not',
  ],
  [
    /ERROR: .*(already exists|duplicate key value violates unique constraint "pg_)/,
    'occupied',
    'there is something in the new database that the dump would make',
  ],
  [
    /ERROR: .*(does not exist|could not (open extension|access file)|is not available)/,
    'incomplete',
    'something in the dump needs what is not there',
  ],
  [/could not execute query|COPY failed|error returned by PQ/, 'content', 'the server refuses something in the dump'],
];

/** What a restore failed with: only what is known is said, for pg_restore quotes what it reads, and what the server says. */
export const saidOfRestore = (written: string, end: number | NodeJS.Signals | null): Unrestored => {
  // What an error is about comes in lines after it, and is somebody's text.
  const said = written
    .split('\n')
    .filter((line) => line.startsWith('pg_restore: '))
    .join('\n');
  const [, kind, because] = [...ofServer, ...ofArchive].find(([pattern]) => pattern.test(said)) ?? [];

  return kind === undefined || because === undefined ? unrestored(saidOfEnd(end)) : new Unrestored(kind, because);
};
