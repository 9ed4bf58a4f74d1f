import fc from 'fast-check';
import type { Decision, Rule, rotate, Seen, SeenLogin } from '../../functions/providers/postgres/rotation.ts';

/** The decision as it is, or one from which a rule was taken away. */
export type Rotate = typeof rotate;

const minute = 60_000;
const hour = 60 * minute;
export const day = 24 * hour;

/** What happens in a stretch of a life. */
const stretch = fc.record({
  wait: fc.constantFrom(1e3, 1e3, minute, 10 * minute, hour, day, 3 * day, 10 * day, 45 * day),
  /** By how much the clock of the function is wrong. */
  skew: fc.constantFrom(0, 0, 0, 0, hour, -hour, -2 * day),
  server: fc.constantFrom('there', 'there', 'there', 'away', 'newest is not usable'),
  cutOff: fc.constantFrom(0, 0, 0, 1, 2, 3),
  isRefused: fc.constantFrom(false, false, false, true),
  lost: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'the Secret', 'a Role'),
  rounds: fc.integer({ min: 1, max: 4 }),
  restarts: fc.boolean(),
  isCounted: fc.boolean(),
  hangs: fc.constantFrom(false, false, true),
  /** Somebody writes `notBefore`: this many milliseconds from now. */
  emergency: fc.constantFrom(...Array<undefined>(60).fill(undefined), 0, -hour, 30 * minute, day),
});

/** What happens in a life, one after the other. */
export const life = fc.record({
  stretches: fc.array(stretch, { minLength: 10, maxLength: 60 }),
  hasJanitor: fc.boolean(),
  /** Names that something hangs on, which is being deleted. */
  stuck: fc.subarray([2, 3, 4, 5]),
  /** Names that strangers hold, which is found out when one is tried. */
  strangers: fc.subarray([2, 3, 4, 6, 7, 9]),
  rule: fc.constantFrom<Omit<Rule, 'notBefore'>>(
    { every: 90 * day, overlap: 7 * day, most: 30 * day },
    { every: 30 * day, overlap: 7 * day, most: 7 * day },
    { every: minute, overlap: 15e3, most: 45e3 },
    { every: undefined, overlap: 7 * day, most: 30 * day },
  ),
});

type Life = typeof life extends fc.Arbitrary<infer Value> ? Value : never;
type Stretch = Life['stretches'][number];

const calm: Stretch = {
  ...{ wait: minute, skew: 0, server: 'there', cutOff: 0, isRefused: false, lost: 'nothing', hangs: false },
  ...{ restarts: true, isCounted: true, rounds: 4, emergency: undefined },
};

interface Role {
  created: number;
  worksFrom: number;
  arrived: number | undefined;
  answers: number | undefined;
  /** When it was truly at every receiver for the first time. */
  trulyArrived?: number;
}

/** What happened, for who counts. */
export interface Lived {
  made: number;
  ended: number;
  emergencies: number;
  /** Names that were a stranger's. */
  met: number;
}

const fail = (what: string): never => {
  throw new Error(`broken: ${what}`);
};

/**
 * Lives through it with a server and two clusters in small, and watches in every round that nothing is broken.
 *
 * @throws Error with the first promise that was broken
 */
