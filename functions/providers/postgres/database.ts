import type { Observed } from '../../objects/resource.ts';
import { isEstablished, isReady, isTrue } from '../../objects/resource.ts';
import { madeAt } from '../../ownership/creation.ts';
import { sightOf } from '../../ownership/sight.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { backupRights } from './backup-login.ts';
import { beforeUse } from './beginning.ts';
import { connectionsOf, limits } from './connections.ts';
import { databaseOf, extensionResource, postgresNames, schema } from './names.ts';
import { databaseClaim, ownerships } from './ownership.ts';
import { grantOf, keep, revokeIn } from './roles.ts';
import { schemaObject, schemaResources } from './schema.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

const apiVersion = 'postgresql.sql.m.crossplane.io/v1alpha1';

/**
 * A database that is gone is not made anew while it counts as there: an empty one in its place would say that nothing
 * had happened.
 */
const keepAsItIs = ['Observe', 'Update'];

/**
 * Until the database is ours these are spoken for: provider-sql would copy a stranger's values into the spec, where they
 * stay, and use them to create ours when the stranger's is gone (v0.16.0, database/reconciler.go:303-340 and the update
 * that adds the finalizer). Later they would only make it look different at every poll.
 *
 * Drivers expect UTF8, whatever the server was set up with. A copy of template0 may have it where template1 has not; it
 * also holds nothing of others, and nobody can be in it, which would keep it from being copied.
 */
const fromNothing = {
  ...{ template: 'template0', encoding: 'UTF8' },
  ...{ lcCollate: 'DEFAULT', lcCType: 'DEFAULT', tablespace: 'DEFAULT' },
};

/**
 * Rights on what the owner role makes tomorrow. One per grantee and object type: provider-sql looks at nothing else to see
 * whether it exists (issue #458). So what a login that acts as the grantee decides about its own tables of tomorrow counts
 * there too, and what was made is never found to be there (v0.16.0, default_privileges/reconciler.go:141-156): that it was
 * made has to do.
 */
const tomorrowIn =
  ({ providerConfigRef }: Component<PostgresZone, PostgresService>, database: string, owner: string) =>
  (grantee: string, objectType: string, granted: string[]): Pick<Composed, 'object' | 'ready'> => ({
    object: {
      apiVersion,
      kind: 'DefaultPrivileges',
      spec: {
        managementPolicies: keep,
        providerConfigRef,
        forProvider: { targetRole: owner, role: grantee, database, schema, objectType, privileges: granted },
      },
    },
    ready: (made) => isReady(made) || (madeAt(made) > 0 && isTrue(made.object, 'Synced')),
  });

/**
 * What there is of one database beside its roles, by local name: itself with the mark in it, who may connect, its schema
 * with who may do what there, and its extensions. Names are plain values: references break `Database.owner`.
 *
 * @param database its name
 * @param observed what is observed of this database, by the same names
 */
export const databaseResources = (
  component: Component<PostgresZone, PostgresService>,
  database: string,
  observed: Record<string, Observed>,
): Record<string, Composed> => {
  const { squad, service, providerConfigRef, platform, settings } = component;
  const names = postgresNames(squad.name, service);
  const connections = connectionsOf(platform, settings);
  const isDeleted = settings.onRemoval === 'Delete';
  const known = ownerships(component, observed);
  const [grant, tomorrow] = [grantOf(component), tomorrowIn(component, database, names.owner)];

  // The first one is found again by a Service that comes back. One that was restored is found by its line only, and without it
  // nothing of the Service would know of it: who may connect there may do so no longer when the Service goes.
  const isFirst = database === databaseOf(squad.name, service, undefined);
  const connect = (role: string, more: object = {}) =>
    grant({ role, database, privileges: ['CONNECT'], ...more }, isFirst ? keep : revokeIn(known.database));

  // Privileges on one thing are one row of PostgreSQL's catalog, and of two grants at the same moment one would fail with
  // "tuple concurrently updated". So each of these comes after the one before: CONNECT, USAGE, and tables of tomorrow.
  return {
    database: {
      object: {
        apiVersion,
        kind: 'Database',
        metadata: { annotations: { 'crossplane.io/external-name': database } },
        spec: {
          managementPolicies: known.databasePolicies(isDeleted ? ['*'] : keepAsItIs),
          providerConfigRef,
          forProvider: {
            // Not the squad's owner role: an owner of the database could set a search_path for everybody who comes in, and
            // so run code of its own as the administrator when provider-sql looks at its catalog.
            owner: platform.adminRole,
            allowConnections: true,
            connectionLimit: limits.database(connections, settings.readers, platform.backups !== undefined),
            isTemplate: false,
            ...(known.database !== 'Ours' && fromNothing),
          },
        },
      },
      claim: databaseClaim(component, database, known),
    },
    mark: {
      // Not the squad's owner role: who owns a schema can rename and drop it.
      object: schemaObject(component, { database, name: component.mark, role: platform.adminRole }, known.markPolicies),
      proves: 'database',
      // Not after the database, which is not known to be ours before this was looked for.
      hold: observed.database === undefined || !isEstablished(observed.database) ? 'database' : undefined,
      ready: (mark) => sightOf(mark) === 'Present',
    },
    'owner-connect': {
      object: connect(names.owner, { privileges: ['CONNECT', 'TEMPORARY'] }),
      after: ['database', 'owner', 'writer-connect'],
    },
    'writer-connect': {
      object: connect(names.writer, {
        privileges: ['CONNECT', 'TEMPORARY'],
        // Guard rail: postgres-own-database-only
        revokePublicOnDb: true,
      }),
      after: ['database', 'writer'],
    },
    ...schemaResources({ ...component, observed }, database, known.database, isDeleted),
    'writer-tables': {
      ...tomorrow(names.writer, 'table', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
      after: ['database', 'schema', 'writer', ...beforeUse],
    },
    'writer-sequences': {
      ...tomorrow(names.writer, 'sequence', ['USAGE', 'SELECT']),
      after: ['database', 'schema', 'writer', ...beforeUse],
    },
    ...(settings.readers && {
      'reader-connect': {
        // Guard rail: postgres-own-database-only
        object: connect(names.reader, { revokePublicOnDb: true }),
        after: ['database', 'reader', 'owner-connect'],
      },
      // Guard rail: postgres-readers-read
      'reader-tables': {
        ...tomorrow(names.reader, 'table', ['SELECT']),
        after: ['database', 'schema', 'reader', 'writer-tables'],
      },
    }),
    ...(platform.backups !== undefined && backupRights(component, database, { grant, tomorrow })),
    ...Object.fromEntries(
      settings.extensions.map((extension) => [
        extensionResource(extension),
        {
          object: {
            apiVersion,
            kind: 'Extension',
            spec: { managementPolicies: keep, providerConfigRef, forProvider: { database, extension } },
          },
          after: ['database'],
        },
      ]),
    ),
  };
};
