import { defineProvider } from '../provider.ts';
import { admit } from './admit.ts';
import { connectionsOf, limits } from './connections.ts';
import { knownErrors } from './errors.ts';
import { identity } from './identity.ts';
import { more } from './more.ts';
import { postgresNames } from './names.ts';
import { narrow } from './narrow.ts';
import { offer } from './offer.ts';
import { resources } from './resources.ts';
import { serviceSettings, zoneSettings } from './settings.ts';

/** A database and its credentials on a PostgreSQL server, by crossplane-contrib/provider-sql v0.16. */
export const postgres = defineProvider({
  name: 'postgres',
  description: 'A database and its credentials on a PostgreSQL server.',
  zoneSettings,
  serviceSettings,
  configure: ({ credentialsSecretRef }) => ({
    apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
    kind: 'ClusterProviderConfig',
    spec: {
      defaultDatabase: 'postgres',
      // Guard rail: postgres-verified-tls
      sslMode: 'verify-full',
      credentials: {
        source: 'PostgreSQLConnectionSecret',
        connectionSecretRef: { namespace: credentialsSecretRef.namespace, name: credentialsSecretRef.name },
      },
    },
  }),
  identity,
  admit,
  narrow,
  // Logins and memberships are what a Service asks for: the platform takes none of them away.
  isAccess: () => false,
  offer,
  compose: resources,
  shared: {
    key: 'connections',
    what: 'connections',
    total: ({ connections }) => connections.total,
    taken: (platform, settings) => limits.logins(connectionsOf(platform, settings), settings.readers),
  },
  status: ({ squad, service, platform, settings }) => ({
    database: postgresNames(squad.name, service).database,
    version: platform.version,
    connections: limits.logins(connectionsOf(platform, settings), settings.readers),
  }),
  more,
  knownErrors,
  isRepeatable: true,
  guarantees: ({ guarantees: { encryptedAtRest, backups, pointInTimeRecovery } }) => ({
    tls: 'verify-full',
    encryptedAtRest,
    recovery: { backups, pointInTimeRecovery },
  }),
  authorities: ({ caBundle }) => caBundle,
  managedKinds: ['Role', 'Grant', 'Database', 'Schema', 'DefaultPrivileges', 'Extension'].map((kind) => ({
    apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
    kind,
  })),
  target: ({ credentialsSecretRef: { namespace, name } }) => `${namespace}/${name}`,
});