export const live = ({ stretches, hasJanitor, stuck, strangers, rule }: Life, decide: Rotate): Lived => {
  let time = 0;
  const roles = new Map<number, Role>();
  let leaving: number[] = stuck;
  const met = new Set<number>();
  let bound: number | undefined;
  const receivers: (number | undefined)[] = [undefined, undefined];
  const sessions = new Map<number, number>();
  let counted: Seen['sessions'];
  let uses: number | undefined;
  let notBefore: number | undefined;
  const lived: Lived = { made: 0, ended: 0, emergencies: 0, met: 0 };

  const newestOf = () => [...roles].toSorted(([, a], [, b]) => a.created - b.created).at(-1)?.[0];
  const round = (stretch: Stretch): Decision => {
    const { server, skew, isRefused, cutOff } = stretch;
    const isCutOff = (index: number) => ((cutOff >> index) & 1) === 1;
    const now = time + skew;
    const newest = newestOf();
    const works = (generation: number, role: Role) =>
      server !== 'away' && !(server === 'newest is not usable' && generation === newest) && time >= role.worksFrom;
    const logins: SeenLogin[] = [...roles].map(([generation, role]) => ({
      ...{ generation, created: role.created, arrived: role.arrived, answers: role.answers },
      works: works(generation, role),
    }));
    for (const [index] of receivers.entries()) if (!isCutOff(index) && bound !== undefined) receivers[index] = bound;
    const holder = bound === undefined ? undefined : roles.get(bound);
    if (holder !== undefined && receivers.every((held) => held === bound)) holder.trulyArrived ??= time;
    const isReceived = bound !== undefined && receivers.every((held, index) => held === bound && !isCutOff(index));
    const seen: Seen = { logins, taken: [...leaving, ...met], bound, isReceived, sessions: counted, isKept: isRefused };
    const wanted: Rule = { ...rule, notBefore };
    const decision = decide(seen, wanted, now);
    const emergency = notBefore !== undefined && notBefore <= now ? notBefore : undefined;
    const isSuspect = ({ created, answers }: Role) =>
      emergency !== undefined && created < emergency && (answers ?? -1) < emergency;

    // Until the moment it named itself, time changes nothing.
    const before = Math.min(decision.next ?? now + 400 * day, now + 400 * day) - 1;
    if (before > now) {
      const later = decide(seen, wanted, before);
      const names = (one: Decision) => one.logins.map(({ generation }) => generation).join();
      if (names(later) !== names(decision)) fail('something changes before the moment that was named');
    }

    if (decision.logins.length > 3) fail(`${decision.logins.length} logins at once`);
    if (bound !== undefined && decision.bound === undefined) fail('nothing is handed out any more');
    const isSure =
      !isRefused &&
      isReceived &&
      bound !== undefined &&
      decision.bound === bound &&
      works(bound, roles.get(bound) as Role);
    const isMade = decision.logins.some(({ generation }) => !roles.has(generation));
    const last = newest === undefined ? undefined : roles.get(newest);
    if (isMade && roles.size > 1 && last !== undefined && !isSuspect(last))
      fail('the next was made before the last one was over');
    for (const { generation } of decision.logins.filter(() => isSure)) {
      const role = roles.get(generation);
      if (role === undefined || generation === decision.bound) continue;
      const newer = [...roles.values()].filter(({ created }) => created > role.created);
      const replaced = newer.toSorted((a, b) => a.created - b.created).flatMap(({ arrived }) => arrived ?? [])[0];
      if (replaced !== undefined && now >= replaced + (isSuspect(role) ? 0 : rule.most))
        fail('an old login outlives its time');
    }
    const asked = new Map(decision.logins.map((login) => [login.generation, login]));
    for (const [generation, role] of roles) {
      if (asked.has(generation)) continue;
      if (receivers.includes(generation)) fail('what lies on a cluster was ended');
      if (isRefused) fail('a login ended while the document was refused');
      if (server === 'away') fail('a login ended while the server was away');
      if (cutOff > 0) fail('a login ended while a cluster was cut off');
      if (!isSuspect(role)) {
        const newer = [...roles].filter(([, other]) => other.created > role.created);
        const recorded = newer.flatMap(([, other]) => other.arrived ?? []).toSorted((a, b) => a - b)[0];
        const truly = newer.flatMap(([, other]) => other.trulyArrived ?? []).toSorted((a, b) => a - b)[0];
        if (recorded === undefined || now < recorded + rule.overlap) fail('a login ended before its overlap');
        if (truly === undefined || time < truly + rule.overlap - 2 * day - hour)
          fail('it ended before its true overlap');
        const isHeld =
          counted !== undefined && (counted.of.includes(generation) || counted.at < (recorded ?? 0) + rule.overlap);
        if (isHeld && now < (recorded ?? 0) + rule.most) fail('a login ended that somebody used, or nobody had looked');
      }
      roles.delete(generation);
      sessions.delete(generation);
      if (stretch.hangs) leaving = [...leaving, generation];
      lived.ended += 1;
    }
    for (const { generation, arrived, answers } of decision.logins) {
      const role = roles.get(generation);
      if (role !== undefined) {
        if (role.arrived !== undefined && role.arrived !== arrived) fail('a recorded arrival was taken back');
        if (role.answers !== answers) fail('what a login was made for was taken back');
        role.arrived = arrived;
        continue;
      }
      if (leaving.includes(generation)) fail('a name was taken that is still being deleted');
      if (met.has(generation)) fail('the name of a stranger was tried again');
      if (strangers.includes(generation)) {
        met.add(generation);
        lived.met += 1;
        continue;
      }
      roles.set(generation, { created: time, worksFrom: time + 2000, arrived, answers });
      lived.made += 1;
    }
    if (decision.bound !== undefined && decision.bound !== bound) {
      const [from, to] = [bound === undefined ? undefined : roles.get(bound), roles.get(decision.bound)];
      if (to === undefined || !works(decision.bound, to)) fail('what does not work was handed out');
      if (from !== undefined && (to?.created ?? 0) < from.created) fail('an older login was handed out again');
      bound = decision.bound;
    }
    for (const held of receivers) if (held !== undefined && !roles.has(held)) fail('what lies on a cluster is gone');

    return decision;
  };

  const go = (stretch: Stretch) => {
    time += stretch.wait;
    if (!stretch.hangs) leaving = stuck;
    if (stretch.emergency !== undefined) {
      notBefore = time + stretch.emergency;
      lived.emergencies += 1;
    }
    if (stretch.lost === 'the Secret') bound = undefined;
    // What is lost is made again, with the name that it had; its record is lost with it.
    const lost = newestOf();
    if (stretch.lost === 'a Role' && lost !== undefined && lost === bound) roles.delete(lost);
    let decision: Decision | undefined;
    for (let times = 0; times < stretch.rounds; times += 1) {
      time += 1000;
      if (stretch.lost === 'a Role' && times === 0 && lost === bound && bound !== undefined) {
        const seen: Seen = {
          logins: [...roles].map(([generation, role]) => ({ ...role, generation, works: true })),
          ...{ taken: [...leaving, ...met], bound, isReceived: true, sessions: undefined, isKept: false },
        };
        const healed = decide(seen, { ...rule, notBefore: undefined }, time);
        if (!healed.logins.some(({ generation }) => generation === bound))
          fail('what lies on a cluster was not made again');
        if (healed.bound !== undefined && healed.bound !== bound) fail('an older login was handed out for a lost one');
        roles.set(bound, { created: time - 1000, worksFrom: time + 1000, arrived: undefined, answers: undefined });
      }
      decision = round(stretch);
    }
    const held = receivers[0];
    if (stretch.restarts && held !== undefined) {
      if (uses !== undefined) sessions.set(uses, 0);
      uses = held;
      sessions.set(held, 5);
    }
    if (stretch.isCounted && hasJanitor) {
      counted = { at: time, of: [...sessions].flatMap(([generation, open]) => (open > 0 ? [generation] : [])) };
    }

    return decision;
  };

  for (const stretch of stretches) go(stretch);
  // Nothing is in the way any more: whatever was begun comes to its end.
  const emergency = notBefore;
  const wait = Math.max(rule.most, day);
  for (let times = 0; times < 5; times += 1) go({ ...calm, wait });
  for (const [, { created, answers }] of roles) {
    if (emergency !== undefined && created < emergency && (answers ?? -1) < emergency)
      fail('what is suspect is still there');
  }
  if (rule.every !== undefined && time - (roles.get(newestOf() ?? 0)?.created ?? 0) > rule.every + rule.most + 4 * wait)
    fail('what is too old is still the newest');
  if (rule.every === undefined && roles.size > 1) fail('an old login never ends');

  return lived;
};
