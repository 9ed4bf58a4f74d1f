import { conditionOf, type Observed } from '../objects/resource.ts';
import type { Actor } from '../round/refusal.ts';
import type { KnownError } from './provider.ts';

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

/** Error texts come from drivers and servers: nothing that looks like, or is, a credential may pass. */
// Guard rail: secrets-stay-secret
const withoutSecrets = (message: string, secrets: string[]): string =>
  secrets
    .reduce((text, secret) => text.replaceAll(secret, '***'), message)
    .replaceAll(/(\w+:\/\/[^\s:@/]+):[^\s@]+@/g, '$1:***@')
    .replaceAll(/(password|token|secret)([=:]\s*)\S+/gi, '$1$2***');

/** Values of connection Secrets that are long enough to be recognised. */
const secretsOf = (observed: Record<string, Observed>): string[] =>
  Object.values(observed).flatMap(({ connection }) =>
    Object.values(connection).flatMap((value) => (value.length >= 8 ? [value.toString('utf8')] : [])),
  );

/**
 * The managed resources whose last sync failed, sorted by name. What a provider knows is said in its words, anything
 * else is shown as it is, shortened and without credentials, and is the SRE's.
 */
export const troubles = (
  observed: Record<string, Observed>,
  knownErrorsOf: (name: string) => KnownError[],
): Trouble[] =>
  Object.keys(observed)
    .sort()
    .flatMap((name) => {
      const { object } = observed[name] as Observed;
      const synced = conditionOf(object, 'Synced');
      const message = typeof synced?.message === 'string' ? synced.message : '';
      if (synced?.status !== 'False' || passing.test(message)) return [];

      const known = knownErrorsOf(name).find((candidate) => candidate.match.test(message));
      if (known !== undefined) return [{ name, actor: known.actor, next: known.next }];

      const text = withoutSecrets(message, secretsOf(observed)).replaceAll(/\s+/g, ' ').slice(0, longestMessage);
      return [{ name, actor: 'SRE', next: `${object.kind} ${object.metadata?.name ?? name} says: ${text}` }];
    });
