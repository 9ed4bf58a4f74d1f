import { accounts } from '../../control-plane/kubernetes-servers.ts';
import type { Attack } from './attack.ts';
import { lookalikes, type RequestAttempt, requests } from './request.ts';

const squadkit = '/apis/squadkit.io/v1alpha1';
const services = `${squadkit}/namespaces/galaxy/services`;
const zone = `${squadkit}/zones/frontier`;
const squad = `${squadkit}/squads/galaxy`;
const core = '/api/v1';
const galaxy = `${core}/namespaces/galaxy`;
const rights = '/apis/rbac.authorization.k8s.io/v1/namespaces/galaxy';
const roles = '/apis/postgresql.sql.m.crossplane.io/v1alpha1/namespaces/galaxy/roles';
const objects = '/apis/kubernetes.m.crossplane.io/v1alpha1/namespaces/galaxy/objects';
const usages = '/apis/protection.crossplane.io/v1beta1/clusterusages';
const policyBindings = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
const writers = `${core}/namespaces/squadkit-system/configmaps/squadkit-writers`;

const service = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'comet', namespace: 'galaxy' },
  spec: { zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] }] },
};
const newSquad = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Squad',
  metadata: { name: 'pirates' },
  spec: { zoneSelector: {} },
};
const superuserRole = {
  apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
  kind: 'Role',
  metadata: { name: 'mine', namespace: 'galaxy' },
  spec: {
    providerConfigRef: { kind: 'ClusterProviderConfig', name: 'frontier.spike' },
    forProvider: { privileges: { login: true, createRole: true } },
  },
};
const remoteBinding = {
  apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
  kind: 'Object',
  metadata: { name: 'mine', namespace: 'galaxy' },
  spec: {
    providerConfigRef: { kind: 'ClusterProviderConfig', name: 'frontier.aqua' },
    forProvider: { manifest: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'quasar-sun' } } },
  },
};
const providerConfig = (kind: string, namespace?: string) => ({
  apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
  kind,
  metadata: { name: 'mine', ...(namespace && { namespace }) },
  spec: {
    credentials: {
      source: 'PostgreSQLConnectionSecret',
      connectionSecretRef: { name: 'spike-admin', namespace: 'squadkit-system' },
    },
  },
});
const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'more', namespace: 'galaxy' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'galaxy' }],
};
const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine', namespace: 'galaxy' } };

/** What nobody does by kubectl, however much they may do on the hub. */
const around: RequestAttempt[] = [
  ['make a Service by hand', 'POST', services, service],
  // Guard rail: only-git-writes
  ['change a Service by hand', 'PATCH', `${services}/moon`, { spec: { dataClass: 'public' } }],
  ['delete a Service by hand', 'DELETE', `${services}/moon`],
  ['delete all Services of a squad', 'DELETE', services],
  // Guard rail: only-crossplane-links
  [
    'make Crossplane forget what it made',
    'PATCH',
    `${services}/moon`,
    { spec: { crossplane: { resourceRefs: null } } },
  ],
  // Guard rail: only-crossplane-links
  ['say in the status that all is well', 'PATCH', `${services}/moon/status`, { status: { conditions: [] } }],
  ['make a Squad', 'POST', `${squadkit}/squads`, newSquad],
  // Guard rail: only-git-writes
  ['let a Squad use other Zones', 'PATCH', squad, { spec: { zoneSelector: { matchLabels: null } } }],
  ['put other people into a Squad', 'PATCH', squad, { spec: { group: 'pirates' } }],
  // Guard rail: only-git-writes
  ['change a Zone', 'PATCH', zone, { spec: { region: 'elsewhere' } }],
  ['label a Zone so that a Squad selects it', 'PATCH', zone, { metadata: { labels: { tier: 'free' } } }],
  // Guard rail: no-direct-orders
  ['make a role by a managed resource', 'POST', roles, superuserRole],
  ['read a namespace by a managed resource', 'POST', objects, remoteBinding],
  ['delete a login', 'DELETE', `${roles}/moon.frontier.spike.app`],
  // Guard rail: no-direct-orders
  [
    'raise the limit of a login',
    'PATCH',
    `${roles}/moon.frontier.spike.app`,
    { spec: { forProvider: { connectionLimit: 100 } } },
  ],
  ['say of a login that it is Ready', 'PATCH', `${roles}/moon.frontier.spike.app/status`, { status: {} }],
];

