import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHost } from '../documents/address.ts';
import type { Login } from '../outside/postgres.ts';
import { Unusable } from '../outside/reason.ts';

/** As whom a store is spoken to. */
export interface StoreLogin {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The text of a file. @throws Unusable if it cannot be read */
export const textIn = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Unusable(`cannot read ${file}`);
  }
};

/** Certificates in a file. @throws Unusable if there are none */
export const certificatesIn = (file: string): string => {
  const text = textIn(file);
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Unusable(`${file} has no certificate`);

  return text;
};

/** As which login a database is dumped, and where: a Secret of provider-sql, mounted. */
export const loginIn = (directory: string): Omit<Login, 'database' | 'caBundle'> => {
  const [host, port, user, password] = ['endpoint', 'port', 'username', 'password'].map((key) =>
    textIn(join(directory, key)),
  ) as [string, string, string, string];
  if (!isHost(host)) throw new Unusable(`endpoint in ${directory} is no name or address of a server`);
  if (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65535) throw new Unusable(`port in ${directory} is none`);
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(user)) throw new Unusable(`username in ${directory} is none of a login`);
  if (password === '') throw new Unusable(`password in ${directory} is empty`);

  return { host, port: Number(port), user, password };
};

/** As whom a store is written to, or read: the platform's Secret, mounted. Neither of both has blanks (AWS, Ceph, versitygw). */
export const storeLoginIn = (directory: string): StoreLogin => {
  const [accessKeyId, secretAccessKey] = ['accessKeyId', 'secretAccessKey'].map((key) => {
    const text = textIn(join(directory, key));
    if (!/^\S+$/.test(text)) throw new Unusable(`${key} in ${directory} is empty, or has blanks or line ends`);

    return text;
  }) as [string, string];

  return { accessKeyId, secretAccessKey };
};
