import { failureOf, overdueOf } from '../objects/failure.ts';
import type { KubernetesObject, Observed } from '../objects/resource.ts';
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

/**
 * Why a resource does not work: what Kubernetes and Crossplane have words for, and what only its provider can read. Every
 * provider gets the first without a word of its own.
 */
export const failureIn = (object: KubernetesObject, provider: Troubled | undefined): ReturnType<typeof failureOf> => {
  const failure = failureOf(object);
  if (failure !== undefined) return failure;
  const message = provider?.troubleOf?.(object);

  return message === undefined ? undefined : { message, says: 'remote' };
};

const isAbout = ({ match, says }: KnownError, failure: { message: string; says: 'provider' | 'remote' }): boolean =>
  (says === undefined || says === failure.says) && match.test(failure.message);

/**
 * The managed resources that fail, or are not ready for longer than anybody should wait, sorted by name. What a provider
 * knows is said in its words, anything else is shown as it is, shortened and without credentials, and is the SRE's.
 *
 * @param providerOf whose a resource is; undefined if it is of none
 * @param now in milliseconds since 1970
 */
export const troubles = (
  observed: Record<string, Observed>,
  providerOf: (name: string) => Troubled | undefined,
  now: number,
): Trouble[] =>
  Object.keys(observed)
    .sort()
    .flatMap((name) => {
      const { object } = observed[name] as Observed;
      const provider = providerOf(name);
      const failure = failureIn(object, provider) ?? overdueOf(object, now);
      if (failure === undefined || passing.test(failure.message)) return [];

      const known = provider?.knownErrors.find((candidate) => isAbout(candidate, failure));
      if (known !== undefined) return [{ name, actor: known.actor, next: known.next }];

      const text = masked(failure.message, secretsOf(observed)).replaceAll(/\s+/g, ' ').slice(0, longestMessage);
      return [{ name, actor: 'SRE', next: `${object.kind} ${object.metadata?.name ?? name} says: ${text}` }];
    });
