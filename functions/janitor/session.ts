import { isMark } from '../ownership/mark.ts';

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
export type Why = 'its role is gone' | 'its login has lost its rights';

const kinds = ['app', 'migrator', 'readonly'];

/** What a role may take away from itself does not decide alone: whoever made it, and how it is called, is seen too. */
const isOurs = ({ name, mark, isMade }: Login, database: string, { markParameter }: Marking): boolean =>
  isMark(mark) ||
  (markParameter === 'application_name' &&
    isMade &&
    kinds.some((kind) => new RegExp(`^${kind}(_[1-9][0-9]?)?$`).test(afterPrefix(name, `${database}_`) ?? '')));

const afterPrefix = (text: string, prefix: string): string | undefined =>
  text.startsWith(prefix) ? text.slice(prefix.length) : undefined;

/**
 * Why a session has to end, or undefined if it may go on.
 *
 * A login has ended when its role is gone, whoever's it was; or when it is one of ours and has lost all that made it a login
 * of a Service: it is a member of nothing, and may not connect to where it is. Of what is still in force, of superusers, of
 * the administrator, of strangers and of replication none ends.
 */
// Guard rail: postgres-sessions-end
export const whyEnded = (session: Session, marking: Marking): Why | undefined => {
  const { login, database, replicates } = session;
  if (replicates) return undefined;
  if (login === undefined) return 'its role is gone';
  if (login.isSuperuser || login.isReplication) return undefined;
  if (login.name === marking.adminRole || login.name === janitorRole) return undefined;
  if (!isOurs(login, database, marking)) return undefined;

  return login.connects || login.belongs ? undefined : 'its login has lost its rights';
};
