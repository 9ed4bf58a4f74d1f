import type { Server } from '../outside/postgres.ts';
import type { LogFields } from '../server/log.ts';
import type { SaidOfServer } from '../zone/sessions.ts';
import { reasonOf } from './failure.ts';
import { type Deed, lookAround, rightsOn, type Seen } from './look.ts';
import type { Rights } from './question.ts';
import { connectTo } from './server.ts';
import type { Session } from './session.ts';
import type { Target } from './target.ts';

/** What a watch needs from outside. */
export interface Surroundings {
  /** Between two looks, in milliseconds. */
  pause: number;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Resolves after so many milliseconds, or as soon as the watch is stopped. */
  sleep: (milliseconds: number, stop: AbortSignal) => Promise<void>;
  /** Tells one deed or failure, in a line. */
  tell: (message: string, fields: LogFields) => void;
  connect?: (target: Target) => Promise<Server>;
}

/** Who looks at one server, again and again. */
export interface Watch {
  /** What is to be said of it. */
  said: () => SaidOfServer;
  /** Ends it at once, and its connection. */
  stop: () => void;
}

/** How many logins are told of: a ConfigMap holds 1 MiB, and whoever is not told of is waited for. */
const mostCounted = 2000;

/** After a failure the next look is later, up to this many milliseconds. */
const longestPause = 60_000;

/** How many milliseconds after so many failures one after the other. */
export const pauseAfter = (failures: number, pause: number): number =>
  failures === 0 ? pause : Math.min(pause * 2 ** Math.min(failures, 16), Math.max(longestPause, pause));

const keyOf = ({ pid, role, databaseNumber }: Session): string => `${pid}/${role}/${databaseNumber}`;

/** Begins to look at a server; each server has a watch of its own, so that none waits for another. */
export const watch = (target: Target, { pause, now, sleep, tell, connect = connectTo }: Surroundings): Watch => {
  const stopped = new AbortController();
  let server: Server | undefined;
  let rights: Rights | undefined;
  let seen: Seen | undefined;
  let lookedAt: number | undefined;
  let problem: string | undefined;
  let ended = 0;
  /** How often a session was told to end that is still there, or was when a look last came to its end. */
  let told = new Map<string, number>();
  /** Sessions that were told to end by a question that was not answered. */
  const unsure = new Map<string, Deed>();
  /** Names of roles by number, of the last look: of one that is gone by the next, nobody else knows the name. */
  let names = new Map<number, string>();

  const account = (deed: Deed): string => {
    const key = keyOf(deed.session);
    const times = told.get(key) ?? 0;
    told.set(key, times + 1);
    if (times === 0) {
      const { pid, role, database, login } = deed.session;
      ended += 1;
      tell('session ended', {
        server: target.name,
        role: login?.name ?? names.get(role) ?? `number ${role}`,
        ...{ pid, database, because: deed.why },
      });
    }

    return key;
  };

  const remember = ({ sessions, logins }: Seen) => {
    names = new Map([
      ...sessions.flatMap(({ role }) => (names.has(role) ? [[role, names.get(role) as string] as const] : [])),
      ...sessions.flatMap(({ role, login }) => (login === undefined ? [] : [[role, login.name] as const])),
      ...logins.map(({ role, name }) => [role, name] as const),
    ]);
  };

  const look = async () => {
    if (server === undefined || !server.isOpen()) {
      server = await connect(target);
      // Stopped while it was on its way.
      if (stopped.signal.aborted) return server.cut();
      rights = undefined;
    }
    rights ??= await rightsOn(server);
    const toldNow = new Set<string>();
    seen = await lookAround(server, target, (deed, isAnswered) => {
      if (isAnswered) toldNow.add(account(deed));
      else unsure.set(keyOf(deed.session), deed);
    });
    // Who is there still was told once more.
    const there = new Set(seen.sessions.map(keyOf));
    for (const [key, deed] of unsure) if (!there.has(key)) account(deed);
    unsure.clear();
    told = new Map([...told].filter(([key]) => toldNow.has(key)));
    remember(seen);
    lookedAt = now();
  };

  const run = async () => {
    let failures = 0;
    while (!stopped.signal.aborted) {
      try {
        await look();
        if (problem !== undefined) tell('server reached again', { server: target.name });
        [problem, failures] = [undefined, 0];
      } catch (error) {
        server?.cut();
        server = undefined;
        if (stopped.signal.aborted) return;
        failures += 1;
        const reason = reasonOf(error);
        if (reason !== problem) tell('server not looked at', { server: target.name, because: reason });
        problem = reason;
      }
      await sleep(pauseAfter(failures, pause), stopped.signal);
    }
  };
  void run();

  return {
    said: () => ({
      ...(lookedAt !== undefined && { lookedAt: new Date(lookedAt).toISOString().replace(/\.\d+Z$/, 'Z') }),
      ...(problem !== undefined && { problem }),
      tooMany: rights?.tooMany.slice(0, 20) ?? [],
      sessions: seen?.sessions.length ?? 0,
      ended,
      // Whoever was told twice ten seconds ago is still there.
      staying: [...told.values()].filter((times) => times > 2).length,
      prepared: seen?.prepared ?? 0,
      generations: Object.fromEntries(Object.entries(seen?.generations ?? {}).slice(0, mostCounted)),
    }),
    stop: () => {
      stopped.abort();
      server?.cut();
    },
  };
};
