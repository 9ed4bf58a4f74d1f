import { X509Certificate } from 'node:crypto';
import { createAuthority } from '../control-plane/certificates.ts';
import type { Room, Secret } from './room.ts';

/** Whose certificate a client is told to trust, and what it is told to call the server. */
export type Variant = (typeof variants)[number] | 'IPv6 address';

export const variants = ['right', 'wrong CA', 'wrong host name'] as const;

/** A name that leads to the same server and is not in its certificate. */
const otherName = 'elsewhere.example.org';

/**
 * A Secret as it would be with that variant: with the certificate of another authority of the same name, or with another
 * name of the server in every key.
 */
export const varied = async (secret: Secret, variant: Variant): Promise<Secret> => {
  if (variant === 'right') return secret;
  if (variant === 'wrong CA') {
    const name = new X509Certificate(secret['ca.crt'] as string).subject.replace(/^CN=/, '');
    return { ...secret, 'ca.crt': `${(await createAuthority(name)).certificate}\n` };
  }
  const host = secret.host as string;

  return Object.fromEntries(
    Object.entries(secret).map(([key, value]) => [
      key,
      key === 'host'
        ? otherName
        : value.replace(`//${host}:`, `//${otherName}:`).replace(`@${host}:`, `@${otherName}:`),
    ]),
  );
};

/** What a Deployment sets from the keys of a Secret where nothing is mounted; `uri` says under which key the address is. */
export const environmentOf = (secret: Secret, uri: 'uri' | 'uri-without-ca'): Room['environment'] => ({
  DATABASE_URL: secret[uri] as string,
  JDBC_URL: secret['jdbc-uri'] as string,
  DATABASE_CA: secret['ca.crt'] as string,
  PGHOST: secret.host as string,
  PGPORT: secret.port as string,
  PGDATABASE: secret.database as string,
  PGUSER: secret.username as string,
  PGPASSWORD: secret.password as string,
  PGSSLMODE: secret.sslmode as string,
});
