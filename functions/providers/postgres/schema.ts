import { conditionOf, type KubernetesObject, type Observed } from '../../objects/resource.ts';
import type { Ownership } from '../../ownership/claim.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { beforeUse } from './beginning.ts';
import { postgresNames, schema } from './names.ts';
import { grantOf, keep, revokeIn } from './roles.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

const apiVersion = 'postgresql.sql.m.crossplane.io/v1alpha1';

const ownerOf = (observed: Observed): unknown =>
  (observed.object.spec?.forProvider as { role?: unknown } | undefined)?.role;

/** Whether the provider has made it what its managed resource says; `Ready` says only that there is one. */
export const isInForce = ({ object }: Observed): boolean => {
  const synced = conditionOf(object, 'Synced');

  return synced?.status === 'True' && (synced.observedGeneration ?? 0) >= (object.metadata?.generation ?? 0);
};

/** A schema in a database, with whose it is. It is dropped only while nothing is in it. */
export const schemaObject = (
  { providerConfigRef }: Pick<Component<unknown, unknown>, 'providerConfigRef'>,
  { database, name, role }: { database: string; name: string; role: string },
  managementPolicies: string[],
): KubernetesObject => ({
  apiVersion,
  kind: 'Schema',
  metadata: { annotations: { 'crossplane.io/external-name': name } },
  spec: { managementPolicies, providerConfigRef, forProvider: { database, role, dropBehavior: 'RESTRICT' } },
});

/**
 * The schema of a database, and what its roles may do there.
 *
 * The schema belongs to the administrator. Owner and writer stay when the Service goes, and so do sessions that act as
 * them: PostgreSQL ends no session with its login. But it looks at every statement anew, prepared ones too, when a right
 * on a schema was taken away. So the rights here go with the Service, whoever is connected; and whoever has none on the
 * schema himself can give none to others.
 *
 * @param database its name
 * @param ownership whose the database is. One that is gone or a stranger's has nothing to be taken away from: to ask for
 *   it would fail for ever.
 * @param isDeleted whether the database is to be dropped, perhaps before anything else: then too
 */
export const schemaResources = (
  component: Component<PostgresZone, PostgresService>,
  database: string,
  ownership: Ownership,
  isDeleted: boolean,
): Record<string, Composed> => {
  const { squad, service, platform, settings, observed } = component;
  const names = postgresNames(squad.name, service);
  // Guard rail: postgres-access-ends
  const goes = isDeleted ? keep : revokeIn(ownership);
  const grant = grantOf(component);
  const may = (role: string, privileges: string[]): KubernetesObject =>
    grant({ role, database, schema, privileges }, goes);

  // Version 0.1.0 gave the schema to the owner role, which loses its rights there with it. Until the Grant brings them
  // back it may use the schema as a member of the writer: foreign keys are checked in the name of a table's owner.
  const before = observed.schema !== undefined && ownerOf(observed.schema) === names.owner;
  const bridge = observed['owner-in-writer'];
  const hasBridge = before || bridge !== undefined;
  const owner = before && (bridge === undefined || !isInForce(bridge)) ? names.owner : platform.adminRole;

  return {
    schema: {
      object: schemaObject(component, { database, name: schema, role: owner }, keep),
      // A schema that exists waits for nothing. But what it builds on is made also while the document is refused, and what
      // version 0.1.0 left to the owner role must end there too.
      after: ['database', ...(hasBridge ? ['owner-in-writer'] : [])],
    },
    ...(hasBridge && {
      'owner-in-writer': {
        object: grant({ role: names.owner, memberOf: names.writer }, keep),
        after: ['owner', 'writer'],
      },
    }),
    'owner-usage': {
      object: may(names.owner, ['CREATE', 'USAGE']),
      // Before this nothing can be lost with the database, and it may go again (beginning.ts).
      after: ['database', 'schema', 'owner', ...beforeUse],
      hold:
        observed.schema === undefined || before || !isInForce(observed.schema) ? 'the owner of the schema' : undefined,
    },
    'writer-usage': {
      object: may(names.writer, ['USAGE']),
      after: ['database', 'schema', 'writer', 'owner-usage'],
    },
    ...(settings.readers && {
      'reader-usage': {
        object: may(names.reader, ['USAGE']),
        after: ['database', 'schema', 'reader', 'writer-usage'],
      },
    }),
  };
};
