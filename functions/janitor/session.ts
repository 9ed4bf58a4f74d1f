import { isMark } from '../ownership/mark.ts';
import { generationPattern } from '../providers/postgres/names.ts';

/** The role by which the janitor comes to every server; `package/install/README.md` says how it is made. */
export const janitorRole = 'squadkit_janitor';

/** What a server says of the role that a session logged in as. */
export interface Login {
  name: string;
  isSuperuser: boolean;
  isReplication: boolean;
  /** What its parameter says whose it is; empty if it says nothing. */
  mark: string;
  /** Whether the administrator of Squadkit made it: PostgreSQL notes that where nobody else can change it. */
  isMade: boolean;
  /** Whether it may connect to the database that the session is in. */
  connects: boolean;
  /** Whether it is a member of any role. */
  belongs: boolean;
}

/** A session on a server, as a role without rights sees it. */
export interface Session {
  pid: number;
  /** The number of the role that it logged in as; SET ROLE and SET SESSION AUTHORIZATION do not change it. */
  role: number;
  /** The number of the database that it is in. */
  databaseNumber: number;
  database: string;
  /** Whether it sends changes to a replica or a subscriber. */
  replicates: boolean;
  /** The role; undefined if there is none of that number any more. */
  login: Login | undefined;
}

/** What a Zone says of a server, as far as it decides whose a login is. */
export interface Marking {
  adminRole: string;
  /** Under which parameter of a role its mark is. */
  markParameter: string;
}

/** Why a session ends, in words for people. */
export type Why = 'its role is gone' | 'its login has lost its rights' | 'its login may no longer be in that database';

const kinds = ['app', 'migrator', 'readonly'];

/** What a role may take away from itself does not decide alone: whoever made it, and how it is called, is seen too. */
const isOurs = ({ name, mark, isMade }: Login, database: string, { markParameter }: Marking): boolean =>
  isMark(mark) ||
  (markParameter === 'application_name' &&
    isMade &&
    kinds.some((kind) =>
      new RegExp(`^${kind}(_[1-9][0-9]?)?$`).test(afterPrefix(name, `${firstOf(database)}_`) ?? ''),
    ));

/** The database that a Service began with, of one that lies beside it (providers/postgres/names.ts). */
const firstOf = (database: string): string => database.replace(new RegExp(`-${generationPattern}$`), '');

const afterPrefix = (text: string, prefix: string): string | undefined =>
  text.startsWith(prefix) ? text.slice(prefix.length) : undefined;

/**
 * Why a session has to end, or undefined if it may go on.
 *
 * A session ends when its role is gone, whoever's it was; or when its login is one of ours and may not connect to where it
 * is: because it has ended, and is a member of nothing any more, or because another database was restored in the place of
 * that one. Of what is still in force, of superusers, of the administrator, of strangers and of replication none ends.
 */
// Guard rail: postgres-sessions-end
export const whyEnded = (session: Session, marking: Marking): Why | undefined => {
  const { login, database, replicates } = session;
  if (replicates) return undefined;
  if (login === undefined) return 'its role is gone';
  if (login.isSuperuser || login.isReplication) return undefined;
  if (login.name === marking.adminRole || login.name === janitorRole) return undefined;
  if (!isOurs(login, database, marking)) return undefined;

  if (login.connects) return undefined;

  return login.belongs ? 'its login may no longer be in that database' : 'its login has lost its rights';
};
