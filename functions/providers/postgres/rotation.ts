/**
 * Which logins of one kind (`app`) there are to be, and which one is handed out. Everything is read off what exists, and
 * each decision is recorded by what it makes, so it is made once:
 *
 * | decision | when | recorded by |
 * |---|---|---|
 * | make the next | one login only, it has arrived, and it is `every` old; or it was made before `notBefore` | its existence |
 * | hand it out | it works; never back to an older one, when the server is away | the user name in the Secret on the hub |
 * | it has arrived | every receiver has it; the first time counts | an annotation on its Role |
 * | it answers an emergency | it was made for that `notBefore` | another one, from its creation on |
 * | end an old one | `overlap` after a newer one arrived, and nobody uses it; at the latest after `most`; before `notBefore` at once | absence |
 *
 * Absence is deletion. So nothing ends while the login in force does not work, or not every receiver has it, as when the
 * server or a cluster is away; nor while the document is refused.
 *
 * Who may write what is read here. Creation times: the API server. The annotations: Crossplane
 * (package/install/hub/managed-resources.yaml). The Secret: Crossplane, and the emergency identities
 * (squad-namespaces.yaml). Counts of sessions: the janitor and the GitOps identities (janitor.yaml); whatever they say, a
 * login ends between `overlap` and `most`. `notBefore`: who may commit the Service.
 */

/** A login that exists. Times are in milliseconds since 1970. */
export interface SeenLogin {
  generation: number;
  /** When its Role was created; undefined if nobody knows: then it is never too old. */
  created: number | undefined;
  /** Its password is known, and it is a member of the role that holds its rights. */
  works: boolean;
  /** When it had arrived at every receiver for the first time; undefined if that is not recorded. */
  arrived: number | undefined;
  /** The `notBefore` for which it was made; undefined if it was made for none. */
  answers: number | undefined;
}

/** All that is read for one decision. */
export interface Seen {
  logins: readonly SeenLogin[];
  /** Names that cannot be had: what was called so is still being deleted, or is somebody else's. */
  taken: readonly number[];
  /** Generation whose user name the Secret on the hub has; undefined if it has none of ours. */
  bound: number | undefined;
  /** Whether every receiver holds the credentials of that generation now. */
  isReceived: boolean;
  /** When sessions were counted last, and which generations had some then; undefined where nobody counts. */
  sessions: { at: number; of: readonly number[] } | undefined;
  /** Whether the document is refused, and an earlier one goes on. */
  isKept: boolean;
}

/** What was asked for; durations are in milliseconds. */
export interface Rule {
  /** Undefined if nothing becomes too old. */
  every: number | undefined;
  overlap: number;
  /** However long somebody uses an old login, it ends then. */
  most: number;
  /** Nothing that was made before this moment may be used after it; a moment to come counts when it has come. */
  notBefore: number | undefined;
}

/** What there is to be. */
export interface Decision {
  /** Oldest first, with what is to be recorded. What exists and is not here ends. */
  logins: Pick<SeenLogin, 'generation' | 'arrived' | 'answers'>[];
  /** Whose credentials are handed out; undefined if none can be. */
  bound: number | undefined;
  /** When the login in force is exchanged, as far as time decides. */
  due: number | undefined;
  /** The next moment at which time alone changes something. */
  next: number | undefined;
  /** Old logins that nothing but time or their sessions keeps, and when they end at the latest. */
  ending: { generation: number; atMost: number; isWaitedFor: boolean }[];
}

/** Names end with it; then they begin again with 1. */
export const lastGeneration = 99;

/** Of one kind at the same time. */
export const mostLogins = 3;

const known = (times: (number | undefined)[]): number[] => times.filter((time) => time !== undefined);

/** By age. What is handed out and is gone is made again: it was the newest, because nothing older is ever handed out. */
const byAge = ({ logins, bound }: Seen): SeenLogin[] => {
  const sorted = logins.toSorted((a, b) => (a.created ?? 0) - (b.created ?? 0) || a.generation - b.generation);
  const isLost = bound !== undefined && logins.every(({ generation }) => generation !== bound);

  return isLost
    ? [...sorted, { generation: bound, created: undefined, works: false, arrived: undefined, answers: undefined }]
    : sorted;
};

