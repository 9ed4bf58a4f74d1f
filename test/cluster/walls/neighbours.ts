import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { containerOf } from '../support/container.ts';
import { carriers, jobCases } from './carriers.ts';
import { before, changes, claimCases } from './claims.ts';
import { byLabel, nodes, reaches, usual } from './reaches.ts';
import { routeCases } from './routes.ts';

const rule = (host?: string) => ({
  ...(host && { host }),
  http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
});
const ingress = (spec: object, annotations?: Record<string, string>) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { ...(annotations && { annotations }) },
  spec,
});
const service = (spec: object, annotations?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...(annotations && { annotations }) },
  spec: { ports: [{ port: 80 }], ...spec },
});
type Other = [resource: string, what: string, body: object, isAllowed?: boolean];
/** An Ingress for its own host that says something besides. */
const own = (annotations: Record<string, string>) => ingress({ rules: [rule('{namespace}.example.org')] }, annotations);

/** An Ingress for its own host with this path. */
const at = (path: string | undefined, pathType: string) => {
  const { http } = rule();

  return ingress({
    rules: [{ host: '{namespace}.example.org', http: { paths: [{ ...http.paths[0], path, pathType }] } }],
  });
};

const paths: Other[] = [
  ...[' ', '"', "'", ';', '#', '{', '}', '\\', '$x', '`', '\n', '\t', '\u0001', 'ä'].flatMap((piece): Other[] =>
    ['ImplementationSpecific', 'Prefix', 'Exact'].map((pathType) => [
      'ingresses',
      `serve a path with ${JSON.stringify(piece)} of type ${pathType}`,
      at(`/a${piece}b`, pathType),
    ]),
  ),
  ...['/api(/|$)(.*)', '/.*', '/v[0-9]+'].flatMap((path): Other[] => [
    ['ingresses', `serve ${path}`, at(path, 'ImplementationSpecific'), true],
    ['ingresses', `serve ${path} as no regular expression`, at(path, 'Prefix')],
  ]),
  ['ingresses', 'serve no path', at(undefined, 'ImplementationSpecific'), true],
  ...['/', '/api/v1', '/a-b_c.d~e', '/a%20b', '/users/@me'].map(
    (path): Other => ['ingresses', `serve ${path}`, at(path, 'Prefix'), true],
  ),
];

/** The class that the platform lists in these tests, as an older Ingress and a newer one say it. */
export const listedClass = 'usual';

const classes: Other[] = [listedClass, 'internal'].flatMap((name): Other[] => [
  [
    'ingresses',
    `be of class ${name}`,
    ingress({ ingressClassName: name, rules: [rule('{namespace}.example.org')] }),
    name === listedClass,
  ],
  [
    'ingresses',
    `be of class ${name} by its annotation`,
    own({ 'kubernetes.io/ingress.class': name }),
    name === listedClass,
  ],
]);