const members: RequestAttempt[] = [
  ...around.filter(([attempt]) => !attempt.startsWith('label a Zone')),
  ['read the Secret of the app', 'GET', `${galaxy}/secrets/moon.frontier.spike.app`],
  ['list the Secrets of its own namespace', 'GET', `${galaxy}/secrets`],
  ["read the deployer's kubeconfig", 'GET', `${galaxy}/secrets/moon.frontier.aqua.kubeconfig`],
  ['read the credentials of the server', 'GET', `${core}/namespaces/squadkit-system/secrets/spike-admin`],
  ['read the credentials of the cluster', 'GET', `${core}/namespaces/squadkit-system/secrets/aqua-kubeconfig`],
  ['read its managed resources', 'GET', roles],
  ['see the Services of another squad', 'GET', `${squadkit}/namespaces/quasar/services`],
  ['see which namespaces there are', 'GET', `${core}/namespaces`],
  ['raise its quota of Services', 'PATCH', `${galaxy}/resourcequotas/squadkit`, { spec: { hard: {} } }],
  // Guard rail: squad-namespaces-are-closed
  ['bind a role', 'POST', `${rights}/rolebindings`, binding],
  ['make a ServiceAccount', 'POST', `${galaxy}/serviceaccounts`, { metadata: { name: 'mine' } }],
  ['become one by its token', 'POST', `${galaxy}/serviceaccounts/default/token`, {}],
  // Guard rail: only-git-writes
  ['name itself a writer', 'PATCH', writers, { data: { gitopsUsers: 'ada' } }],
  [
    'ask for a certificate of system:masters',
    'POST',
    '/apis/certificates.k8s.io/v1/certificatesigningrequests',
    {
      metadata: { name: 'mine' },
      spec: { request: '', signerName: 'kubernetes.io/kube-apiserver-client', usages: [] },
    },
  ],
  ['try out tokens', 'POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: 'guess' } }],
];

const administrators: RequestAttempt[] = [
  ...around,
  ['name itself a writer', 'PATCH', writers, { data: { gitopsUsers: 'mallory' } }],
  ['remove the list of writers', 'DELETE', writers],
  ['pause a Service', 'PATCH', `${services}/moon`, { metadata: { annotations: { 'crossplane.io/paused': 'true' } } }],
  ['pause a Zone', 'PATCH', zone, { metadata: { annotations: { 'crossplane.io/paused': 'true' } } }],
  ['take the protection off a Zone', 'PATCH', zone, { metadata: { labels: { 'crossplane.io/in-use': null } } }],
  ['take the protection off a namespace', 'PATCH', galaxy, { metadata: { labels: { 'crossplane.io/in-use': null } } }],
  // Guard rail: no-direct-orders
  ['remove the protection of a Zone', 'DELETE', `${usages}/squadkit.zone.frontier`],
  [
    'register a server of its own',
    'POST',
    '/apis/postgresql.sql.m.crossplane.io/v1alpha1/clusterproviderconfigs',
    providerConfig('ClusterProviderConfig'),
  ],
  [
    "use the server's credentials by a provider config",
    'POST',
    '/apis/postgresql.sql.m.crossplane.io/v1alpha1/namespaces/galaxy/providerconfigs',
    providerConfig('ProviderConfig', 'galaxy'),
  ],
  [
    'point a Zone to another server',
    'PATCH',
    '/apis/postgresql.sql.m.crossplane.io/v1alpha1/clusterproviderconfigs/frontier.spike',
    { spec: { credentials: { connectionSecretRef: { name: 'mine', namespace: 'galaxy' } } } },
  ],
  ["replace the deployer's kubeconfig", 'PATCH', `${galaxy}/secrets/moon.frontier.aqua.kubeconfig`, { data: {} }],
  [
    'replace the password of the app',
    'PATCH',
    `${galaxy}/secrets/moon.frontier.spike.app`,
    { data: { password: 'YQ==' } },
  ],
  ["put a Secret into a squad's namespace", 'POST', `${galaxy}/secrets`, secret],
  ["bind a role in a squad's namespace", 'POST', `${rights}/rolebindings`, binding],
  // Guard rail: squad-namespaces-are-closed
  ['take the mark off a namespace', 'PATCH', galaxy, { metadata: { labels: { 'squadkit.io/squad': null } } }],
  // Guard rail: squad-namespaces-are-closed
  ['raise the quota of Services', 'PATCH', `${galaxy}/resourcequotas/squadkit`, { spec: { hard: {} } }],
  [
    "take a squad's namespace first",
    'POST',
    `${core}/namespaces`,
    { metadata: { name: 'nebula', labels: { 'squadkit.io/squad': 'nebula' } } },
  ],
  ...lookalikes(`${core}/namespaces/default/configmaps`),
  [
    'put credentials of its own in place',
    'POST',
    `${core}/namespaces/squadkit-system/secrets`,
    { metadata: { name: 'a' } },
  ],
  [
    'write where Crossplane lives',
    'POST',
    `${core}/namespaces/crossplane-system/configmaps`,
    { metadata: { name: 'a' } },
  ],
  [
    'become the garbage collector',
    'POST',
    `${core}/namespaces/kube-system/serviceaccounts/generic-garbage-collector/token`,
    { spec: {} },
  ],
  [
    'install a function',
    'POST',
    '/apis/pkg.crossplane.io/v1/functions',
    {
      apiVersion: 'pkg.crossplane.io/v1',
      kind: 'Function',
      metadata: { name: 'mine' },
      spec: { package: 'example.org/mine/mine:v1' },
    },
  ],
];

/** By the system:masters of the harness, who stands for the GitOps controller: Git cannot ask for it either. */
const gitOps: RequestAttempt[] = [
  ['choose what Crossplane made', 'PATCH', `${services}/moon`, { spec: { crossplane: { resourceRefs: null } } }],
  [
    'bring a Service with another Composition',
    'POST',
    services,
    { ...service, spec: { ...service.spec, crossplane: { compositionRef: { name: 'mine' } } } },
  ],
  ['pause a Service', 'PATCH', `${services}/moon`, { metadata: { annotations: { 'crossplane.io/paused': 'true' } } }],
  ['write the status', 'PATCH', `${services}/moon/status`, { status: { conditions: [] } }],
  ['make a managed resource', 'POST', roles, superuserRole],
  ['delete a Zone that is in use', 'DELETE', zone, undefined, '409'],
  ['delete the namespace of a squad', 'DELETE', galaxy],
];

const sre: RequestAttempt[] = [
  ['change what a Service asks for', 'PATCH', `${services}/moon`, { spec: { dataClass: 'public' } }],
  ['delete a Service', 'DELETE', `${services}/moon`],
  ['label a Zone so that a Squad selects it', 'PATCH', zone, { metadata: { labels: { tier: 'free' } } }],
  ['make a managed resource', 'POST', roles, superuserRole],
  [
    'change what a managed resource does',
    'PATCH',
    `${roles}/moon.frontier.spike.app`,
    { spec: { forProvider: { privileges: { superUser: true } } } },
  ],
  [
    'point a managed resource to another server',
    'PATCH',
    `${roles}/moon.frontier.spike.app`,
    { spec: { providerConfigRef: { name: 'meadow.spike' } } },
  ],
  ['delete a managed resource', 'DELETE', `${roles}/moon.frontier.spike.app`],
  [
    'let go a managed resource that is not being deleted',
    'PATCH',
    `${roles}/moon.frontier.spike.app`,
    { metadata: { finalizers: [] } },
  ],
  [
    'keep a managed resource from ending',
    'PATCH',
    `${roles}/moon.frontier.spike.app`,
    { metadata: { finalizers: ['attacks.example.org/stays'] } },
  ],
  ['read a Secret', 'GET', `${galaxy}/secrets/moon.frontier.spike.app`],
  ['read a Secret of backups', 'GET', `${core}/namespaces/squadkit-backups/secrets`],
  ['name itself a writer', 'PATCH', writers, { data: { gitopsUsers: 'grace' } }],
];

const clusterAdmin = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
const cluster = '/apis/rbac.authorization.k8s.io/v1';

/** Of those who hold the credentials of all servers: what they must not need. */
const machinery: RequestAttempt[] = [
  ['make a Service', 'POST', services, service],
  ['change what a Service asks for', 'PATCH', `${services}/moon`, { spec: { dataClass: 'public' } }],
  ['let a Squad use other Zones', 'PATCH', squad, { spec: { zoneSelector: { matchLabels: null } } }],
  ['label a Zone so that a Squad selects it', 'PATCH', zone, { metadata: { labels: { tier: 'free' } } }],
  ['name itself a writer', 'PATCH', writers, { data: { gitopsUsers: 'mallory' } }],
  ['bind cluster-admin in a namespace', 'POST', `${rights}/rolebindings`, { ...binding, roleRef: clusterAdmin }],
  ['bind cluster-admin', 'POST', `${cluster}/clusterrolebindings`, { ...binding, roleRef: clusterAdmin }],
  ['make a ClusterRole', 'POST', `${cluster}/clusterroles`, { metadata: { name: 'mine' }, rules: everything }],
  ['switch a policy off', 'DELETE', `${policyBindings}/squadkit-only-git`],
  ['make a pod', 'POST', `${galaxy}/pods`, { metadata: { name: 'mine' } }],
  ['see the nodes', 'GET', `${core}/nodes`],
];

/** At the API server of the hub. */
export const hubAttacks: Attack[] = [
  ...requests('a member of galaxy, on the hub', ({ controlPlane }) => controlPlane.hub.as('ada', ['galaxy']), members),
  ...requests(
    'an administrator of the hub whom nobody named',
    ({ controlPlane }) => controlPlane.hub.as('mallory', ['attacks:administrators']),
    administrators,
  ),
  ...requests('the GitOps identity', ({ controlPlane }) => controlPlane.hub, gitOps),
  ...requests('an SRE', ({ controlPlane }) => controlPlane.hub.as('grace', ['squadkit:sre']), sre),
  ...(['crossplane', 'provider-sql', 'provider-kubernetes'] as const).flatMap((identity) =>
    requests(
      `${identity} itself`,
      ({ controlPlane }) => controlPlane.hub.as(accounts[identity].user, accounts[identity].groups),
      machinery,
    ),
  ),
];
