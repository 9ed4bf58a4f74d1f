import { impersonating } from '../../../functions/evidence/live/kubeconfig.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { Cluster } from '../../control-plane/kubernetes.ts';
import type { Attack } from './attack.ts';
import { pod, podAttempts } from './pods.ts';
import { lookalikes, type RequestAttempt, requests } from './request.ts';

const core = '/api/v1';
const group = (name: string) => `/apis/${name}/v1`;
const own = `${core}/namespaces/galaxy-moon`;
const deployers = `${core}/namespaces/squadkit-deployers`;
const others = `${core}/namespaces/quasar-sun`;
const rights = `${group('rbac.authorization.k8s.io')}/namespaces/galaxy-moon`;
const networks = `${group('networking.k8s.io')}/namespaces/galaxy-moon/networkpolicies`;
const deployments = `${group('apps')}/namespaces/galaxy-moon/deployments`;

const deployment = {
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
};
/** Nobody takes that finalizer away. */
const staying = {
  metadata: { labels: { app: 'web' }, finalizers: ['attacks.example.org/stays'] },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
};
const nightly = { ...staying, spec: { ...staying.spec, restartPolicy: 'Never' } };
const marked = { metadata: { name: 'web', labels: { 'squadkit.io/service': 'sun' } } };
const markedNamespace = {
  metadata: { name: 'galaxy-next', labels: { 'squadkit.io/squad': 'galaxy', 'squadkit.io/service': 'next' } },
};
const service = (spec: object, annotations?: Record<string, string>) => ({
  metadata: { name: 'web', ...(annotations && { annotations }) },
  spec: { ports: [{ port: 80 }], ...spec },
});
const node = { metadata: { name: 'waiting' }, target: { kind: 'Node', name: 'node-1' } };
const binding = (role: string) => ({
  metadata: { name: 'more' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ kind: 'ServiceAccount', name: 'galaxy-moon', namespace: 'squadkit-deployers' }],
});
const openNetwork = { metadata: { name: 'open' }, spec: { podSelector: {}, egress: [{}], policyTypes: ['Egress'] } };
const allSecrets = { metadata: { name: 'more' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] };

/** What locks a namespace, and the ways to open it. */
const locks: RequestAttempt[] = [
  // Guard rail: kubernetes-locks-hold
  ['remove the network policy', 'DELETE', `${networks}/squadkit`],
  ['open the network policy', 'PATCH', `${networks}/squadkit`, { spec: { egress: [{}] } }],
  ['add a network policy that opens', 'POST', networks, openNetwork],
  // Guard rail: kubernetes-locks-hold
  ['raise the quota', 'PATCH', `${own}/resourcequotas/squadkit`, { spec: { hard: { pods: '1000' } } }],
  ['remove the quota', 'DELETE', `${own}/resourcequotas/squadkit`],
  ['change the limit range', 'PATCH', `${own}/limitranges/squadkit`, { spec: { limits: [] } }],
  ['bind cluster-admin', 'POST', `${rights}/rolebindings`, binding('cluster-admin')],
  ['bind the role that works in engineering', 'POST', `${rights}/rolebindings`, binding('squadkit:edit')],
  ['add itself to a binding of ours', 'PATCH', `${rights}/rolebindings/members-view`, { subjects: [] }],
  ['make a role that reads Secrets', 'POST', `${rights}/roles`, allSecrets],
  ['write the Secret of the database', 'PATCH', `${own}/secrets/spike`, { data: { password: 'YQ==' } }],
  // Guard rail: kubernetes-locks-hold
  [
    'lower Pod Security',
    'PATCH',
    own,
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
  ],
  [
    'pin Pod Security to an old version',
    'PATCH',
    own,
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce-version': 'v1.0' } } },
  ],
  // Guard rail: kubernetes-locks-hold
  ['pass the namespace to another squad', 'PATCH', own, { metadata: { labels: { 'squadkit.io/squad': 'quasar' } } }],
  ['take the mark off the namespace', 'PATCH', own, { metadata: { labels: { 'squadkit.io/service': null } } }],
  ['delete the namespace', 'DELETE', own],
];

