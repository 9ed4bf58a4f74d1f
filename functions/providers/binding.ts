/**
 * Something a component offers to the others of its zone: an address and credentials. Only `public` values may appear
 * in a managed resource; `secret` values are put into a Secret on the hub and delivered from there by reference.
 */
export interface Offer {
  type: string;
  /** Addresses that a receiver's network must let through; no networks means: any address on that port. */
  endpoints: { port: number; networks: string[] }[];
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
}

/** The name of the Secret in which a receiver finds a login of a component: `spike`, `spike.migrator`. */
export const bindingName = (component: string, login: string): string =>
  login === '' ? component : `${component}.${login}`;
