import { isReady, type KubernetesObject, type Observed } from '../../objects/resource.ts';
import { timeOf, timestampOf } from '../../objects/time.ts';
import { type Ownership, policiesOf } from '../../ownership/claim.ts';
import type { Composed } from '../../waiting/composed.ts';
import { detailOf } from '../details.ts';
import type { Component } from '../provider.ts';
import { limits } from './connections.ts';
import { schema } from './names.ts';
import { roleClaim } from './ownership.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

const apiVersion = 'postgresql.sql.m.crossplane.io/v1alpha1';

/** What holds data or rights to it stays when its managed resource goes; `git revert` finds it again. */
// Guard rail: postgres-data-stays
export const keep = ['Observe', 'Create', 'Update'];

/**
 * What gives access goes with its managed resource: memberships, and what a role may do in the schema. Nobody but the
 * administrator can undo or hinder that.
 *
 * Not the logins. PostgreSQL drops no role that owns or was granted the least thing, and a login gets at such a thing
 * whenever it likes: a large object, a default privilege of its own, a temporary table in an open session, an uncommitted
 * ALTER ROLE on itself, or a migration that says GRANT ... TO it. Its removal would wait for that, for ever, and the
 * Service with it. Without its memberships a login may connect to no database, and when it comes back it gets a new
 * password.
 */
// Guard rail: postgres-access-ends
export const revoke = ['*'];

/** The same for what gives access to a database: where that is gone or a stranger's, to take it away would fail for ever. */
export const revokeIn = (database: Ownership): string[] =>
  database === 'Lost' || database === 'Foreign' ? keep : revoke;

/**
 * All seven privileges and the connection limit are always set: otherwise provider-sql late-initialises them, and a
 * password changed in that pass is lost (provider-sql v0.16.0, role/reconciler.go:165-170 and 345-350).
 */
// Guard rail: postgres-least-privilege
// Guard rail: postgres-extensions
export const privileges = (login: boolean, bypassRls = false) => ({
  superUser: false,
  inherit: true,
  createDb: false,
  createRole: false,
  login,
  replication: false,
  bypassRls,
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

/** Whether the password of a login lies where we see it. */
const isKnown = (login: Observed): boolean => detailOf(login, 'password', 'secret') !== undefined;

/**
 * Asks for another password where provider-sql has set one and nobody knows it: a Secret of a Role that was there before, and
 * goes a moment after it, cannot be written to, and the provider believes that it has (v0.16.0, role/utils.go:73-86). What it
 * says of the last change comes after the Secret was written (crossplane-runtime v2.2.1, reconciler.go, PublishConnection).
 */
const anotherPassword = (login: Observed | undefined): { passwordRotationTrigger?: string } => {
  const { lastPasswordChange } = (login?.object.status?.atProvider ?? {}) as { lastPasswordChange?: string };
  const changed = timeOf(lastPasswordChange);
  if (login === undefined || changed === 0 || !isReady(login) || isKnown(login)) return {};

  return { passwordRotationTrigger: timestampOf(changed + 1000) };
};

/** How grants are composed for a component: kept when the Service goes, unless policies are given. */
export const grantOf =
  ({ providerConfigRef }: Pick<Component<unknown, unknown>, 'providerConfigRef'>) =>
  (forProvider: object, managementPolicies = keep): KubernetesObject => ({
    apiVersion,
    kind: 'Grant',
    spec: { managementPolicies, providerConfigRef, forProvider },
  });

/** How a role is composed, of each sort. */
export interface Roles {
  /** A role without a login, which holds rights and is kept. */
  group: (name: string, local: string) => Composed;
  /** A role with a login, which has no rights but its memberships. */
  login: (name: string, local: string, connectionLimit: number, parameters: Record<string, string>) => Composed;
  /**
   * The login that backs up. It sees all rows, whatever policies a squad has made: a backup without those that are hidden
   * would say that it is one. It can write none.
   */
  backup: (name: string, local: string) => Composed;
}

/**
 * The roles of one component.
 *
 * @param ownership whose the role of that local name is
 * @param policies what the provider may do with a role of ours
 */
export const rolesOf = (
  component: Component<PostgresZone, PostgresService>,
  ownership: (local: string) => Ownership,
  policies: string[],
): Roles => {
  const { squad, service, platform, mark } = component;
  const { markParameter } = platform;
  // Beside every session, for who looks at the server; it proves nothing, because a role may change its own.
  const shown = { application_name: `${squad.name}/${service}` };
  const marked = { [markParameter]: mark };
  // First of all: a creation that breaks off after it has left a role that says whose it is, and is gone on with.
  const parameters = (values: Record<string, string>) => parametersOf({ ...marked, ...shown, ...values, ...marked });
  const role = (name: string, local: string, spec: object): Composed => ({
    object: roleObject(name, component, policiesOf(ownership(local), policies), spec),
    claim: roleClaim(component, name, ownership(local)),
  });

  const login = (
    name: string,
    local: string,
    connectionLimit: number,
    values: Record<string, string>,
    may: ReturnType<typeof privileges>,
  ): Composed => ({
    ...role(name, local, {
      writeConnectionSecretToRef: { name: `${component.managedName(local)}` },
      forProvider: {
        connectionLimit,
        privileges: may,
        // A list must be written `a, b`: any other spelling is put right at every poll (role/reconciler.go:236-243).
        configurationParameters: parameters({ ...values, search_path: `${schema}, public` }),
        ...anotherPassword(component.observed[local]),
      },
    }),
    // Nobody can log in with a password that nobody knows.
    ready: (observed) => isReady(observed) && isKnown(observed),
  });

  return {
    group: (name, local) =>
      role(name, local, {
        forProvider: { connectionLimit: 0, privileges: privileges(false), configurationParameters: parameters({}) },
      }),
    login: (name, local, connectionLimit, values) => login(name, local, connectionLimit, values, privileges(true)),
    backup: (name, local) =>
      login(name, local, limits.backup, { default_transaction_read_only: 'on' }, privileges(true, true)),
  };
};
