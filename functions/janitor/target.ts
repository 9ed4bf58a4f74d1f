import { isHost } from '../documents/address.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { Unusable } from '../outside/reason.ts';
import { postgres } from '../providers/postgres/index.ts';
import type { PostgresZone } from '../providers/postgres/settings.ts';
import type { Zone } from '../zone/read.ts';
import { janitorRole, type Marking } from './session.ts';

/** A server as a Zone names it, before anybody has looked for the Secret. */
export interface Named extends Marking {
  /** `frontier.spike` */
  name: string;
  /** The Secret, in the namespace of the janitor. */
  secret: string;
  caBundle: string;
}

/** A server that can be reached. */
export interface Target extends Named {
  host: string;
  port: number;
  password: string;
}

/** The servers of a Zone that have a janitor. A closed Zone has them too: logins end there like everywhere. */
export const namedBy = ({ name, components }: Zone): Named[] =>
  components.flatMap((component) => {
    if (component.provider !== postgres.name) return [];
    const { janitor, caBundle, adminRole, markParameter } = component.settings as PostgresZone;

    return janitor === undefined
      ? []
      : [{ name: `${name}.${component.name}`, secret: janitor.secretRef.name, caBundle, adminRole, markParameter }];
  });

const textIn = (data: unknown, key: string): string => {
  const value = (data as Record<string, unknown> | undefined)?.[key];

  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : '';
};

/**
 * How a server is reached, by the Secret that its Zone names. Whoever the Secret is for, only the janitor's own login is
 * used: a Zone cannot make it act as an administrator.
 *
 * @throws Unusable if there is none, or something else in it
 */
export const targetOf = (named: Named, secret: KubernetesObject | undefined): Target => {
  const what = `Secret ${named.secret}`;
  if (secret === undefined) throw new Unusable(`there is no ${what} in namespace squadkit-janitor`);
  const { data } = secret as { data?: unknown };
  const [host, port] = [textIn(data, 'endpoint'), textIn(data, 'port')];
  if (textIn(data, 'username') !== janitorRole) throw new Unusable(`${what} is not of the login ${janitorRole}`);
  if (!isHost(host)) throw new Unusable(`endpoint in ${what} is no name or address of a server`);
  if (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65535) throw new Unusable(`port in ${what} is none`);
  const password = textIn(data, 'password');
  if (password === '') throw new Unusable(`${what} has no password`);

  return { ...named, host, port: Number(port), password };
};
