import { connectionOf, dataOf, type Observed } from '../../objects/resource.ts';
import type { Login, Offer } from '../binding.ts';
import type { Component } from '../provider.ts';
import { postgresNames } from './names.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

const text = (value: Buffer | undefined): string | undefined => value?.toString('utf8');

/**
 * The address as the platform registered it, or as provider-sql published it with the login, or as it was delivered the
 * last time. provider-sql publishes once: it does not follow a server that moves (v0.16.0, role/reconciler.go:403).
 */
const endpointOf = (
  platform: PostgresZone,
  observed: Record<string, Observed>,
): { host: string; port: string } | undefined => {
  if (platform.endpoint !== undefined) return { host: platform.endpoint.host, port: `${platform.endpoint.port}` };

  const { endpoint, port } = connectionOf(observed.app);
  if (endpoint !== undefined && port !== undefined) return { host: endpoint.toString(), port: port.toString() };

  const delivered = dataOf(observed.binding);
  if (delivered.host === undefined || delivered.port === undefined) return undefined;

  return {
    host: Buffer.from(delivered.host, 'base64').toString(),
    port: Buffer.from(delivered.port, 'base64').toString(),
  };
};

const uri = (scheme: {
  username: string;
  password: string;
  host: string;
  port: string | number;
  database: string;
}): string =>
  `postgresql://${encodeURIComponent(scheme.username)}:${encodeURIComponent(scheme.password)}@${scheme.host}:${scheme.port}/${scheme.database}?sslmode=verify-full`;

/**
 * A binding of type `postgresql` per login, with the keys of the Service Binding Specification for Kubernetes 1.1
 * (type, provider, host, port, username, password, uri) and what libpq needs to verify the server.
 */
export const offer = (component: Component<PostgresZone, PostgresService>): Offer => {
  const { squad, service, platform, settings, observed } = component;
  const { database, app, migrator, readonly } = postgresNames(squad.name, service);
  const endpoint = endpointOf(platform, observed);
  const replicas = platform.readEndpoint;

  const login = (name: string, local: string, username: string, reads: boolean): Login => {
    const password = text(connectionOf(observed[local]).password);
    const read = reads ? replicas : undefined;

    return {
      name,
      public: {
        type: 'postgresql',
        provider: 'squadkit',
        ...(endpoint && { host: endpoint.host, port: endpoint.port }),
        database,
        username,
        sslmode: 'verify-full',
        // Guard rail: postgres-verified-tls
        sslrootcert: platform.caBundle,
        ...(read && { 'read-host': read.host, 'read-port': `${read.port}` }),
      },
      secretKeys: ['password', 'uri', ...(read ? ['read-uri'] : [])],
      secret:
        password !== undefined && endpoint !== undefined
          ? {
              password,
              uri: uri({ username, password, ...endpoint, database }),
              ...(read && { 'read-uri': uri({ username, password, ...read, database }) }),
            }
          : undefined,
    };
  };

  return {
    type: 'postgresql',
    endpoints: endpoint
      ? [...new Set([Number(endpoint.port), ...(replicas ? [replicas.port] : [])])].map((port) => ({
          port,
          networks: platform.networks,
        }))
      : [],
    logins: [
      login('', 'app', app, true),
      // Migrations run on the primary.
      login('migrator', 'migrator', migrator, false),
      ...(settings.readers ? [login('readonly', 'readonly', readonly, true)] : []),
    ],
  };
};
