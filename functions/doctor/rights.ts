import type { Manifest } from '../evidence/register/manifest.ts';
import { asText, isMapping } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { titleOf } from './as-shipped.ts';
import { type Check, found, hidden, well } from './check.ts';
import type { Cluster } from './cluster.ts';

const rbac = 'rbac.authorization.k8s.io/v1';

interface Rule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
}

interface Subject {
  kind?: string;
  name?: string;
  namespace?: string;
}

interface RoleReference {
  kind?: string;
  name?: string;
}

const listOf = <Entry>(value: unknown): Entry[] => (Array.isArray(value) ? (value.filter(isMapping) as Entry[]) : []);
const has = (list: unknown, ...wanted: string[]): boolean =>
  Array.isArray(list) && [...wanted, '*'].some((one) => list.includes(one));

/** Whether a rule lets somebody write Services, Zones or Squads; `byName`: by the name of their group, and not as everything. */
const writesKinds = ({ verbs, apiGroups, resources }: Rule, byName: boolean): boolean =>
  has(verbs, 'create', 'update', 'patch', 'delete', 'deletecollection') &&
  has(resources, 'services', 'zones', 'squads') &&
  (byName ? apiGroups?.includes('squadkit.io') === true : has(apiGroups, 'squadkit.io'));

/** What a rule gives that reaches what Squadkit keeps, for who is anybody. */
const powersOf = (rule: Rule): string[] => [
  ...(writesKinds(rule, false) ? ['to write Services, Zones and Squads'] : []),
  ...(has(rule.apiGroups, '') && has(rule.resources, 'secrets') && has(rule.verbs, 'get', 'list', 'watch')
    ? ['to read Secrets']
    : []),
  ...(has(rule.apiGroups, '') && has(rule.resources, 'serviceaccounts/token') && has(rule.verbs, 'create')
    ? ['to take tokens of ServiceAccounts']
    : []),
  ...(has(rule.verbs, 'impersonate', 'bind', 'escalate') ? ['to become others, or to give rights'] : []),
];

/** Groups and users of the system that people are without being named (Kubernetes 1.35); masters are above all rights anyway. */
const isAnybody = ({ kind, name = '' }: Subject): boolean =>
  (kind === 'Group' && /^system:(authenticated|unauthenticated|serviceaccounts)(:|$)/.test(name)) ||
  (kind === 'User' && name === 'system:anonymous');

/** Whether a subject is a part of the system, of Crossplane, or named by the platform; who shares a namespace with one is as good. */
const isKnown = ({ kind, name = '', namespace = '' }: Subject, named: ReadonlySet<string>): boolean => {
  if (kind !== 'ServiceAccount') return /^system:|^crossplane:masters$/.test(name) || named.has(name);
  const prefix = `system:serviceaccount:${namespace}:`;

  return (
    ['kube-system', 'crossplane-system'].includes(namespace) ||
    named.has(`system:serviceaccounts:${namespace}`) ||
    [...named].some((one) => one.startsWith(prefix))
  );
};

const wordsOf = ({ kind, name, namespace }: Subject): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** Of all that there is, what a binding gives, and by what. */
interface World {
  shipped: readonly Manifest[];
  roles: Map<string, Rule[]>;
  named: ReadonlySet<string>;
  /** Namespaces in which Squadkit keeps credentials, or runs. */
  kept: ReadonlySet<string>;
}

const keyOf = (kind = '', namespace = '', name = ''): string => `${kind} ${kind === 'Role' ? namespace : ''}/${name}`;

const accountsOf = (shipped: readonly Manifest[]): string[] =>
  shipped.flatMap(({ object: { kind, metadata } }) =>
    kind === 'ServiceAccount' ? [`ServiceAccount ${metadata?.namespace}/${metadata?.name}`] : [],
  );

/** Roles that only Squadkit's own accounts have, by bindings of this version. */
const ownRolesOf = (shipped: readonly Manifest[]): string[] =>
  shipped.flatMap(({ object: { kind, metadata, roleRef } }) => {
    const role = (roleRef ?? {}) as RoleReference;

    return /Binding$/.test(kind) && roleRef !== undefined ? [keyOf(role.kind, metadata?.namespace, role.name)] : [];
  });

