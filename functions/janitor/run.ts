import { setTimeout as sleepFor } from 'node:timers/promises';
import { describeThrown, type Log } from '../server/log.ts';
import type { SaidOfServer } from '../zone/sessions.ts';
import { reasonOf } from './failure.ts';
import type { Hub } from './hub.ts';
import { type Registered, registeredOn } from './registered.ts';
import type { Target } from './target.ts';
import { type Surroundings, type Watch, watch } from './watch.ts';

/** What can be chosen about a janitor. */
export interface JanitorOptions {
  hub: Hub;
  log: Log;
  /** Between two looks at a server, and two at the Zones, in seconds. */
  interval: number;
}

/** Between two reports of what nobody asked to know sooner, in milliseconds. */
const minute = 60_000;

/** Nothing but a server itself, and how it is reached: two components that are alike in all of it share one connection. */
const keyOf = ({ name: _, secret: __, ...rest }: Target): string => JSON.stringify(rest);

/** Waits; ends at once, and without a word, when it is stopped. */
const sleep = async (milliseconds: number, stop: AbortSignal): Promise<void> => {
  await sleepFor(milliseconds, undefined, { signal: stop }).catch(() => undefined);
};

/** What was found on the hub, looked at by one watch for each server, which stays as long as nothing of it changes. */
export const follow = (
  watches: Map<string, Watch>,
  { targets }: Registered,
  surroundings: Surroundings,
  begin = watch,
): void => {
  // Of those that are alike the first.
  const wanted = new Map(targets.toReversed().map((target) => [keyOf(target), target]));
  for (const [key, running] of watches) {
    if (wanted.has(key)) continue;
    running.stop();
    watches.delete(key);
  }
  for (const [key, target] of wanted) {
    if (!watches.has(key)) watches.set(key, begin(target, surroundings));
  }
};

const neverReached = (problem: string): SaidOfServer => ({
  ...{ problem, tooMany: [], sessions: 0, ended: 0, staying: 0, prepared: 0, generations: {} },
});

/** What is said of every server, by its name. */
export const reportOf = (watches: Map<string, Watch>, { targets, problems }: Registered): Record<string, string> => {
  const watched = targets.flatMap((target): [string, SaidOfServer][] => {
    const running = watches.get(keyOf(target));
    return running === undefined ? [] : [[target.name, running.said()]];
  });
  const unreached = Object.entries(problems).map(([name, problem]): [string, SaidOfServer] => [
    name,
    neverReached(problem),
  ]);

  return Object.fromEntries([...watched, ...unreached].map(([name, said]) => [name, JSON.stringify(said)]));
};

/** What is worth a report by itself: not when was looked, nor how many sessions there are now. */
const newsIn = (report: Record<string, string>): string =>
  JSON.stringify(report).replaceAll(/\\"(lookedAt|sessions)\\":(\\"[^"\\]*\\"|\d+),?/g, '');

/**
 * Writes what is said of all servers, as often as it is called for, where there is news in it or the last one is a minute old.
 *
 * @param now milliseconds since 1970; a clock that is set back makes it look older too
 */
export const reporterOf = (
  hub: Pick<Hub, 'report'>,
  dataNow: () => Record<string, string>,
  now: () => number = Date.now,
): (() => Promise<void>) => {
  let reported = { news: '', at: 0 };

  return async () => {
    const data = dataNow();
    const news = newsIn(data);
    if (news === reported.news && Math.abs(now() - reported.at) < minute) return;
    await hub.report(data);
    reported = { news, at: now() };
  };
};

/** Looks at all servers until SIGTERM or SIGINT, then ends the process with 0 at once; with 1 on an error of its own. */
export const run = ({ hub, log, interval }: JanitorOptions): void => {
  const watches = new Map<string, Watch>();
  const surroundings = { pause: interval * 1000, now: Date.now, sleep, tell: log.info };
  let registered: Registered = { targets: [], problems: {} };
  const report = reporterOf(hub, () => reportOf(watches, registered));
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      // What is known goes on: a hub that is away is no reason to leave sessions open.
      log.error(what, { because: reasonOf(error) });
    }
  };
  const stopped = new AbortController();
  const stop = (signal: string) => {
    log.info('stopping', { signal });
    stopped.abort();
    for (const running of watches.values()) running.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (thrown: unknown) => {
      log.error(event, describeThrown(thrown));
      process.exit(1);
    });
  }
  const lookForZones = async () => {
    while (!stopped.signal.aborted) {
      await attempt('Zones not read', async () => {
        registered = await registeredOn(hub, registered.targets);
        follow(watches, registered, surroundings);
      });
      await sleep(surroundings.pause, stopped.signal);
    }
  };
  const tellHub = async () => {
    while (!stopped.signal.aborted) {
      await sleep(Math.min(surroundings.pause, 5000), stopped.signal);
      await attempt('report not written', report);
    }
  };
  log.info('looking', { interval: `${interval}s` });
  void lookForZones();
  void tellHub();
};
