/**
 * Something a component offers to the others of its zone: an address and credentials. Only `public` values may appear
 * in a managed resource; `secret` values are put into a Secret on the hub and delivered from there by reference.
 */
export interface Offer {
  type: string;
  /**
   * Addresses that a receiver's network must let through; no networks means: any address on that port. Undefined as long as
   * they are not known: then nothing that may be there already is closed.
   */
  endpoints: { port: number; networks: string[] }[] | undefined;
  /** One per login. The main one has an empty name: its Secret is called like the component. */
  logins: Login[];
}

/** One login of an offer: its name, and the values by which a receiver connects. */
export interface Login {
  name: string;
  /** The login's values that are not secret, by the key under which a receiver finds them. */
  public: Record<string, string>;
  /** Names of the keys whose values are secret. They are known before the values are. */
  secretKeys: string[];
  /** The secret values; undefined as long as the credentials do not exist. */
  secret: Record<string, string> | undefined;
  /** Where its credentials are exchanged for others from time to time; undefined where they are not. */
  generations?: Generations | undefined;
}

/** Credentials that follow each other. */
export interface Generations {
  /** The one whose values these are. */
  current: number;
  /** All that can be used now, the current one among them, newest first. */
  usable: number[];
  /** Keys of values that are not secret and change with those that are. */
  own: string[];
}

/** An offered login on its way to a receiver. */
export interface Binding {
  /** Name of the Secret that the receiver makes: `spike`, `spike.migrator`. */
  name: string;
  type: string;
  labels: Record<string, string>;
  endpoints: Offer['endpoints'];
  public: Record<string, string>;
  /** Key at the receiver → key in the Secret on the hub. */
  secretKeys: Record<string, string>;
  /** The Secret on the hub; `version` is undefined until it holds the values. */
  source: { namespace: string; name: string; version: string | undefined };
  /** Which of the credentials these are, where they are exchanged. */
  generation?: number | undefined;
}

/** The key in the Secret on the hub: the main login's are plain, so that it is a binding itself. */
export const keyOf = (login: string, key: string): string => (login === '' ? key : `${login}.${key}`);

/**
 * The key under which it holds a value of one generation. Plain keys change when the credentials do, and these do not: what
 * a receiver copies is of one login whenever it looks, never a user name of one and a password of another.
 */
export const generationKeyOf = (login: string, generation: number, key: string): string =>
  keyOf(login, `${generation}.${key}`);

/** The name of the Secret in which a receiver finds a login of a component: `spike`, `spike.migrator`. */
export const bindingName = (component: string, login: string): string =>
  login === '' ? component : `${component}.${login}`;
