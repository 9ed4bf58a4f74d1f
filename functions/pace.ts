import { conditionOf, type KubernetesObject, type Observed } from './resource.ts';

/** Everything is in place: look again now and then, changes of what we own wake us anyway. */
const steady = 600;

/** Everything is in place, but Crossplane drops events of this composite: an edit would wait for the steady pause. */
const unresponsive = 30;

/** Seconds until the next round when everything is in place. */
export const rest = (composite: KubernetesObject): number =>
  conditionOf(composite, 'Responsive')?.status === 'False' ? unresponsive : steady;

/**
 * Seconds until the next round while something is unready.
 *
 * Crossplane's circuit breaker lets only one event in 30 s through once a composite with many resources has opened it
 * (crossplane v2.3.4, 100 tokens, 2 an update, 1 back a second), so creation is carried by this and not by events. The
 * longer nothing moved, the longer the pause; an event still wakes us.
 */
const steps = [
  { untilSeconds: 60, pause: 1 },
  { untilSeconds: 600, pause: 10 },
  { untilSeconds: Number.POSITIVE_INFINITY, pause: 60 },
] as const;

const times = ({ metadata, status }: KubernetesObject): string[] => {
  const conditions = Array.isArray(status?.conditions) ? status.conditions : [];

  return [metadata?.creationTimestamp, ...conditions.map((condition) => condition?.lastTransitionTime)].filter(
    (time) => typeof time === 'string',
  );
};

/** The pause after the last visible change: of the composite itself, or of anything it composes. */
export const pause = (composite: KubernetesObject, observed: Record<string, Observed>, now: number): number => {
  const changes = [composite, ...Object.values(observed).map(({ object }) => object)].flatMap(times).map(Date.parse);
  const latest = Math.max(...changes.filter(Number.isFinite), 0);
  const quietSeconds = (now - latest) / 1000;

  return steps.find((step) => quietSeconds < step.untilSeconds)?.pause ?? 60;
};
