/**
 * Which new documents are begun now, and which wait until others are done.
 *
 * Whatever is unready is asked for again each second, and each round applies all that it has: many at once keep the API server
 * so busy that everything takes longer, and so there are more rounds that change nothing. Begun a few at a time, in the order
 * in which they came, no round is lost, and all of them are ready sooner the more they are (test/unit/waiting/turns.test.ts has a
 * model of that). Nothing that exists waits: what is left out of an answer is deleted.
 *
 * What is kept here lies in this process only and decides nothing but when. After a restart it is known again as soon as what
 * is under way asks again.
 */

/** What asks, in a round of its own. Times are in milliseconds since 1970. */
export interface Asking {
  /** Of no other document. */
  id: string;
  created: number;
  /** Whether anything of it exists. */
  isThere: boolean;
  isReady: boolean;
  /** Whether something of it has changed lately: what waits for somebody takes nobody's turn. */
  isMoving: boolean;
  now: number;
}

/** When a document goes on. */
export interface Turn {
  /** Whether it has to wait before anything of it is made. */
  waits: boolean;
  /** Seconds until it is looked at again, at the least. */
  seconds: number;
}

/** Everything that asks one process. */
export interface Turns {
  of: (asking: Asking) => Turn;
}

/** So many are begun at once: two on each core of a hub with two or three. */
export const usuallyAtOnce = 6;

/** Who was not heard of for so long has no turn, in milliseconds. */
const silence = 60_000;

/**
 * Nor has who was not heard of for so many times what others let pass between two questions, and for so many milliseconds:
 * where a function has several processes, only one of them is told that somebody is done.
 */
const [gaps, shortest] = [5, 8000];

/** For so long it is remembered that somebody had a turn, whom nothing came of: longer than it is asked for, in milliseconds. */
const memory = 600_000;

/** Nobody keeps a turn for longer than three times what others take, and not less than this, in milliseconds. */
const leastTurn = 20_000;

/** Of the time after which it is probably its turn, so that no turn is lost, and how seldom it is looked at, in seconds. */
const [early, mostSeconds] = [0.7, 60];

/**
 * Several end at nearly the same time, and then none for a while: what lies between two of them says little just then, and is no
 * less than this part of what a turn takes for as many as have one.
 */
const leastShare = 0.9;

/** For so long a turn waits for somebody who came earlier, and who is late, in milliseconds. */
const [worthWaiting, late] = [1500, 5000];

/** How seldom what is under way is looked at, in seconds. */
const mostUnderWay = 10;

/** A mean in which what is new counts for three tenths. */
const meanOf = (before: number, now: number): number => before * 0.7 + now * 0.3;

/** Makes turns for one process, of which `atOnce` are begun at the same time. */
export const createTurns = (atOnce = usuallyAtOnce): Turns => {
  const underWay = new Map<string, { since: number; seen: number; isThere: boolean; isOver?: boolean }>();
  const waiting = new Map<string, { created: number; due: number }>();
  let lastEnd: number | undefined;
  // Milliseconds, until the first ones are done: what one alone takes, and what several take at once.
  let [between, whole] = [2000, 8000];
  // And between two questions of one of them.
  let gap = 2000;

  // A clock may be set back.
  const isWithin = (time: number, now: number, most: number): boolean => Math.abs(now - time) <= most;
  const forget = (now: number): void => {
    for (const [id, { seen }] of underWay) if (!isWithin(seen, now, memory)) underWay.delete(id);
    for (const [id, { due }] of waiting) if (!isWithin(due, now, memory)) waiting.delete(id);
  };
  const end = (since: number, now: number): void => {
    whole = meanOf(whole, Math.max(now - since, 0));
    // Not the time in which there was nothing to do.
    if (lastEnd !== undefined && since <= lastEnd) between = meanOf(between, Math.max(now - lastEnd, 0));
    lastEnd = now;
  };
  /** Those that are not heard of any more have ended: another process was told, or nobody. */
  const miss = (now: number): void => {
    const heard = Math.min(silence, Math.max(shortest, gaps * gap));
    for (const one of underWay.values()) {
      if (one.isOver || isWithin(one.seen, now, heard)) continue;
      one.isOver = true;
      // Of whom nothing came says nothing of how long it takes.
      if (one.isThere) end(one.since, one.seen);
    }
  };
  const taken = (now: number): number =>
    [...underWay.values()].filter(
      ({ since, isOver }) => !isOver && isWithin(since, now, Math.max(leastTurn, 3 * whole)),
    ).length;
  const ahead = ({ id: own, created, now }: Asking): { due: number }[] =>
    [...waiting].flatMap(([id, one]) => {
      const isEarlier = one.created < created || (one.created === created && id < own);

      return isEarlier && one.due >= now - silence ? [one] : [];
    });
  const begun = ({ id, isThere, now }: Asking): Turn => {
    const before = underWay.get(id);
    if (before?.isThere) gap = meanOf(gap, Math.min(Math.abs(now - before.seen), silence));
    waiting.delete(id);
    underWay.set(id, { since: before?.since ?? now, seen: now, isThere });

    const others = [...underWay.values()].filter(({ seen }) => isWithin(seen, now, silence)).length;

    return { waits: false, seconds: Math.min(mostUnderWay, Math.ceil(others / atOnce)) };
  };

  return {
    of: (asking) => {
      const { id, now } = asking;
      forget(now);
      miss(now);
      const own = underWay.get(id);
      if (asking.isReady && own !== undefined && !own.isOver) end(own.since, now);
      if (asking.isReady || (asking.isThere && !asking.isMoving)) {
        underWay.delete(id);
        waiting.delete(id);

        return { waits: false, seconds: 0 };
      }
      // Who had a turn, and nothing came of it, takes none from others again.
      if (asking.isThere || underWay.has(id)) return begun(asking);

      const before = ahead(asking);
      // Who came first comes first, unless he asks later than is worth waiting for: no turn is lost.
      const coming = before.filter(({ due }) => due <= now + worthWaiting && due >= now - late).length;
      if (taken(now) + coming < atOnce) return begun(asking);
      const place = taken(now) + before.length - atOnce + 1;
      const each = Math.max(between, (leastShare * whole) / atOnce);
      const seconds = Math.floor(Math.min(mostSeconds, Math.max(1, (early * place * each) / 1000)));
      waiting.set(id, { created: asking.created, due: now + seconds * 1000 });

      return { waits: true, seconds };
    },
  };
};
