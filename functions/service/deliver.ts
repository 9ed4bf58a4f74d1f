import { setOwn } from '../objects/record.ts';
import { dataOf, whenObserved } from '../objects/resource.ts';
import { type Binding, bindingName, type Login, type Offer } from '../providers/binding.ts';
import type { Composed } from '../waiting/composed.ts';
import type { ServiceComponent } from './components.ts';

/** Local name of the Secret on the hub that holds what a component offers. */
export const bindingSecret = 'binding';

const base64 = (value: string): string => Buffer.from(value).toString('base64');

/** The main login's keys are plain, so that the Secret is a binding itself; the others' begin with their name. */
const keyOf = (login: Login, key: string): string => (login.name === '' ? key : `${login.name}.${key}`);

/** The values of one login: the current ones, or while they cannot be read, those that are already there. */
const loginData = (login: Login, existing: Record<string, string>): Record<string, string> => {
  const { secret } = login;
  if (secret === undefined) {
    const keys = [...Object.keys(login.public), ...login.secretKeys].map((key) => keyOf(login, key));
    return Object.fromEntries(keys.flatMap((key) => (existing[key] === undefined ? [] : [[key, existing[key]]])));
  }

  const data: Record<string, string> = {};
  for (const values of [login.public, secret]) {
    for (const key of Object.keys(values)) setOwn(data, keyOf(login, key), base64(values[key] as string));
  }

  return data;
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

/** An offer's logins as bindings for the receivers of its zone. */
export const bindingsOf = (component: ServiceComponent, offer: Offer): Binding[] => {
  const observed = component.observed[bindingSecret];
  const existing = dataOf(observed);

  return offer.logins.map((login) => {
    const isThere = (key: string): boolean => existing[keyOf(login, key)] !== undefined;
    const isComplete = login.secretKeys.every(isThere);
    // A key that is new with this release cannot be delivered before the Secret on the hub has it, and keeps no other one.
    const keys = login.secretKeys.some(isThere) ? login.secretKeys.filter(isThere) : login.secretKeys;
    const secretKeys = Object.fromEntries(keys.map((key) => [key, keyOf(login, key)]));

    return {
      name: bindingName(component.component, login.name),
      type: offer.type,
      labels: component.labels,
      endpoints: offer.endpoints,
      public: login.public,
      secretKeys,
      source: {
        namespace: component.squad.name,
        name: component.managedName(bindingSecret),
        version: isComplete ? observed?.object.metadata?.resourceVersion : undefined,
      },
    };
  });
};
