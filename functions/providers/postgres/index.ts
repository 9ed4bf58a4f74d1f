import type { KubernetesObject } from '../../objects/resource.ts';
import { defineProvider } from '../provider.ts';
import { admit } from './admit.ts';
import { backupsConfig } from './backup-job.ts';
import { backupMove, backupState, backupWakes } from './backup-state.ts';
import { connectionsOf, limits } from './connections.ts';
import { backupStatus, drillMove, drillWakes } from './drill-state.ts';
import { isEnding } from './ending.ts';
import { knownErrors } from './errors.ts';
import { databaseInForce } from './generation.ts';
import { identity } from './identity.ts';
import { keptBackups } from './kept-backups.ts';
import { asksForSessions } from './logins.ts';
import { more } from './more.ts';
import { narrow } from './narrow.ts';
import { oddDetails } from './odd-details.ts';
import { offer } from './offer.ts';
import { resources } from './resources.ts';
import { restoreErrors, restoreStatus, restoreTrouble } from './restore-state.ts';
import { endingMove, isExchanging, rotationStatus, rotationWakes, strangersMove } from './rotation-status.ts';
import { serviceSettings, zoneSettings } from './settings.ts';

const earliest = (moments: (number | undefined)[]): number | undefined => {
  const known = moments.filter((moment) => moment !== undefined);

  return known.length === 0 ? undefined : Math.min(...known);
};

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
  configureFurther: ({ backups }): Record<string, KubernetesObject> =>
    backups === undefined
      ? {}
      : {
          [backupsConfig]: {
            apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
            kind: 'ClusterProviderConfig',
            // As the provider itself on the hub, which may write there in one namespace (package/install/hub/backups.yaml).
            spec: { credentials: { source: 'InjectedIdentity' } },
          },
        },
  identity,
  admit,
  narrow,
  // Logins and memberships are what a Service asks for: the platform takes none of them away.
  isAccess: isEnding,
  offer,
  compose: resources,
  shared: {
    key: 'connections',
    what: 'connections',
    counted: 'database connections',
    total: ({ connections }) => connections.total,
    taken: (platform, settings) => limits.logins(connectionsOf(platform, settings), settings.readers),
  },
  status: (component) => {
    const { platform, settings } = component;

    return {
      database: databaseInForce(component),
      version: platform.version,
      connections: limits.logins(connectionsOf(platform, settings), settings.readers),
      ...rotationStatus(component),
      ...backupStatus(component),
      ...restoreStatus(component),
    };
  },
  asksForSessions,
  isMoving: isExchanging,
  wakes: (component) => earliest([rotationWakes(component), backupWakes(component), drillWakes(component)]),
  // First what has a deadline: a backup that is missing is said in a condition of its own, an ending login nowhere else.
  move: (component) =>
    endingMove(component) ?? backupMove(component) ?? strangersMove(component) ?? drillMove(component),
  backedUp: backupState,
  keptBackups,
  more,
  knownErrors: [...restoreErrors, ...knownErrors],
  troubleOf: restoreTrouble,
  oddDetails,
  isRepeatable: true,
  isNamedAsItself: true,
  guarantees: ({ guarantees: { encryptedAtRest, backups, pointInTimeRecovery }, backups: ours }) => ({
    tls: 'verify-full',
    encryptedAtRest,
    recovery: {
      ...{ backups, pointInTimeRecovery },
      enforcedBackups: ours && { schedule: ours.schedule, retentionDays: ours.retentionDays },
    },
  }),
  elsewhere: ({ backups }) =>
    backups && {
      what: 'backups',
      region: backups.store.location ?? backups.store.region,
      path: ['postgres', 'backups', 'store', backups.store.location === undefined ? 'region' : 'location'],
    },
  authorities: ({ caBundle }) => caBundle,
  managedKinds: ['Role', 'Grant', 'Database', 'Schema', 'DefaultPrivileges', 'Extension'].map((kind) => ({
    apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
    kind,
  })),
  target: ({ credentialsSecretRef: { namespace, name } }) => `${namespace}/${name}`,
});
