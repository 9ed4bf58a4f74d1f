import type { Server } from '../outside/postgres.ts';
import { Unusable } from '../outside/reason.ts';
import { countGenerations } from './generations.ts';
import {
  endText,
  loginsIn,
  loginsText,
  lookText,
  type MarkedLogin,
  preparedIn,
  preparedText,
  type Rights,
  rightsIn,
  rightsText,
  sessionsIn,
} from './question.ts';
import { type Marking, type Session, type Why, whyEnded } from './session.ts';

/** A session that was ended, or that does not end. */
export interface Deed {
  session: Session;
  why: Why;
}

/** What a look at a server has shown and done. */
export interface Seen {
  sessions: Session[];
  /** Roles that may log in and bear a mark, whether they have a session or not. */
  logins: MarkedLogin[];
  /** Sessions by login, of logins with more than one generation. */
  generations: Record<string, number>;
  /** What roles that are gone have prepared for a second phase: it keeps its locks, and only a superuser ends it. */
  prepared: number;
}

/**
 * What the janitor may do on a server.
 *
 * @throws Unusable if it is a superuser, or may end nothing; and what `Server.ask` rejects with
 */
export const rightsOn = async (server: Server): Promise<Rights> => {
  const rights = rightsIn(await server.ask(rightsText));
  if (rights.isSuperuser) throw new Unusable('the login of the janitor is a superuser there: it does nothing as one');
  if (rights.lacking.length > 0)
    throw new Unusable(`the login of the janitor lacks there: ${rights.lacking.join(', ')}`);

  return rights;
};

/**
 * Looks at all sessions of a server, and ends those whose logins have ended. Rejects with what `Server.ask` does.
 *
 * @param done is told each session that was told to end, at once: what follows may fail. `isAnswered` is false where the server
 * gave no answer to that, and nobody knows
 */
export const lookAround = async (
  server: Server,
  marking: Marking,
  done: (deed: Deed, isAnswered: boolean) => void,
): Promise<Seen> => {
  const names = [marking.markParameter, marking.adminRole];
  const sessions = sessionsIn(await server.ask(lookText, names));
  for (const session of sessions) {
    const why = whyEnded(session, marking);
    if (why === undefined) continue;
    const told = await isTold(server, session, names).catch((error: unknown) => {
      done({ session, why }, false);
      throw error;
    });
    if (told) done({ session, why }, true);
  }
  const logins = loginsIn(await server.ask(loginsText, [marking.markParameter]));

  return {
    sessions,
    logins,
    generations: countGenerations(logins, sessions),
    prepared: preparedIn(await server.ask(preparedText)),
  };
};

/** Tells a session to end; false if it is another by now, or may not be told. */
const isTold = async (server: Server, { pid, role, databaseNumber }: Session, names: string[]): Promise<boolean> => {
  try {
    const [[told] = []] = (await server.ask(endText, [...names, pid, role, databaseNumber])) as unknown[][];

    return told === true;
  } catch (error) {
    // The others are told too.
    if ((error as { code?: unknown }).code === '42501') return false;
    throw error;
  }
};
