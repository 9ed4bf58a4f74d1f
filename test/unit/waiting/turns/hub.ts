import { createTurns } from '../../../../functions/waiting/turns.ts';

/**
 * A model of a hub on which many Services are made at once: Crossplane with its workers and its circuit breaker, providers,
 * and cores that all of them share. Its costs are of the baseline in test/bench/README.md, of which it gives the figures
 * within a fifth or so: one Service is ready after 6 s, 20 after 50 s, 100 after 590 s, with 46 rounds each.
 */
export interface Hub {
  services: number;
  /** CPU seconds that there are in a second. */
  cores: number;
  /** So many are begun at once; all of them if undefined. */
  atOnce?: number;
  /** Processes of the function, which are asked in turn and know nothing of each other: one by default. */
  processes?: number;
  /** Of so many of the first ones nothing ever gets ready, as while their server is away. */
  stuck?: number;
}

/** What came of it. Times are in seconds since each was asked for. */
export interface Figures {
  first: number;
  median: number;
  last: number;
  /** Calls of the function for each Service: two a round, as Crossplane asks until nothing more is required. */
  calls: number;
  cpu: number;
}

/** Resources that are made together; the next ones when these exist. */
const waves = [9, 6, 5, 3, 2];
const all = waves.reduce((sum, wave) => sum + wave, 0);

/** CPU seconds of a round, for each resource that it applies, and of a look of a provider at one. */
const [ofRound, ofApply, ofLook] = [0.05, 0.0088, 0.044];
/** Seconds until somebody hears of a change, and that a job has a core for. */
const [latency, slice] = [0.05, 0.02];
/** How many Crossplane and providers do at once, by default. */
const [workers, looks] = [100, 30];
/** After so many seconds everybody gives up. */
const patience = 20_000;

interface Service {
  id: string;
  created: number;
  /** By resource: 0 asked for, 1 exists, 2 ready. */
  resources: number[];
  ready: number | undefined;
  rounds: number;
  tokens: number;
  tokensAt: number;
  openSince: number | undefined;
  passedAt: number;
  changedAt: number;
  isQueued: boolean;
  isBusy: boolean;
  /** Whether something happened in its round. */
  isDirty: boolean;
  /** Of several times at which it is to be looked at, the last one counts. */
  timer: number;
}

/** What happens, in the order of its time. */
class Clock {
  now = 0;
  #heap: { at: number; what: () => void }[] = [];

  after(seconds: number, what: () => void): void {
    const heap = this.#heap;
    let index = heap.push({ at: this.now + seconds, what }) - 1;
    for (let parent = (index - 1) >> 1; index > 0 && this.#at(parent) > this.#at(index); parent = (index - 1) >> 1) {
      this.#swap(parent, index);
      index = parent;
    }
  }

