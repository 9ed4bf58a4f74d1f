import type { KubernetesObject } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { locks } from './locks.ts';
import { groupOf, namespaceOf } from './names.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

/** A ClusterRole of package/install/remote, without its prefix. */
export type Role = 'view' | 'edit' | 'credentials' | 'deployer';

/** What a group of people may do in the namespace of a Service. */
export interface Right {
  who: 'members' | 'owners' | 'guests';
  role: Role;
  /** As the cluster knows it. */
  group: string;
}

/**
 * Guests look everywhere. Members work, and look in production. Owners may do what members may, and outside production
 * read credentials.
 */
// Guard rail: kubernetes-people
export const rightsOf = (component: Component<KubernetesZone, KubernetesService>): Right[] => {
  const { group, ownerGroup, guestGroup } = component.squad;
  const isProduction = component.zone.environment === 'production';
  const role = isProduction ? 'view' : 'edit';
  const right = (who: Right['who'], of: Role, name: string): Right => ({
    who,
    role: of,
    group: groupOf(component, name),
  });

  return [
    right('members', role, group),
    ...(ownerGroup === undefined ? [] : [right('owners', role, ownerGroup)]),
    ...(ownerGroup === undefined || isProduction ? [] : [right('owners', 'credentials', ownerGroup)]),
    ...(guestGroup === undefined ? [] : [right('guests', 'view', guestGroup)]),
  ];
};

/**
 * Local name of a right's resource, and name of its RoleBinding. The role is part of it, because a RoleBinding cannot
 * change its role: another role must be another binding, and the old one must go.
 */
export const rightName = ({ who, role }: Right): string => `${who}-${role}`;

/** Whether the resource of that local name is a right of people. */
export const isPeoplesRight = (local: string): boolean => /^(members|owners|guests)-/.test(local);

/** A RoleBinding to one of the ClusterRoles of package/install/remote: nothing else can be bound. */
export const roleBinding = (name: string, namespace: string, role: Role, subject: object): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  // Guard rail: kubernetes-own-namespace-only
  kind: 'RoleBinding',
  metadata: { name, namespace },
  // Not the built-in `edit`: that one may write Secrets and network policies.
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `squadkit:${role}` },
  subjects: [subject],
});

/** A group of the identity provider as a subject of a RoleBinding. */
export const groupSubject = (name: string): object => ({
  apiGroup: 'rbac.authorization.k8s.io',
  kind: 'Group',
  name,
});

/** The RoleBindings of people, by local name. */
export const peopleRights = (
  component: Component<KubernetesZone, KubernetesService>,
  revocable: (manifest: KubernetesObject) => KubernetesObject,
): Record<string, Composed> =>
  Object.fromEntries(
    rightsOf(component).map((right) => [
      rightName(right),
      {
        object: revocable(roleBinding(rightName(right), namespaceOf(component), right.role, groupSubject(right.group))),
        after: locks,
      },
    ]),
  );