/** Reading, and becoming somebody else. */
const everybody: RequestAttempt[] = [
  ['read the Secret of the database', 'GET', `${own}/secrets/spike`],
  ['list the Secrets', 'GET', `${own}/secrets`],
  ["read another squad's Secret", 'GET', `${others}/secrets/spike`],
  ["read another squad's settings", 'GET', `${others}/configmaps`],
  ["read another squad's logs", 'GET', `${others}/pods/web/log`],
  ["deploy into another squad's namespace", 'POST', `${group('apps')}/namespaces/quasar-sun/deployments`, deployment],
  ['see which namespaces there are', 'GET', `${core}/namespaces`],
  ["take another squad's namespace first", 'POST', `${core}/namespaces`, { metadata: { name: 'quasar-next' } }],
  ['ask for a token of the deployer', 'POST', `${deployers}/serviceaccounts/galaxy-moon/token`, {}],
  ['ask for a token of Squadkit', 'POST', `${core}/namespaces/squadkit-system/serviceaccounts/squadkit/token`, {}],
  ['write a token Secret', 'POST', `${own}/secrets`, { metadata: { name: 'mine' }, type: 'Opaque' }],
  [
    'ask for a certificate of system:masters',
    'POST',
    `${group('certificates.k8s.io')}/certificatesigningrequests`,
    {
      metadata: { name: 'mine' },
      spec: { request: '', signerName: 'kubernetes.io/kube-apiserver-client', usages: [] },
    },
  ],
  ['try out tokens', 'POST', `${group('authentication.k8s.io')}/tokenreviews`, { spec: { token: 'guess' } }],
  ['see the nodes', 'GET', `${core}/nodes`],
  ['name itself for emergencies', 'PATCH', `${core}/namespaces/squadkit-system/configmaps/squadkit-writers`, {}],
];

const deployer: RequestAttempt[] = [
  ...everybody,
  ...locks,
  ['run a command in a pod', 'POST', `${own}/pods/web/exec?command=sh`],
  ['make a pod itself', 'POST', `${own}/pods`, pod({})],
  ['put a container into a running pod', 'PATCH', `${own}/pods/web/ephemeralcontainers`, {}],
  ['deploy what looks like ours', 'POST', deployments, { ...deployment, ...marked }],
  // Guard rail: kubernetes-services-stay-inside
  ['take traffic of others by externalIPs', 'POST', `${own}/services`, service({ externalIPs: ['10.0.0.1'] })],
  ['open a port on every node', 'POST', `${own}/services`, service({ type: 'NodePort' })],
  ['order a load balancer', 'POST', `${own}/services`, service({ type: 'LoadBalancer' })],
  // Guard rail: kubernetes-services-stay-inside
  [
    "take another squad's name in DNS",
    'POST',
    `${own}/services`,
    service({}, { 'external-dns.alpha.kubernetes.io/hostname': 'quasar-sun.example.org' }),
  ],
  ['open a port of a gateway', 'POST', `${own}/services`, service({}, { 'konghq.com/protocol': 'tcp' })],
  [
    'be there under the same name on other clusters',
    'POST',
    `${own}/services`,
    service({}, { 'service.cilium.io/global': 'true' }),
  ],
  // Guard rail: kubernetes-pods-keep-to-themselves
  [
    'deploy pods that stay for ever',
    'POST',
    deployments,
    { ...deployment, spec: { ...deployment.spec, template: staying } },
  ],
  [
    'start pods that stay for ever, each night',
    'POST',
    `${group('batch')}/namespaces/galaxy-moon/cronjobs`,
    { metadata: { name: 'web' }, spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: nightly } } } },
  ],
  [
    "serve another squad's host",
    'POST',
    `${group('networking.k8s.io')}/namespaces/galaxy-moon/ingresses`,
    { metadata: { name: 'web' }, spec: { rules: [{ host: 'quasar-sun.example.org' }] } },
  ],
  [
    'take a volume that is there',
    'POST',
    `${own}/persistentvolumeclaims`,
    {
      metadata: { name: 'web' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'theirs' },
    },
  ],
  [
    'hold a node',
    'POST',
    `${group('policy')}/namespaces/galaxy-moon/poddisruptionbudgets`,
    { metadata: { name: 'web' }, spec: { selector: {}, maxUnavailable: 0 } },
  ],
];

const production: RequestAttempt[] = [
  ...everybody,
  ['deploy by hand', 'POST', deployments, deployment],
  ['run a command in a pod', 'POST', `${own}/pods/web/exec?command=sh`],
  ['make a pod', 'POST', `${own}/pods`, pod({})],
  ['change a setting', 'POST', `${own}/configmaps`, { metadata: { name: 'mine' } }],
];

/** The same attempts in the other squad's namespace, where its people may work. */
const engineering: RequestAttempt[] = [...everybody, ...locks].map(([attempt, method, path, ...rest]) => [
  attempt,
  method,
  path.replace(/galaxy-moon|quasar-sun/, (name) => (name === 'galaxy-moon' ? 'quasar-sun' : 'galaxy-moon')),
  ...rest,
]);