  /** Goes on until nothing more happens, or it is over. */
  run(isOver: () => boolean): void {
    while (this.#heap.length > 0 && !isOver()) {
      const [first] = this.#heap;
      const last = this.#heap.pop();
      if (this.#heap.length > 0 && last !== undefined) this.#heap[0] = last;
      this.#sink(0);
      this.now = first?.at ?? this.now;
      first?.what();
    }
  }

  #sink(from: number): void {
    for (let index = from; ; ) {
      const children = [2 * index + 1, 2 * index + 2].filter((child) => child < this.#heap.length);
      const least = children.reduce((best, child) => (this.#at(child) < this.#at(best) ? child : best), index);
      if (least === index) return;
      this.#swap(least, index);
      index = least;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap;
    [heap[one], heap[other]] = [heap[other] as (typeof heap)[0], heap[one] as (typeof heap)[0]];
  }
}

/** Lets at most so many go on at once, in the order in which they came. */
const gateOf = (most: number) => {
  const queue: (() => void)[] = [];
  let inside = 0;
  const next = () => {
    while (inside < most && queue.length > 0) {
      inside += 1;
      queue.shift()?.();
    }
  };

  return {
    enter: (what: () => void) => {
      queue.push(what);
      next();
    },
    leave: () => {
      inside -= 1;
      next();
    },
  };
};

/** Cores that are given to all jobs in turn, a slice at a time. */
const coresOf = (clock: Clock, count: number) => {
  const gate = gateOf(count);
  let used = 0;
  const work = (left: number, done: () => void): void =>
    gate.enter(() => {
      const now = Math.min(slice, left);
      clock.after(now, () => {
        used += now;
        if (left - now > 1e-9) work(left - now, done);
        else done();
        gate.leave();
      });
    });

  return { work, used: () => used };
};

/** Runs it to its end. */
export const run = ({ services: count, cores: coreCount, atOnce, stuck = 0, processes = 1 }: Hub): Figures => {
  const clock = new Clock();
  const cores = coresOf(clock, coreCount);
  const [crossplane, providers] = [gateOf(workers), gateOf(looks)];
  const turns = Array.from({ length: atOnce === undefined ? 0 : processes }, () => createTurns(atOnce));
  let asked = 0;
  const services = Array.from({ length: count }, (_, index): Service => {
    const created = index * 0.05;

    return {
      ...{ id: `${index}`.padStart(5, '0'), created, resources: [], ready: undefined, rounds: 0, changedAt: created },
      ...{ tokens: 100, tokensAt: created, openSince: undefined, passedAt: Number.NEGATIVE_INFINITY, timer: 0 },
      ...{ isQueued: false, isBusy: false, isDirty: false },
    };
  });
  let unready = count - stuck;

  const ask = (service: Service): void => {
    if (service.ready !== undefined || service.isQueued) return;
    if (service.isBusy) {
      service.isDirty = true;
      return;
    }
    service.isQueued = true;
    crossplane.enter(() => round(service));
  };

  /** An event costs 2 of 100 tokens; without any, one in 30 s passes (crossplane v2.3.4, internal/circuit/token_bucket.go). */
  const event = (service: Service): void => {
    service.tokens = Math.min(100, service.tokens + clock.now - service.tokensAt);
    service.tokensAt = clock.now;
    if (service.openSince !== undefined && clock.now - service.openSince > 300) service.openSince = undefined;
    if (service.openSince === undefined && service.tokens < 2) service.openSince = clock.now;
    if (service.openSince === undefined) {
      service.tokens -= 2;
      ask(service);
    } else if (clock.now - service.passedAt >= 30) {
      service.passedAt = clock.now;
      ask(service);
    }
  };

  const look = (service: Service, index: number): void =>
    providers.enter(() =>
      clock.after(latency, () =>
        cores.work(ofLook, () => {
          const state = (service.resources[index] ?? 0) + 1;
          if (Number(service.id) >= stuck || state === 1) {
            service.resources[index] = state;
            service.changedAt = clock.now;
          }
          for (let events = 0; events < 4 - state; events += 1) event(service);
          if (state === 1) clock.after(latency, () => look(service, index));
          providers.leave();
        }),
      ),
    );

  const round = (service: Service): void => {
    service.isQueued = false;
    service.isBusy = true;
    service.rounds += 1;
    const seen = [...service.resources];
    const isReady = seen.length === all && seen.every((state) => state === 2);
    asked += 1;
    const turn = turns[asked % processes]?.of({
      ...{ id: service.id, created: service.created, isThere: seen.length > 0, isReady },
      ...{ isMoving: clock.now - service.changedAt < 60, now: clock.now * 1000 },
    });
    const wanted = turn?.waits ? 0 : Math.max(seen.length, wantedAfter(seen));
    cores.work(ofRound + ofApply * wanted, () => {
      for (let index = seen.length; index < wanted; index += 1) {
        service.resources.push(0);
        service.changedAt = clock.now;
        look(service, index);
        event(service);
      }
      service.isBusy = false;
      crossplane.leave();
      if (isReady && service.ready === undefined) {
        service.ready = clock.now;
        unready -= 1;
      }
      const pause = clock.now - service.changedAt < 60 || turn?.waits ? 1 : 10;
      service.timer += 1;
      const { timer } = service;
      clock.after(Math.max(pause, turn?.seconds ?? 0), () => {
        if (timer === service.timer) ask(service);
      });
      if (service.isDirty) {
        service.isDirty = false;
        ask(service);
      }
    });
  };

  for (const service of services) clock.after(service.created, () => ask(service));
  clock.run(() => unready === 0 || clock.now > patience);

  const waited = services
    .slice(stuck)
    .map(({ ready, created }) => (ready ?? Number.POSITIVE_INFINITY) - created)
    .sort((one, other) => one - other);
  const [first = 0, median = 0, last = 0] = [0, Math.floor(waited.length / 2), waited.length - 1].map(
    (index) => waited[index],
  );

  return {
    ...{ first, median, last },
    calls: (2 * services.reduce((sum, { rounds }) => sum + rounds, 0)) / count,
    cpu: cores.used() / count,
  };
};

/** How many resources there are to be, by what exists of those before. */
const wantedAfter = (seen: readonly number[]): number => {
  let wanted = 0;
  for (const wave of waves) {
    const before = seen.slice(0, wanted);
    if (before.length < wanted || before.some((state) => state === 0)) return wanted;
    wanted += wave;
  }

  return wanted;
};
