import { setOwn } from '../objects/record.ts';
import { dataOf, whenObserved } from '../objects/resource.ts';
import { type Binding, bindingName, generationKeyOf, keyOf, type Login, type Offer } from '../providers/binding.ts';
import type { Composed } from '../waiting/composed.ts';
import type { ServiceComponent } from './components.ts';

/** Local name of the Secret on the hub that holds what a component offers. */
export const bindingSecret = 'binding';

const base64 = (value: string): string => Buffer.from(value).toString('base64');

/** The current values of one login, by key; undefined while they cannot be read. */
const currentData = ({ name, public: open, secret, generations }: Login): Record<string, string> | undefined => {
  if (secret === undefined) return undefined;
  const data: Record<string, string> = {};
  for (const values of [open, secret]) {
    for (const key of Object.keys(values)) {
      const value = base64(values[key] as string);
      setOwn(data, keyOf(name, key), value);
      if (generations !== undefined && (values === secret || generations.own.includes(key)))
        setOwn(data, generationKeyOf(name, generations.current, key), value);
    }
  }

  return data;
};

/** The keys of a login's values that belong to one generation. */
const generationKeys = ({ secretKeys, generations }: Login): string[] => [...(generations?.own ?? []), ...secretKeys];

/** The values of one login: the current ones, or while they cannot be read, those that are already there. */
const loginData = (login: Login, existing: Record<string, string>): Record<string, string> => {
  const { name, generations } = login;
  const current = currentData(login);
  const kept = [
    ...(current === undefined ? [...Object.keys(login.public), ...login.secretKeys] : []).map((key) =>
      keyOf(name, key),
    ),
    ...(generations?.usable ?? []).flatMap((generation) =>
      generationKeys(login).map((key) => generationKeyOf(name, generation, key)),
    ),
  ];

  return {
    ...Object.fromEntries(kept.flatMap((key) => (existing[key] === undefined ? [] : [[key, existing[key]]]))),
    ...current,
  };
};

/**
 * The Secret on the hub for an offer; held back until all of it is known. Once it exists it stays, whatever becomes of
 * the credentials.
 */
// Guard rail: secrets-stay-secret
export const hubSecret = (component: ServiceComponent, offer: Offer): Record<string, Composed> => {
  const observed = component.observed[bindingSecret];
  const existing = dataOf(observed);
  const data = Object.assign({}, ...offer.logins.map((login) => loginData(login, existing)));
  const isKnown = offer.logins.every((login) => login.secret !== undefined);

  return {
    [bindingSecret]: {
      object: { apiVersion: 'v1', kind: 'Secret', type: `servicebinding.io/${offer.type}`, data },
      hold: isKnown ? undefined : 'credentials',
      ready: whenObserved,
    },
  };
};

/** The newest generation of which the Secret on the hub holds everything: that is what receivers take. */
const takenGeneration = (login: Login, existing: Record<string, string>): number | undefined =>
  login.generations?.usable.find((generation) =>
    generationKeys(login).every((key) => existing[generationKeyOf(login.name, generation, key)] !== undefined),
  );

/** What is not secret of what receivers take: what belongs to credentials is read from where these are. */
const takenPublic = (login: Login, keyInSecret: (key: string) => string, existing: Record<string, string>) => {
  const own = (login.generations?.own ?? []).flatMap((key) => {
    const encoded = existing[keyInSecret(key)];
    return encoded === undefined ? [] : [[key, Buffer.from(encoded, 'base64').toString()]];
  });

  return { ...login.public, ...Object.fromEntries(own) };
};

/** An offer's logins as bindings for the receivers of its zone. */
export const bindingsOf = (component: ServiceComponent, offer: Offer): Binding[] => {
  const observed = component.observed[bindingSecret];
  const existing = dataOf(observed);

  return offer.logins.map((login) => {
    const generation = takenGeneration(login, existing);
    const keyInSecret = (key: string): string =>
      generation === undefined ? keyOf(login.name, key) : generationKeyOf(login.name, generation, key);
    const isThere = (key: string): boolean => existing[keyInSecret(key)] !== undefined;
    const isComplete = login.secretKeys.every(isThere);
    // A key that is new with this release cannot be delivered before the Secret on the hub has it, and keeps no other one.
    const keys = login.secretKeys.some(isThere) ? login.secretKeys.filter(isThere) : login.secretKeys;
    const secretKeys = Object.fromEntries(keys.map((key) => [key, keyInSecret(key)]));

    return {
      name: bindingName(component.component, login.name),
      type: offer.type,
      labels: component.labels,
      endpoints: offer.endpoints,
      public: login.generations === undefined ? login.public : takenPublic(login, keyInSecret, existing),
      secretKeys,
      source: {
        namespace: component.squad.name,
        name: component.managedName(bindingSecret),
        version: isComplete ? observed?.object.metadata?.resourceVersion : undefined,
      },
      generation,
    };
  });
};