/** What other kinds may not say, and what they may: `{namespace}` is where they are. */
const others: Other[] = [
  ['ingresses', 'serve its own host', ingress({ rules: [rule('{namespace}.apps.example.org')] }), true],
  [
    'ingresses',
    'serve a second host of its own, with a certificate',
    ingress({ rules: [rule('{namespace}-api.example.org')], tls: [{ hosts: ['{namespace}-api.example.org'] }] }),
    true,
  ],
  ['ingresses', "serve another's host", ingress({ rules: [rule('nebula-shop.apps.example.org')] })],
  ['ingresses', 'serve any host', ingress({ rules: [rule('shop.example.org')] })],
  [
    'ingresses',
    'serve a host beside its own',
    ingress({ rules: [rule('{namespace}.example.org'), rule('shop.example.org')] }),
  ],
  ['ingresses', 'serve a wildcard', ingress({ rules: [rule('*.example.org')] })],
  ['ingresses', 'serve every host', ingress({ rules: [rule()] })],
  [
    'ingresses',
    'serve what nobody serves',
    ingress({ defaultBackend: { service: { name: 'web', port: { number: 80 } } } }),
  ],
  [
    'ingresses',
    "get the certificate of another's host",
    ingress({ rules: [rule('{namespace}.example.org')], tls: [{ hosts: ['shop.example.org'] }] }),
  ],
  ...[
    'nginx.ingress.kubernetes.io/server-snippet',
    'nginx.ingress.kubernetes.io/server-alias',
    'nginx.ingress.kubernetes.io/auth-tls-secret',
    'nginx.ingress.kubernetes.io/upstream-vhost',
    'nginx.org/server-snippets',
    'haproxy-ingress.github.io/config-backend',
    'traefik.ingress.kubernetes.io/router.middlewares',
    'konghq.com/host-aliases',
    'appgw.ingress.kubernetes.io/hostname-extension',
    'external-dns.alpha.kubernetes.io/hostname',
    'alb.ingress.kubernetes.io/group.name',
    'kubernetes.io/ingress.global-static-ip-name',
  ].map((annotation): Other => ['ingresses', `say ${annotation}`, own({ [annotation]: 'shop.example.org' })]),
  ...[
    'nginx.ingress.kubernetes.io/rewrite-target',
    'cert-manager.io/cluster-issuer',
    'kubernetes.io/ingress.class',
  ].map((annotation): Other => ['ingresses', `say ${annotation}`, own({ [annotation]: 'usual' }), true]),
  ...['/\n', '/;', '/{', '/}', '/\r', '/\u0001'].map(
    (value): Other => [
      'ingresses',
      `rewrite to ${JSON.stringify(value)}`,
      own({ 'nginx.ingress.kubernetes.io/rewrite-target': value }),
    ],
  ),
  [
    'ingresses',
    'be applied by kubectl',
    own({ 'kubectl.kubernetes.io/last-applied-configuration': '{"a":1}\n' }),
    true,
  ],
  ...paths,
  ...classes,
  ...routeCases,
  ...jobCases,
  ['services', 'be reached in the cluster', service({}), true],
  ['services', 'be headless', service({ clusterIP: 'None' }), true],
  ...[
    'prometheus.io/scrape',
    'checksum/config',
    'app.kubernetes.io/version',
    'helm.sh/hook',
    'meta.helm.sh/release-name',
    'argocd.argoproj.io/tracking-id',
    'kustomize.toolkit.fluxcd.io/ssa',
    'kubectl.kubernetes.io/last-applied-configuration',
    'note',
  ].map((annotation): Other => ['services', `say ${annotation}`, service({}, { [annotation]: 'true' }), true]),
  ['services', 'serve a route by an annotation', service({}, { 'getambassador.io/config': 'a' })],
  ...[
    'service.cilium.io/global',
    'dns.alpha.kubernetes.io/external',
    'zalando.org/dnsname',
    'domainName',
    'tailscale.com/expose',
    'service.beta.kubernetes.io/aws-load-balancer-type',
    'metallb.universe.tf/address-pool',
    'kube-vip.io/loadbalancerIPs',
    'cloud.google.com/neg',
    'skupper.io/proxy',
    'networking.istio.io/exportTo',
    'traefik.ingress.kubernetes.io/service.serverstransport',
    'alpha.example.org/gateway',
  ].map((annotation): Other => ['services', `say ${annotation}`, service({}, { [annotation]: 'shop.example.org' })]),
  ['services', 'open a port on every node', service({ type: 'NodePort' })],
  ['services', 'order a load balancer', service({ type: 'LoadBalancer' })],
  ['services', 'lead elsewhere', service({ type: 'ExternalName', externalName: 'shop.example.org' })],
  ['services', 'take addresses of others', service({ externalIPs: ['192.0.2.1'] })],
  [
    'services',
    'take a DNS name',
    service({ clusterIP: 'None' }, { 'external-dns.alpha.kubernetes.io/hostname': 'shop.example.org' }),
  ],
  [
    'endpoints',
    'lead elsewhere',
    { apiVersion: 'v1', kind: 'Endpoints', subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] },
  ],
  [
    'endpointslices',
    'lead elsewhere',
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.1'] }],
    },
  ],
  ...claimCases,
];

const metadata = (body: KubernetesObject, namespace: string): KubernetesObject =>
  JSON.parse(
    JSON.stringify({ ...body, metadata: { ...body.metadata, name: 'web', namespace } }).replaceAll(
      '{namespace}',
      namespace,
    ),
  );

