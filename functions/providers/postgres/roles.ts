import type { KubernetesObject } from '../../objects/resource.ts';
import { type Ownership, policiesOf } from '../../ownership/claim.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { schema } from './names.ts';
import { roleClaim } from './ownership.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

const apiVersion = 'postgresql.sql.m.crossplane.io/v1alpha1';

/**
 * What gives access goes with its managed resource. Memberships too, although a login that is dropped loses them anyway:
 * PostgreSQL does not drop one that owns something or was granted something directly, and that one must not get in.
 */
// Guard rail: postgres-access-ends
export const revoke = ['*'];

/**
 * All seven privileges and the connection limit are always set: otherwise provider-sql late-initialises them, and a
 * password changed in that pass is lost (provider-sql v0.16.0, role/reconciler.go:165-170 and 345-350).
 */
// Guard rail: postgres-least-privilege
// Guard rail: postgres-extensions
export const privileges = (login: boolean) => ({
  superUser: false,
  inherit: true,
  createDb: false,
  createRole: false,
  login,
  replication: false,
  bypassRls: false,
});

/** Parameters of a role as provider-sql takes them. */
export const parametersOf = (values: Record<string, string>): { name: string; value: string }[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** A role on the server as a managed resource, with its name there; `spec` has what it is to be. */
export const roleObject = (
  name: string,
  { providerConfigRef }: Pick<Component<unknown, unknown>, 'providerConfigRef'>,
  managementPolicies: string[],
  spec: object,
): KubernetesObject => ({
  apiVersion,
  kind: 'Role',
  metadata: { annotations: { 'crossplane.io/external-name': name } },
  spec: { managementPolicies, providerConfigRef, ...spec },
});

/** How a role is composed, of each sort. */
export interface Roles {
  /** A role without a login, which holds rights and is kept. */
  group: (name: string, local: string) => Composed;
  /** A role with a login, which goes with its managed resource. */
  login: (name: string, local: string, connectionLimit: number, parameters: Record<string, string>) => Composed;
}

/**
 * The roles of one component.
 *
 * @param ownership whose the role of that local name is
 * @param dataPolicies what the provider may do with what holds rights
 */
export const rolesOf = (
  component: Component<PostgresZone, PostgresService>,
  ownership: (local: string) => Ownership,
  dataPolicies: string[],
): Roles => {
  const { squad, service, platform, mark } = component;
  const { markParameter } = platform;
  // Beside every session, for who looks at the server; it proves nothing, because a role may change its own.
  const shown = { application_name: `${squad.name}/${service}` };
  const parameters = (values: Record<string, string>) => parametersOf({ ...shown, ...values, [markParameter]: mark });
  const role = (name: string, local: string, managementPolicies: string[], spec: object): Composed => ({
    object: roleObject(name, component, managementPolicies, spec),
    claim: roleClaim(component, name, ownership(local)),
  });

  return {
    group: (name, local) =>
      role(name, local, policiesOf(ownership(local), dataPolicies), {
        forProvider: { connectionLimit: 0, privileges: privileges(false), configurationParameters: parameters({}) },
      }),
    login: (name, local, connectionLimit, values) =>
      role(name, local, policiesOf(ownership(local), revoke), {
        writeConnectionSecretToRef: { name: `${component.managedName(local)}` },
        forProvider: {
          connectionLimit,
          privileges: privileges(true),
          // A list must be written `a, b`: any other spelling is put right at every poll (role/reconciler.go:236-243).
          configurationParameters: parameters({ ...values, search_path: `${schema}, public` }),
        },
      }),
  };
};
