import { type KubernetesObject, whateverItSays } from '../../objects/resource.ts';
import { timestampOf } from '../../objects/time.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { connectionsOf, limits } from './connections.ts';
import {
  answersKey,
  arrivedKey,
  decisionsOf,
  hasPassword,
  isRotating,
  kindsOf,
  type LoginKind,
  localOf,
  loginKinds,
  membershipOf,
  roleNameOf,
} from './logins.ts';
import { postgresNames } from './names.ts';
import { type Roles, revoke } from './roles.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

const recordOf = (times: Record<string, number | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(times).flatMap(([key, time]) => (time === undefined ? [] : [[key, timestampOf(time)]])),
  );

/** With more annotations than it has. */
const annotated = (composed: Composed, annotations: Record<string, string>): Composed => ({
  ...composed,
  object: {
    ...composed.object,
    metadata: {
      ...composed.object.metadata,
      annotations: { ...composed.object.metadata?.annotations, ...annotations },
    },
  },
});

/**
 * The logins of one component and their memberships, of each generation that there is to be.
 *
 * A login is a member of the role that holds its rights. One that was left on the server still has the password of before,
 * which others may know, or have set: so it gets nothing before it has a new one. The Secret of before goes a moment after
 * its Role, and the Role that comes back is Ready before the provider sees that it may not write there.
 *
 * An old login that ends is never dropped, not even where data is deleted with its Service: what it owns in a database
 * that goes on would keep it from going, for ever.
 */
// Guard rail: postgres-logins-rotate
export const loginResources = (
  component: Component<PostgresZone, PostgresService>,
  roles: { usual: Roles; kept: Roles },
  grant: (forProvider: object, managementPolicies: string[]) => KubernetesObject,
): Record<string, Composed> => {
  const { squad, service, platform, settings, observed } = component;
  const names = postgresNames(squad.name, service);
  const connections = connectionsOf(platform, settings);
  const decisions = decisionsOf(component);
  const records = isRotating(component);
  const attributes: Record<LoginKind, [number, Record<string, string>]> = {
    app: [connections, { statement_timeout: '30s' }],
    migrator: [limits.migrator, { role: names.owner }],
    readonly: [connections, { statement_timeout: '5min', default_transaction_read_only: 'on' }],
  };

  const resources: Record<string, Composed> = {};
  for (const kind of kindsOf(settings)) {
    const { logins } = decisions[kind].decision;
    // Looked at for as long as they are there, so that the name is not tried again. The spec stays what it was: the API server
    // makes null of a `forProvider` from which an apply takes the last field, and refuses that.
    for (const generation of decisions[kind].strangers) {
      const local = localOf(kind, generation);
      const { object } = roles.kept.login(roleNameOf(component, kind, generation), local, ...attributes[kind]);
      resources[local] = { object, ready: whateverItSays };
    }
    for (const [index, { generation, arrived, answers }] of logins.entries()) {
      const local = localOf(kind, generation);
      const name = roleNameOf(component, kind, generation);
      const before = logins[index - 1]?.generation;
      const { group } = loginKinds[kind];
      const { login } = index === logins.length - 1 ? roles.usual : roles.kept;
      // What comes in the place of one that works is made also while the document is refused.
      const replaces = (localBefore: (kind: LoginKind, generation: number) => string) =>
        before === undefined ? undefined : localBefore(kind, before);
      resources[local] = {
        ...annotated(
          login(name, local, ...attributes[kind]),
          records ? recordOf({ [arrivedKey]: arrived, [answersKey]: answers }) : {},
        ),
        replaces: replaces(localOf),
      };
      resources[membershipOf(kind, generation)] = {
        object: grant({ role: name, memberOf: names[group] }, revoke),
        after: [local, group],
        hold: hasPassword(observed[local]) ? undefined : `the password of ${local}`,
        replaces: replaces(membershipOf),
      };
    }
  }

  return resources;
};
