import { type Failure, failureOf, overdueOf } from '../objects/failure.ts';
import { conditionOf, isPaused, type KubernetesObject, type Observed } from '../objects/resource.ts';
import { timeOf } from '../objects/time.ts';
import type { Actor } from '../round/refusal.ts';
import { masked } from '../words/masked.ts';
import type { KnownError, Provider } from './provider.ts';

/** A managed resource that fails, in plain words. */
export interface Trouble {
  /** Composition resource name. */
  name: string;
  actor: Actor;
  next: string;
}

/**
 * The provider tries again at once and succeeds; not worth a word. The first three are of a provider that has just
 * started, or lost the API server for a moment; the last is provider-sql's first look at a role that exists (v0.16.0,
 * role/reconciler.go:345-350).
 */
const passing =
  /the object has been modified|context canceled|providerconfigusages\S* "[^"]*" already exists|cannot compare desired and observed privileges/;

const longestMessage = 200;

/** Values of connection Secrets that are long enough to be recognised. */
const secretsOf = (observed: Record<string, Observed>): string[] =>
  Object.values(observed).flatMap(({ connection }) =>
    Object.values(connection).flatMap((value) => (value.length >= 8 ? [value.toString('utf8')] : [])),
  );

/** What trouble needs to know of a provider. */
export type Troubled = Pick<Provider, 'knownErrors' | 'troubleOf'>;

/** Letters that mean nothing to a shell, to SQL or to a reader of Markdown. */
const plain = /^[a-z0-9][a-z0-9._-]*$/;

/** The sentence with the names of this case; a name that could be more than a name stays a place for it. */
const inThisCase = ({ next, names, tells }: KnownError, object: KubernetesObject, message: string): string =>
  tells?.(object) ??
  Object.entries(names?.(object, message) ?? {}).reduce(
    (sentence, [place, name]) =>
      name !== undefined && plain.test(name) ? sentence.replaceAll(`<${place}>`, name) : sentence,
    next,
  );

/**
 * Why a resource does not work: what Kubernetes and Crossplane have words for, and what only its provider can read. Every
 * provider gets the first without a word of its own.
 */
const failureIn = (object: KubernetesObject, provider: Troubled | undefined): Failure | undefined => {
  const failure = failureOf(object);
  if (failure !== undefined) return failure;
  const message = provider?.troubleOf?.(object);

  return message === undefined ? undefined : { message, says: 'remote' };
};

/** What somebody has taken out of the provider's hands: it says so with no word more (crossplane-runtime v2.2.1). */
const paused: KnownError = {
  match: /^/,
  actor: 'SRE',
  next: 'it is paused, and nobody keeps it true: kubectl annotate -n <namespace> <kind> <name> crossplane.io/paused-',
  names: ({ apiVersion, kind, metadata }) => ({
    namespace: metadata?.namespace,
    kind: `${kind.toLowerCase()}.${apiVersion.split('/')[0]}`,
    name: metadata?.name,
  }),
};

const isAbout = ({ match, says }: KnownError, failure: Failure): boolean =>
  (says === undefined || says === failure.says) && match.test(failure.message);

/** A resource that fails, with what its provider knows of it; `passes` where the provider gets over it by itself. */
export interface Failing {
  name: string;
  object: KubernetesObject;
  message: string;
  known: KnownError | undefined;
  passes: boolean;
}

/**
 * The managed resources that fail, or are not ready for longer than anybody should wait, sorted by name.
 *
 * @param providerOf whose a resource is; undefined if it is of none
 * @param now in milliseconds since 1970
 */
export const failingIn = (
  observed: Record<string, Observed>,
  providerOf: (name: string) => Troubled | undefined,
  now: number,
): Failing[] =>
  Object.keys(observed)
    .sort()
    .flatMap((name) => {
      const { object } = observed[name] as Observed;
      const provider = providerOf(name);
      const failure = failureIn(object, provider) ?? overdueOf(object, now);
      if (failure === undefined) return [];
      const { message } = failure;
      const known = isPaused(object) ? paused : provider?.knownErrors.find((candidate) => isAbout(candidate, failure));
      const others = Object.values(observed).map((other) => other.object);
      const isUnderWay = known?.isUnderWay?.(object, message, others) ?? false;

      return [{ name, object, message, known, passes: isUnderWay || passing.test(message) }];
    });

/**
 * What to say of what fails. What a provider knows is said in its words, anything else is shown as it is, shortened and
 * without credentials, and is the SRE's.
 *
 * @param observed where the credentials stand that must not be in it
 */
export const troubles = (failing: Failing[], observed: Record<string, Observed>): Trouble[] =>
  failing.flatMap(({ name, object, message, known, passes }) => {
    if (passes) return [];
    const shown = () => masked(message, secretsOf(observed)).replaceAll(/\s+/g, ' ').slice(0, longestMessage);
    if (known !== undefined) {
      const next = inThisCase(known, object, message);
      return [{ name, actor: known.actor, next: known.shows ? `${next}: ${shown()}` : next }];
    }

    return [{ name, actor: 'SRE', next: `${object.kind} ${object.metadata?.name ?? name} says: ${shown()}` }];
  });

/** The first that somebody can end, else the first. */
export const worstOf = (failing: Trouble[]): Trouble | undefined =>
  failing.find(({ actor }) => actor !== 'Nobody') ?? failing[0];

/** For so long something that passes hides what was there before, in milliseconds. */
const longestPassing = 120_000;

/**
 * Whether a resource fails in a way that its provider gets over by itself, since a moment ago. It may hide what the same
 * resource said before and will say again: a provider that is killed in the middle, or loses a race for an object, says so
 * once (crossplane-runtime v2.2.1, managed/reconciler.go), and then tries what fails once more.
 */
export const isPassing = (failing: Failing[], now: number): boolean =>
  failing.some(
    ({ object, known, passes }) =>
      (passes || known?.actor === 'Nobody') &&
      now - timeOf(conditionOf(object, 'Synced')?.lastTransitionTime) < longestPassing,
  );
