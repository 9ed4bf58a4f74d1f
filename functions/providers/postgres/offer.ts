import { inUrl } from '../../documents/address.ts';
import { dataOf, type Observed } from '../../objects/resource.ts';
import { bindingName, type Login, type Offer } from '../binding.ts';
import { detailOf, readAs } from '../details.ts';
import type { Component } from '../provider.ts';
import { choiceOf, databaseInForce } from './generation.ts';
import {
  decisionsOf,
  generationInForce,
  isRotating,
  type LoginKind,
  localOf,
  loginKinds,
  roleNameOf,
} from './logins.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/** The address that was delivered the last time, whatever it is. */
const deliveredIn = ({ binding }: Record<string, Observed>): Address | undefined => {
  const { host, port } = dataOf(binding);
  if (host === undefined || port === undefined) return undefined;

  return { host: Buffer.from(host, 'base64').toString(), port: Buffer.from(port, 'base64').toString() };
};

/**
 * The address as the platform registered it, or as provider-sql published it with the login, or as it was delivered the
 * last time. provider-sql publishes once: it does not follow a server that moves (v0.16.0, role/reconciler.go:403).
 */
const endpointOf = (
  platform: PostgresZone,
  app: Observed | undefined,
  delivered: Address | undefined,
): Address | undefined => {
  if (platform.endpoint !== undefined) return { host: platform.endpoint.host, port: `${platform.endpoint.port}` };

  const host = detailOf(app, 'endpoint', 'host');
  const port = detailOf(app, 'port', 'port');
  if (host !== undefined && port !== undefined) return { host, port };

  return delivered && readAs('host', delivered.host) !== undefined && readAs('port', `${delivered.port}`) !== undefined
    ? delivered
    : undefined;
};

interface Address {
  host: string;
  port: string | number;
}

/** Name of the file, and of the key, with the certificates of the authority; Service Binding readers look for it beside the others. */
const certificatesFile = 'ca.crt';

/** What all forms of an address have in common. */
const location = ({ host, port }: Address, database: string): string =>
  `${inUrl(host)}:${port}/${database}?sslmode=verify-full`;

/**
 * A binding of type `postgresql` per login, with the keys of the Service Binding Specification for Kubernetes 1.1
 * (type, provider, host, port, username, password, uri) and what clients need to verify the server. `uri` and `jdbc-uri`
 * name the file with the certificates where the Secret is mounted; `uri-without-ca` is for programs that get the
 * certificates otherwise. Not `jdbc-url`: spring-cloud-bindings 2.0.4 takes that before all other keys, and then the
 * Secret would have to be mounted in one place only (boot/PostgreSqlBindingsPropertiesProcessor).
 */
export const offer = (component: Component<PostgresZone, PostgresService>): Offer => {
  const { platform, settings, observed } = component;
  const database = databaseInForce(component);
  // What is still to be restored is handed out to nobody.
  const isThere = choiceOf(component).current !== 'none';
  const roleOf = (kind: LoginKind) => observed[localOf(kind, generationInForce(component, kind))];
  const delivered = deliveredIn(observed);
  const endpoint = endpointOf(platform, roleOf('app'), delivered);
  // What lies there and is none stays until there is one: whoever reads it would miss the keys.
  const shown = endpoint ?? delivered;
  const replicas = platform.readEndpoint;

  const login = (kind: LoginKind, reads: boolean): Login => {
    const { decision } = decisionsOf(component)[kind];
    const name = loginKinds[kind].secret;
    const current = generationInForce(component, kind);
    const username = roleNameOf(component, kind, current);
    const password = detailOf(roleOf(kind), 'password', 'secret');
    const read = reads ? replicas : undefined;
    const file = `${platform.bindingRoot}/${bindingName(component.component, name)}/${certificatesFile}`;
    const jdbc = (address: Address): string => `jdbc:postgresql://${location(address, database)}&sslrootcert=${file}`;
    const uri = (address: Address): string =>
      `postgresql://${encodeURIComponent(username)}:${encodeURIComponent(password ?? '')}@${location(address, database)}`;

    return {
      name,
      public: {
        type: 'postgresql',
        provider: 'squadkit',
        ...(shown && { host: shown.host, port: `${shown.port}`, 'jdbc-uri': jdbc(shown) }),
        database,
        username,
        sslmode: 'verify-full',
        // Guard rail: postgres-verified-tls
        sslrootcert: certificatesFile,
        [certificatesFile]: platform.caBundle,
        ...(read && { 'read-host': read.host, 'read-port': `${read.port}`, 'read-jdbc-uri': jdbc(read) }),
      },
      secretKeys: ['password', 'uri', 'uri-without-ca', ...(read ? ['read-uri'] : [])],
      secret:
        password !== undefined && endpoint !== undefined && isThere
          ? {
              password,
              uri: `${uri(endpoint)}&sslrootcert=${file}`,
              'uri-without-ca': uri(endpoint),
              ...(read && { 'read-uri': `${uri(read)}&sslrootcert=${file}` }),
            }
          : undefined,
      generations: isRotating(component)
        ? { current, usable: decision.logins.map(({ generation }) => generation).toReversed(), own: ['username'] }
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
      : undefined,
    logins: [
      login('app', true),
      // Migrations run on the primary.
      login('migrator', false),
      ...(settings.readers ? [login('readonly', true)] : []),
    ],
  };
};
