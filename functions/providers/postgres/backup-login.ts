import type { KubernetesObject } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { postgresNames, schema } from './names.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/** How rights are composed. All of them are kept when the Service goes, unless policies are given. */
export interface Rights {
  grant: (forProvider: object, managementPolicies?: string[]) => KubernetesObject;
  /** Rights on what the owner role makes tomorrow. */
  tomorrow: (grantee: string, objectType: string, granted: string[]) => Pick<Composed, 'object' | 'ready'>;
}

/**
 * The rights of the login that backs up one database: its own and no membership, so that it reads this database only, and
 * can become nobody. Without those on sequences pg_dump fails (PostgreSQL 18, "failed to get data for sequence").
 *
 * It stays when the Service goes, as the data does: what is kept goes on being backed up. Of what may do harm it has nothing
 * but reading; it is not exchanged with the others, and where a database was there before it, its migrator has to grant it
 * what exists.
 */
// Guard rail: postgres-backed-up
export const backupRights = (
  { squad, service, settings }: Component<PostgresZone, PostgresService>,
  database: string,
  { grant, tomorrow }: Rights,
): Record<string, Composed> => {
  const { backup } = postgresNames(squad.name, service);
  // Privileges on one thing are one row of PostgreSQL's catalog: each grant comes after the one before.
  const afterReader = (right: string, otherwise: string) => (settings.readers ? `reader-${right}` : otherwise);

  return {
    'backup-connect': {
      object: grant({ role: backup, database, privileges: ['CONNECT'] }),
      after: ['database', 'backup', afterReader('connect', 'owner-connect')],
    },
    'backup-usage': {
      object: grant({ role: backup, database, schema, privileges: ['USAGE'] }),
      after: ['database', 'schema', 'backup', afterReader('usage', 'writer-usage')],
    },
    'backup-tables': {
      ...tomorrow(backup, 'table', ['SELECT']),
      after: ['database', 'schema', 'backup', afterReader('tables', 'writer-tables')],
    },
    'backup-sequences': {
      ...tomorrow(backup, 'sequence', ['SELECT']),
      after: ['database', 'schema', 'backup', 'writer-sequences'],
    },
  };
};
