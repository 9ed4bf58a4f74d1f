import { setTimeout as sleepFor } from 'node:timers/promises';
import { Unplannable } from '../tree/problem.ts';
import type { Examination } from './doctor.ts';

/** What tells the time, in milliseconds, and waits for some. */
export interface Clock {
  now: () => number;
  sleep: (milliseconds: number) => Promise<unknown>;
}

const interval = 3000;

/**
 * Looks until all is well or time is up, and resolves to what was seen last. Tells what is not yet, with the seconds since the
 * start, whenever that changes.
 *
 * @throws Unplannable if a cluster cannot be reached at the first look
 */
export const settled = async (
  examine: () => Promise<Examination[]>,
  milliseconds: number,
  tell: (line: string) => void,
  { now, sleep }: Clock = { now: Date.now, sleep: sleepFor },
): Promise<Examination[]> => {
  const started = now();
  let seen = await examine();
  let told = '';
  for (;;) {
    const names = namesOfBad(seen);
    const left = started + milliseconds - now();
    if (names.length === 0 || left <= 0) return seen;
    const words = `${names.length} not well yet: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
    if (words !== told) tell(`${Math.round((now() - started) / 1000)} s: ${words}`);
    told = words;
    await sleep(Math.min(interval, left));
    seen = await examine().catch((failure: unknown) => {
      // A cluster that cannot be reached for a moment is asked again; what was seen before was not well either.
      if (failure instanceof Unplannable) return seen;
      throw failure;
    });
  }
};

/** What is not well, as `hub Zone frontier`. */
export const namesOfBad = (examinations: readonly Examination[]): string[] =>
  examinations.flatMap(({ cluster, checks }) =>
    checks.filter(({ state }) => state !== 'well').map(({ what }) => `${cluster} ${what}`),
  );
