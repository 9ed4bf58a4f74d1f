import { jitter, lossy } from './pace.ts';

/** What one process knows of when it is asked for each document: it decides nothing but when it is asked next. */
export interface Looks {
  /** Seconds until the next look; notes that there was one now. */
  next: (look: Look) => number;
}

/** A look at a document, which ends now. */
export interface Look {
  /** Of no other document. */
  id: string;
  /** In milliseconds since 1970. */
  now: number;
  /** Seconds until the next look if no edit could be lost until then. */
  usual: number;
  /** Whether Crossplane loses events of it now. */
  losesEvents: boolean;
  /** Whether its status becomes another by this look. */
  isChanging: boolean;
}

/** Crossplane asks up to so many seconds later than it was told. */
const late = 10;

/** More documents than a hub can have: what was removed is forgotten then, and all others once. */
export const most = 20_000;

/**
 * Sees to it that no edit is lost for long. While Crossplane loses events one passes in 30 s, whatever it is of: a change of
 * the status that we write ourselves, or of something composed, takes the place of an edit that comes after it. So who was
 * asked out of turn, or changes something, looks again after that time; who comes in turn and changes nothing has taken no place,
 * and the next edit passes at once. What happens in the moment at which it was to be asked anyway cannot be told from that: an
 * edit soon after it waits for the next look.
 */
export const createLooks = (): Looks => {
  const expected = new Map<string, { at: number; pause: number }>();

  return {
    next: ({ id, now, usual, losesEvents, isChanging }) => {
      const before = expected.get(id);
      const isOff = before === undefined ? Number.POSITIVE_INFINITY : (now - before.at) / 1000;
      // Of two processes of a function each is asked now and then: what the other one was told is not known here.
      const isInTurn = before !== undefined && isOff >= -jitter * before.pause && isOff <= late;
      const seconds = losesEvents && (isChanging || !isInTurn) ? Math.min(usual, lossy) : usual;
      if (expected.size >= most) expected.clear();
      expected.set(id, { at: now + seconds * 1000, pause: seconds });

      return seconds;
    },
  };
};