const squadkit: RequestAttempt[] = [
  ['delete a namespace', 'DELETE', own],
  ['delete a quota', 'DELETE', `${own}/resourcequotas/squadkit`],
  ['delete a network policy', 'DELETE', `${networks}/squadkit`],
  ['bind cluster-admin', 'POST', `${rights}/rolebindings`, binding('cluster-admin')],
  ['bind the built-in admin', 'POST', `${rights}/rolebindings`, binding('admin')],
  ['make a role', 'POST', `${rights}/roles`, allSecrets],
  [
    'write a Secret outside of Services',
    'POST',
    `${core}/namespaces/kube-system/secrets`,
    { metadata: { name: 'mine' } },
  ],
  [
    'make a token for any ServiceAccount',
    'POST',
    `${own}/secrets`,
    {
      metadata: { name: 'mine', annotations: { 'kubernetes.io/service-account.name': 'default' } },
      type: 'kubernetes.io/service-account-token',
    },
  ],
  [
    'take over a namespace that was there before',
    'PATCH',
    // Attempts are dry runs, and one on kube-system passes: by its uid a cluster is known.
    `${core}/namespaces/kube-public`,
    { metadata: { labels: { 'squadkit.io/squad': 'kube', 'squadkit.io/service': 'public' } } },
  ],
  ['list the Secrets of the cluster', 'GET', `${core}/secrets`],
  ['see the nodes', 'GET', `${core}/nodes`],
  ['deploy', 'POST', deployments, deployment],
];

const pretending = (user: string, groups: string[]) =>
  requests(
    "galaxy's deployer",
    ({ deployerKubeconfig }) => new Cluster(deployerKubeconfig, impersonating(user, groups)),
    [[`impersonate ${user}`, 'GET', `${own}/secrets`]],
  );

/** With a token of production's aqua elsewhere: nobody there knows it. */
const elsewhere: Attack[] = [
  { where: 'the hub', clusterOf: ({ hub }: ControlPlane) => hub },
  { where: "engineering's cluster", clusterOf: ({ meadow }: ControlPlane) => meadow.aqua },
].map(({ where, clusterOf }) => ({
  actor: "galaxy's deployer",
  attempt: `use its token at ${where}`,
  refused: ['401'],
  run: ({ controlPlane, deployerToken }) => clusterOf(controlPlane).with(deployerToken).list('v1', 'Namespace'),
}));

/** At the API server of aqua. */
export const aquaAttacks: Attack[] = [
  ...requests("galaxy's deployer", ({ deployer: cluster }) => cluster, deployer),
  ...pretending('system:admin', ['system:masters']),
  ...pretending('system:serviceaccount:squadkit-system:squadkit', ['system:serviceaccounts']),
  ...elsewhere,
  ...requests(
    'a member of galaxy, in production',
    ({ controlPlane }) => controlPlane.aqua.as('ada', ['oidc:galaxy']),
    production,
  ),
  ...requests(
    'a member of quasar, in engineering',
    ({ controlPlane }) => controlPlane.meadow.aqua.as('zoe', ['oidc:quasar']),
    engineering,
  ),
  ...requests(
    'somebody without any group',
    ({ controlPlane }) => controlPlane.aqua.as('mallory', ['galaxy', 'quasar']),
    everybody,
  ),
  ...requests(
    'somebody with the built-in role admin',
    ({ controlPlane }) => controlPlane.aqua.as('mallory', ['attacks:editors']),
    locks,
  ),
  ...requests(
    'an administrator of aqua whom nobody named',
    ({ controlPlane }) => controlPlane.aqua.as('mallory', ['attacks:administrators']),
    [
      ...locks,
      // Guard rail: kubernetes-pods-keep-to-themselves
      ['put a pod onto a node', 'POST', `${own}/pods/waiting/binding`, node],
      ['put a pod onto a node by the older door', 'POST', `${own}/bindings`, node],
      ['remove the deployer', 'DELETE', `${deployers}/serviceaccounts/galaxy-moon`],
      ['make a token where deployers are', 'POST', `${deployers}/secrets`, { metadata: { name: 'a' } }],
      [
        'become the garbage collector',
        'POST',
        `${core}/namespaces/kube-system/serviceaccounts/generic-garbage-collector/token`,
        { spec: {} },
      ],
      ["take a squad's namespace first", 'POST', `${core}/namespaces`, markedNamespace],
      ...lookalikes(`${core}/namespaces/default/configmaps`),
      [
        'name itself for emergencies',
        'PATCH',
        `${core}/namespaces/squadkit-system/configmaps/squadkit-writers`,
        { data: { emergencyUsers: 'mallory' } },
      ],
    ],
  ),
  ...requests(
    'Squadkit itself on aqua',
    ({ controlPlane }) =>
      controlPlane.aqua.as('system:serviceaccount:squadkit-system:squadkit', ['system:serviceaccounts']),
    squadkit,
  ),
  ...requests(
    'a pod of galaxy, as its controller makes it',
    ({ controlPlane }) =>
      controlPlane.aqua.as('system:serviceaccount:kube-system:replicaset-controller', [
        'system:serviceaccounts',
        'system:serviceaccounts:kube-system',
      ]),
    podAttempts,
  ),
];