/** What somebody tries to make in a namespace of a Service. */
export interface Case {
  resource: string;
  what: string;
  object: KubernetesObject;
  isAllowed: boolean;
  /** Of an object that is there: what is changed. */
  change?: object;
  /** Of an object that is there: the node that it is bound to. */
  binding?: string;
}

/** Every reach in every kind that carries a pod, and what other kinds reach by themselves. */
export const casesIn = (namespace: string): Case[] => [
  ...Object.entries(carriers).flatMap(([resource, carry]) =>
    [
      ...reaches.map((reach) => ({ reach, isAllowed: false })),
      ...usual.map((reach) => ({ reach, isAllowed: true })),
    ].map(
      ({ reach, isAllowed }): Case => ({
        resource,
        what: reach.what,
        object: metadata(carry(reach), namespace),
        isAllowed,
      }),
    ),
  ),
  ...others.map(
    ([resource, what, body, isAllowed = false]): Case => ({
      resource,
      what,
      object: metadata(body as KubernetesObject, namespace),
      isAllowed,
    }),
  ),
];

/** A case with how it ended: undefined when it was allowed, else what was said. */
export interface Said extends Case {
  said: string | undefined;
}

/** A pod that no scheduler looks at yet. */
export const waiting = (namespace: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'waiting', namespace },
  spec: { schedulingGates: [{ name: 'example.org/ready' }], containers: [containerOf('web')] },
});

/** A pod that a scheduler would give a node to: none runs here. */
export const idle = (namespace: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'idle', namespace },
  spec: { containers: [containerOf('web')] },
});

/** What a pod that waits is changed to: by what it may still become it would reach as far as by what it is made. */
const later: [what: string, change: object, isAllowed?: true][] = [
  ['choose a node while it waits', { spec: { nodeSelector: { pool: 'quasar' } } }],
  [
    'require a node while it waits',
    { spec: nodes({ requiredDuringSchedulingIgnoredDuringExecution: byLabel('pool') }) },
  ],
  [
    'go to nodes that are kept for others, later',
    { spec: { tolerations: [{ key: 'dedicated', operator: 'Exists' }] } },
  ],
  [
    'attach another network, later',
    { metadata: { annotations: { 'k8s.v1.cni.cncf.io/networks': 'quasar-catalog/a' } } },
  ],
  ['never go, later', { metadata: { finalizers: ['example.org/hold'] } }],
  ['say something else, later', { metadata: { annotations: { 'example.org/note': 'a' } } }, true],
  ['start', { spec: { schedulingGates: [] } }, true],
];

/** What is tried of what is there. */
export const laterCasesIn = (namespace: string): Case[] => [
  ...changes.map(([of, what, change, isAllowed = false]) => ({
    resource: of === 'claim' ? 'persistentvolumeclaims' : 'poddisruptionbudgets',
    ...{ what, change, isAllowed, object: before(namespace)[of] },
  })),
  ...later.map(([what, change, isAllowed = false]) => ({
    ...{ resource: 'pods', what, isAllowed, object: waiting(namespace), change },
  })),
  {
    resource: 'pods/binding',
    what: 'be given a node',
    isAllowed: false,
    object: idle(namespace),
    binding: 'node-1',
  },
];

/** Tries a case as a dry run. Answers undefined when it was allowed, else what was said. */
export const tryCase = (cluster: Cluster, { resource, object, change, binding }: Case): Promise<string | undefined> => {
  const group = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
  const { namespace, name } = object.metadata;
  const path = `${group}/namespaces/${namespace}/${resource.split('/')[0]}/${name}`;
  const said = binding
    ? cluster.request('POST', `${path}/binding?dryRun=All`, {
        ...{ apiVersion: 'v1', kind: 'Binding', metadata: object.metadata },
        target: { apiVersion: 'v1', kind: 'Node', name: binding },
      })
    : change
      ? cluster.request('PATCH', `${path}?dryRun=All`, change, 'application/merge-patch+json')
      : cluster.apply(object, { dryRun: true });

  return said.then(
    () => undefined,
    (error: Error) => error.message,
  );
};
