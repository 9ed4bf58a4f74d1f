import { conditionOf, isBeingDeleted, isPaused, type KubernetesObject } from '../objects/resource.ts';
import { controllerOf } from '../ownership/foreign.ts';
import type { Requirements } from '../round/answer.ts';
import type { Actor } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import { listed } from '../words/listed.ts';
import { providers } from './index.ts';
import type { Provider } from './provider.ts';
import { failingIn, troubles } from './trouble.ts';

const prefix = 'leftover.';

/**
 * What Services that are gone have left: a provider ends logins and rights elsewhere seconds after the Service went. To
 * do so it writes in the squad's namespace (crossplane-runtime v2.2.1, ProviderConfigUsage), and needs the zone's
 * credentials: were either deleted before, the logins and rights would stay for ever.
 */
export const leftoverRequirements = (labels: Record<string, string>, namespace?: string): Requirements =>
  Object.fromEntries(
    providers
      .flatMap(({ managedKinds }) => managedKinds)
      .map(({ apiVersion, kind }) => [
        `${prefix}${apiVersion}.${kind}`,
        { apiVersion, kind, matchLabels: { labels }, ...(namespace !== undefined && { namespace }) },
      ]),
  );

/** What is left of Services that want it no more. */
export interface Leftovers {
  count: number;
  /** How many of them nobody has deleted: they work on. */
  working: number;
  /** The Services that it was of, sorted: `galaxy/billing`. */
  services: string[];
  /** Whose move it is, if waiting does not end it, and what to do. */
  move: { actor: Exclude<Actor, 'Nobody'>; next: string } | undefined;
}

/** Where nothing is left, or nobody looks. */
export const nothingLeft: Leftovers = { count: 0, working: 0, services: [], move: undefined };

const serviceOf = ({ metadata }: KubernetesObject): string =>
  `${metadata?.labels?.['squadkit.io/squad']}/${metadata?.labels?.['squadkit.io/service']}`;

/** A Service as its labels on everything that it has name it: `galaxy/billing`. */
const nameOfService = ({ metadata }: KubernetesObject): string => `${metadata?.namespace}/${metadata?.name}`;

/**
 * What is left, of all that Crossplane found for these requirements: what bears the labels of a Service and does not belong
 * to it. A Service that comes again under its name takes over what it asks for, and nothing else.
 *
 * @param services those that are there: what they have is not left, unless it is being deleted
 * @param now in milliseconds since 1970
 * @param own of these, whose Squad or Zone looks: one that is paused keeps what it has
 */
export const leftoversIn = (
  required: Request['required'],
  services: KubernetesObject[],
  now: number,
  own: KubernetesObject[] = services,
): Leftovers => {
  const living = new Map(
    services
      .filter((service) => !isBeingDeleted(service))
      .map((service) => [nameOfService(service), service.metadata?.uid]),
  );
  const belongs = (object: KubernetesObject): boolean =>
    living.has(serviceOf(object)) && controllerOf(object)?.uid === living.get(serviceOf(object));
  const found = Object.entries(required)
    .filter(([key]) => key.startsWith(prefix))
    .flatMap(([, objects]) => objects);
  const left = found.filter((object) => isBeingDeleted(object) || !belongs(object));

  return {
    count: left.length,
    working: left.filter((object) => !isBeingDeleted(object)).length,
    services: [...new Set(left.map(serviceOf))].sort(),
    move: abandoned(left, (name) => living.has(name)) ?? paused([...left, ...own]) ?? failing(left, now),
  };
};

/** By which it is known what was said of what belongs to nothing. */
const deletedWithout = 'was deleted without what it had made';

/** Whether it was said at the last look that something belongs to nothing any more: then there is another look. */
export const wasAbandoned = (composite: KubernetesObject): boolean =>
  (conditionOf(composite, 'ActionNeeded')?.message ?? '').includes(deletedWithout);

/** What belongs to nothing any more: whoever deleted its Service had everything else left alone, and it works on. */
const abandoned = (left: KubernetesObject[], isThere: (service: string) => boolean): Leftovers['move'] => {
  const alone = left.filter((object) => !isBeingDeleted(object) && controllerOf(object) === undefined);
  const [first] = alone;
  if (first === undefined) return undefined;

  const service = serviceOf(first);
  const things = alone.filter((object) => serviceOf(object) === service).map(nameOf);

  return {
    actor: 'Squad',
    next: isThere(service)
      ? `${service} ${deletedWithout}, and since it came again it does not ask for ${listed(things.sort(), 3)}, which work${things.length === 1 ? 's' : ''} on: commit it as it was before, wait until it is Ready, and then take out what is not wanted`
      : `${service} ${deletedWithout}, which works on: commit it again as it was, wait until it is Ready, and then remove it without --cascade=orphan`,
  };
};

/**
 * What an SRE has paused goes when it is given back. So does what a paused Service has: nobody looks at its document, and
 * what that does not ask for any more, or the platform has taken away, works on.
 */
const paused = (held: KubernetesObject[]): Leftovers['move'] => {
  const objects = held.filter(isPaused);
  const [first] = objects;
  if (first === undefined) return undefined;
  const namespace = first.metadata?.namespace;
  const names = objects
    .filter(({ metadata }) => metadata?.namespace === namespace)
    .map(({ apiVersion, kind, metadata }) => `${kind.toLowerCase()}.${apiVersion.split('/')[0]}/${metadata?.name}`);

  return {
    actor: 'SRE',
    next: `what is paused is not ended: kubectl annotate -n ${namespace} ${names.sort().join(' ')} crossplane.io/paused-`,
  };
};

const failing = (left: KubernetesObject[], now: number): Leftovers['move'] => {
  const named = Object.fromEntries(left.map((object) => [nameOf(object), { object, connection: {} }]));
  const failures = failingIn(named, (name) => providerWith(named[name]?.object), now);
  const worst = troubles(failures, named).find(({ actor }) => actor !== 'Nobody');

  return worst === undefined
    ? undefined
    : { actor: worst.actor as Exclude<Actor, 'Nobody'>, next: `${worst.name}: ${worst.next}` };
};

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata?.name}`;

const providerWith = (object: KubernetesObject | undefined): Provider | undefined =>
  providers.find(({ managedKinds }) =>
    managedKinds.some(({ apiVersion, kind }) => apiVersion === object?.apiVersion && kind === object.kind),
  );

/** That many of them in words: `1 thing`, `3 things`. */
export const thingsLeft = ({ count }: Leftovers): string => (count === 1 ? '1 thing' : `${count} things`);

/** What has to happen until nothing is left, for a reason that may name who has to do it. */
export const untilNothingIsLeft = ({ move }: Leftovers): string =>
  move === undefined ? 'wait until nothing is' : `${move.actor}: ${move.next}`;

/** The same as a sentence for whoever looks at a Squad or a Zone. */
export const whatIsLeft = (leftovers: Leftovers): string =>
  leftovers.move === undefined
    ? `Wait: ${thingsLeft(leftovers)} of ${listed(leftovers.services, 3)} still being removed.`
    : `${leftovers.move.next}.`;
