import { conditionOf, type KubernetesObject, type Observed, type ObservedCondition } from '../objects/resource.ts';
import { timeOf } from '../objects/time.ts';

/**
 * When Crossplane should ask again. Nothing here goes into what is composed.
 *
 * Crossplane's circuit breaker stands behind most of it (crossplane v2.3.4, internal/circuit/token_bucket.go): an event
 * costs a composite 2 of 100 tokens, of which 1 a second comes back; without tokens the circuit opens, and then one
 * event in 30 s passes and the others are lost. After five minutes the next event closes it. Creating a Service always
 * opens it, so creation and the minute after it are carried by these pauses and not by events.
 */

/** Everything is in place: look again now and then, changes of what we own wake us anyway. */
const steady = 600;

/** While Crossplane loses events, one passes in so many seconds. */
const between = 30;

/** It asks up to so much earlier than it was told, as a part of the pause (seen: 28 s of 30). */
export const jitter = 0.15;

/**
 * How long an edit may be lost for, while Crossplane loses events, in seconds: who asks again after this, however early, does
 * so when the next event passes. A look two seconds before that leaves two seconds in which an edit is lost until the next.
 */
export const lossy = Math.ceil(between / (1 - jitter));

/** From when on the next event closes the circuit, with some seconds for clocks that differ. */
const cooldown = 330;

const secondsSince = (time: string | undefined, now: number): number =>
  time === undefined ? Number.POSITIVE_INFINITY : (now - Date.parse(time)) / 1000;

/** For how many more seconds Crossplane loses events of this composite; 0 if it does not. */
export const losesEventsFor = (composite: KubernetesObject, now: number): number => {
  const responsive = conditionOf(composite, 'Responsive');
  if (responsive?.status !== 'False') return 0;

  return Math.max(0, cooldown - secondsSince(responsive.lastTransitionTime, now));
};

/**
 * What to say when everything works. The sentence changes once when the cooldown is over, and this change of the status
 * is the event that closes the circuit: otherwise it would be reported open until the next edit, for months.
 */
export const works = (composite: KubernetesObject, now: number): string =>
  losesEventsFor(composite, now) > 0
    ? `It works. After so many changes Crossplane is slow to notice the next: an edit may take ${lossy} s.`
    : 'It works.';

/** Seconds until the next round when everything is in place. */
export const rest = (composite: KubernetesObject, observed: Record<string, Observed>, now: number): number => {
  const remaining = losesEventsFor(composite, now);
  if (remaining === 0) return steady;

  return quietSeconds(composite, observed, now) < 2 * between ? lossy : Math.ceil(Math.max(remaining, 1));
};

/** Seconds between two looks at what may be deleted as soon as nobody uses it: its users go without an event for it. */
const closing = 10;

/**
 * Seconds until the next round of a Zone or a Squad. `isReady`: everything that it composes is in place.
 *
 * Each managed resource that is made counts itself in the provider config of its Zone, which is an event of the Zone in which
 * nothing of it changes. So as long as Services are made a Zone loses events, and takes the one in 30 s that passes for one of
 * these: an edit would be noticed when the circuit closes.
 */
export const restOf = (
  { isReady, isClosed }: { isReady: boolean; isClosed: boolean },
  composite: KubernetesObject,
  observed: Record<string, Observed>,
  now: number,
): number => {
  if (!isReady) return pause(composite, observed, now);

  const usual = isClosed ? closing : rest(composite, observed, now);

  return losesEventsFor(composite, now) > 0 ? Math.min(usual, lossy) : usual;
};

/** Seconds until the next round while something is unready: the longer nothing moved, the longer the pause. */
export const pause = (composite: KubernetesObject, observed: Record<string, Observed>, now: number): number => {
  const quiet = quietSeconds(composite, observed, now);
  if (quiet < 60) return 1;

  return quiet < 600 ? 10 : 60;
};

/** Whether anything of a composite has changed within a minute. */
export const isMoving = (composite: KubernetesObject, observed: Record<string, Observed>, now: number): boolean =>
  pause(composite, observed, now) === 1;

/** Time since the last visible change of the composite itself, or of anything it composes. */
const quietSeconds = (composite: KubernetesObject, observed: Record<string, Observed>, now: number): number => {
  // Resources that were made together have the same times, and to read a time costs more than to find it equal.
  const times = new Set<string>();
  addTimes(times, composite);
  for (const { object } of Object.values(observed)) addTimes(times, object, isFailure);

  return (now - Math.max(0, ...Array.from(times, timeOf))) / 1000;
};

/** Failing once more is not moving: where the error's text differs each time, so does the time of the condition. */
const isFailure = (condition: ObservedCondition): boolean =>
  condition.type === 'Synced' && condition.status === 'False';

const addTimes = (
  times: Set<string>,
  { metadata, status }: KubernetesObject,
  isNothing: (condition: ObservedCondition) => boolean = () => false,
): void => {
  if (typeof metadata?.creationTimestamp === 'string') times.add(metadata.creationTimestamp);
  const conditions: (ObservedCondition | null)[] = Array.isArray(status?.conditions) ? status.conditions : [];
  for (const condition of conditions) {
    if (typeof condition?.lastTransitionTime === 'string' && !isNothing(condition)) {
      times.add(condition.lastTransitionTime);
    }
  }
};
