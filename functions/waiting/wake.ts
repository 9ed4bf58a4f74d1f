import { mapValues } from '../objects/record.ts';
import { conditionOf, type KubernetesObject, type Observed } from '../objects/resource.ts';
import { timeOf } from '../objects/time.ts';
import { sightOf } from '../ownership/sight.ts';
import { resume } from './resume.ts';

/**
 * When a managed resource was last asked to try again. Its provider waits ever longer after each failure, up to 1,000 s
 * (controller-runtime v0.23.1: 5 ms, doubled each time); a changed annotation ends the wait. The value stays when the
 * resource works: taking it away would be a change too.
 */
const tryAgain = 'squadkit.io/try-again';

/** Until then the provider tries often enough by itself. */
const patience = 30_000;

/** Milliseconds between two of these, at the least. */
const leastPause = 8000;

/** Of the pause between rounds, which jitters: each round may ask one resource, and its echo asks none. */
const margin = 0.8;

type Resources = Record<string, { object: KubernetesObject; ready: boolean }>;

const isManaged = ({ object }: Observed): boolean => object.spec?.providerConfigRef !== undefined;

const askedAt = ({ object }: Observed): number => timeOf(object.metadata?.annotations?.[tryAgain]);

/** Since when the last try has, or has not, worked; 0 if it is not so. */
const since = ({ object }: Observed, status: 'True' | 'False'): number => {
  const synced = conditionOf(object, 'Synced');

  return synced?.status === status ? timeOf(synced.lastTransitionTime) : 0;
};

/**
 * Which of the failing resources of a component are to be asked now, with the time to write down.
 *
 * All of them, once, when another resource of the component has worked after they failed: the server is back. Without
 * such a sign only one is asked at a time, in turns, so that a long outage costs one attempt a round and not one for
 * every resource.
 */
const asked = (
  observed: Record<string, Observed>,
  names: string[],
  now: number,
  pause: number,
): ReadonlyMap<string, number> => {
  const managed = names.flatMap((name) => {
    const resource = observed[name];
    return resource !== undefined && isManaged(resource) ? [{ name, resource }] : [];
  });
  // What was looked for before it is made, and not found, is no failure; it is looked for again where nothing comes of that.
  const isSought = (resource: Observed): boolean => sightOf(resource) === 'Absent';
  const failing = managed.filter(
    ({ resource }) =>
      since(resource, 'False') > 0 && !(isSought(resource) && now - since(resource, 'False') < patience),
  );
  if (failing.length === 0) return new Map();

  const worked = Math.max(0, ...managed.map(({ resource }) => since(resource, 'True')));
  const behind = failing.filter(
    ({ resource }) => !isSought(resource) && worked > Math.max(since(resource, 'False'), askedAt(resource)),
  );
  if (behind.length > 0) return new Map(behind.map(({ name }) => [name, worked]));

  const first = Math.min(...failing.map(({ resource }) => since(resource, 'False')));
  const last = Math.max(0, ...failing.map(({ resource }) => askedAt(resource)));
  // A clock that was set back must not silence this until it has caught up.
  const isDue = now - first >= patience && Math.abs(now - last) >= Math.max(leastPause, pause * 1000 * margin);
  const [next] = failing.sort((a, b) => askedAt(a.resource) - askedAt(b.resource) || (a.name < b.name ? -1 : 1));

  return new Map(next !== undefined && isDue ? [[next.name, now]] : []);
};

/**
 * When what a resource builds on was made, if that was after the resource: a login made anew has none of the grants of the
 * one before, and their provider would find out at its next poll. 0 if nothing was.
 */
const madeAnew = (observed: Record<string, Observed>, resource: Observed, after: string[]): number => {
  const made = after.map((name) =>
    timeOf(observed[name]?.object.metadata?.annotations?.['crossplane.io/external-create-succeeded']),
  );
  const last = Math.max(0, ...made);

  return last > Math.max(timeOf(resource.object.metadata?.creationTimestamp), askedAt(resource)) ? last : 0;
};

/** Whether any of these is asked to try again now: that has to be written to be heard. */
export const isAsking = (resources: Resources, observed: Record<string, Observed>): boolean =>
  Object.entries(resources).some(
    ([name, { object }]) =>
      object.metadata?.annotations?.[tryAgain] !== observed[name]?.object.metadata?.annotations?.[tryAgain],
  );

const annotate = (object: KubernetesObject, annotations: Record<string, string>): KubernetesObject =>
  Object.keys(annotations).length === 0
    ? object
    : { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, ...annotations } } };

/**
 * Gets the resources of one component going that would otherwise wait long after what they wait for is back: by an
 * annotation, which changes nothing else. `after` says what each was created after, `pause` how many seconds later the
 * next round comes.
 */
export const wake = (
  resources: Resources,
  observed: Record<string, Observed>,
  {
    now,
    pause,
    isRepeatable,
    after = {},
  }: { now: number; pause: number; isRepeatable: boolean; after?: Record<string, string[] | undefined> },
): Resources => {
  const times = asked(observed, Object.keys(resources), now, pause);

  return mapValues(resources, (resource, name) => {
    const before = observed[name];
    if (before === undefined || !isManaged(before)) return resource;
    const time = times.get(name) ?? (madeAnew(observed, before, after[name] ?? []) || undefined);
    const value = time === undefined ? before.object.metadata?.annotations?.[tryAgain] : new Date(time).toISOString();

    return {
      ...resource,
      object: annotate(resource.object, {
        ...(value !== undefined && { [tryAgain]: value }),
        ...(isRepeatable && resume(before.object, now)),
      }),
    };
  });
};