/** The first after the newest of which the name can be had; undefined if there is none. */
const nextGeneration = (newest: number, taken: readonly number[]): number | undefined =>
  Array.from({ length: lastGeneration }, (_, index) => ((newest + index) % lastGeneration) + 1).find(
    (generation) => !taken.includes(generation),
  );

const nothingYet = { bound: undefined, due: undefined, next: undefined, ending: [] };

/** Decides once. `now` is in milliseconds since 1970. */
export const rotate = (seen: Seen, rule: Rule, now: number): Decision => {
  const logins = byAge(seen);
  const newest = logins.at(-1);
  if (newest === undefined)
    return { ...nothingYet, logins: [{ generation: 1, arrived: undefined, answers: undefined }] };

  // Where the Secret is lost, the newest that ever arrived is the one that lies there.
  const boundAt =
    seen.bound === undefined
      ? logins.findLastIndex((login) => login.arrived !== undefined)
      : logins.findIndex(({ generation }) => generation === seen.bound);
  const bound = logins.findLast(({ works }, index) => works && index > boundAt) ?? logins[boundAt];
  const isBound = bound !== undefined && bound.generation === seen.bound;
  // A clock that is behind cannot say that something arrived before it was made.
  const arrived = bound?.arrived ?? (isBound && seen.isReceived ? Math.max(now, bound.created ?? 0) : undefined);
  const arrivals = logins.map((login) => (login === bound ? arrived : login.arrived));

  const emergency = rule.notBefore !== undefined && rule.notBefore <= now ? rule.notBefore : undefined;
  // What was made for it is none of those, though the clock that says when it was made may be behind this one.
  const isSuspect = ({ created, answers = Number.NEGATIVE_INFINITY }: SeenLogin): boolean =>
    emergency !== undefined && created !== undefined && created < emergency && answers < emergency;

  const isSure = !seen.isKept && isBound && bound.works && seen.isReceived;
  const kept: Decision['logins'] = [];
  const ending: Decision['ending'] = [];
  const moments: number[] = [];
  for (const [index, login] of logins.entries()) {
    // Since when a newer one lies where this one lay: the first that arrived counts, not each that follows.
    const replaced = login === bound ? undefined : known(arrivals.slice(index + 1))[0];
    if (replaced !== undefined) {
      const { generation } = login;
      const [end, atMost] = isSuspect(login) ? [0, 0] : [replaced + rule.overlap, replaced + rule.most];
      const { sessions } = seen;
      const isUsed = sessions !== undefined && (sessions.at < end || sessions.of.includes(generation));
      if (isSure && now >= end && (now >= atMost || !isUsed)) continue;
      ending.push({ generation, atMost, isWaitedFor: now >= end && now < atMost });
      moments.push(now < end ? end : atMost);
    }
    kept.push({ generation: login.generation, arrived: arrivals[index], answers: login.answers });
  }

  const due = rule.every === undefined || newest.created === undefined ? undefined : newest.created + rule.every;
  // An ordinary exchange waits until the one before is over; an emergency does not.
  const isDue = isSuspect(newest) || (logins.length === 1 && arrived !== undefined && due !== undefined && now >= due);
  if (isDue && logins.length < mostLogins) {
    const generation = nextGeneration(newest.generation, [...logins.map((one) => one.generation), ...seen.taken]);
    if (generation !== undefined) kept.push({ generation, arrived: undefined, answers: emergency });
  }
  const toCome = rule.notBefore !== undefined && rule.notBefore > now ? rule.notBefore : undefined;
  const next = known([...moments, due, toCome]).filter((moment) => moment > now);
  const exchanges = known([due, toCome]);

  return {
    ...{ logins: kept, bound: isBound || bound?.works ? bound?.generation : undefined, ending },
    due: exchanges.length > 0 ? Math.min(...exchanges) : undefined,
    next: next.length > 0 ? Math.min(...next) : undefined,
  };
};