/** What a binding besides ours gives away, in words. */
const problemsOf = (binding: KubernetesObject, { shipped, roles, named, kept }: World): string[] => {
  const { namespace } = binding.metadata ?? {};
  const role = (binding.roleRef ?? {}) as RoleReference;
  const key = keyOf(role.kind, namespace, role.name);
  const rules = roles.get(key) ?? [];
  const isOfProvider = /^crossplane:provider:.*:system$/.test(role.name ?? '');
  const reaches = namespace === undefined || kept.has(namespace);
  const powers = [...new Set(rules.flatMap(powersOf))].filter((power) => reaches || /Squads$/.test(power));

  return listOf<Subject>(binding.subjects).flatMap((subject) => {
    const who = wordsOf(subject);
    if (accountsOf(shipped).includes(who) && !isOfProvider) return [`it gives ${who} more than this version does`];
    if (ownRolesOf(shipped).includes(key)) return [`it gives ${who} what only Squadkit's own have: ${role.name}`];
    if (isAnybody(subject))
      return isKnownGroup(subject, named) ? [] : powers.map((power) => `it gives ${who} the right ${power}`);
    if (isKnown(subject, named) || !rules.some((rule) => writesKinds(rule, true))) return [];

    return [`it gives ${who} the right to write Services, Zones and Squads, and squadkit-writers does not name them`];
  });
};

/** The accounts of one namespace, as the platform named them, or the system's own. */
const isKnownGroup = ({ name = '' }: Subject, named: ReadonlySet<string>): boolean =>
  /^system:serviceaccounts:/.test(name) &&
  (named.has(name) || isKnown({ kind: 'ServiceAccount', name: '', namespace: name.split(':')[2] ?? '' }, named));

/** Roles that are made to be bound by a platform. */
const isToBeBound = /^squadkit:(auditor|reader|sre|delivery)$/;

/**
 * Whether bindings besides those of this version give what only Squadkit's accounts have, write its kinds, or give whole groups
 * of the system what reaches its Secrets. Policies refuse much of it: rights are the wall before.
 */
export const checkRights = async (cluster: Cluster, shipped: readonly Manifest[]): Promise<Check[]> => {
  const what = 'rights of others';
  const lists = await Promise.all(
    ['ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'].map(async (kind) =>
      (await cluster.list(rbac, kind))?.map((object) => ({ ...object, apiVersion: rbac, kind })),
    ),
  );
  const writers = await cluster.get({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', name: 'squadkit-writers', namespace: 'squadkit-system' },
  });
  if (lists.includes(undefined)) return [hidden(what, 'you may not read roles and their bindings')];
  const [clusterRoles = [], roles = [], clusterBindings = [], bindings = []] = lists;
  const data = 'object' in writers && isMapping(writers.object.data) ? writers.object.data : {};
  const own = new Set(shipped.map(({ object }) => titleOf(object)));
  const world: World = {
    shipped: shipped.filter(
      ({ object }) => !isToBeBound.test(asText((object.roleRef as RoleReference | undefined)?.name)),
    ),
    roles: new Map(
      [...(clusterRoles as KubernetesObject[]), ...(roles as KubernetesObject[])].map(({ kind, metadata, rules }) => [
        keyOf(kind, metadata?.namespace, metadata?.name),
        listOf<Rule>(rules),
      ]),
    ),
    named: new Set(Object.values(data).flatMap((list) => (typeof list === 'string' ? list.split('\n') : []))),
    kept: new Set(['crossplane-system', ...shipped.flatMap(({ object }) => object.metadata?.namespace ?? [])]),
  };
  const checks = [...clusterBindings, ...bindings]
    .filter((binding) => !own.has(titleOf(binding)))
    .map((binding) =>
      found(titleOf(binding), 'weak', problemsOf(binding, world), {
        actor: 'Platform',
        next: 'take it away, or name in squadkit-writers who is meant',
      }),
    )
    .filter(({ state }) => state !== 'well');

  return checks.length === 0 ? [well(what)] : checks;
};
