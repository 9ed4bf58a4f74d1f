import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';

/** A field by which a workload would reach out of its namespace, and a value that its owner needs. */
export interface Reach {
  /** Reads on after "cannot". */
  what: string;
  spec?: object;
  container?: object;
  annotations?: Record<string, string>;
}

/** What Pod Security `restricted` asks for. */
const restricted = {
  name: 'web',
  image: 'web:1',
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};
const term = (change: object) => ({ topologyKey: 'kubernetes.io/hostname', labelSelector: {}, ...change });
const nodes = (change: object) => ({ affinity: { nodeAffinity: change } });
const byLabel = (key: string) => ({ nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'Exists' }] }] });
const preferred = (key: string) => [{ weight: 1, preference: { matchExpressions: [{ key, operator: 'Exists' }] } }];
const everywhere = { namespaceSelector: {} };

/** By field, what a pod may not say. */
export const reaches: Reach[] = [
  { what: 'choose its node by name', spec: { nodeName: 'node-1' } },
  { what: 'choose a node by its host name', spec: { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } } },
  { what: 'choose the nodes of another pool', spec: { nodeSelector: { pool: 'quasar' } } },
  {
    what: 'require a label of nodes',
    spec: nodes({ requiredDuringSchedulingIgnoredDuringExecution: byLabel('pool') }),
  },
  {
    what: 'require a node by its field',
    spec: nodes({
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }],
      },
    }),
  },
  {
    what: 'prefer a label of nodes',
    spec: nodes({ preferredDuringSchedulingIgnoredDuringExecution: preferred('pool') }),
  },
  ...(['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) =>
    [everywhere, { namespaces: ['quasar-catalog'] }].flatMap((change): Reach[] => [
      {
        what: `require pods of others by ${kind} ${Object.keys(change)[0]}`,
        spec: { affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [term(change)] } } },
      },
      {
        what: `prefer pods of others by ${kind} ${Object.keys(change)[0]}`,
        spec: {
          affinity: {
            [kind]: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term(change) }] },
          },
        },
      },
    ]),
  ),
  { what: 'go to every node', spec: { tolerations: [{ operator: 'Exists' }] } },
  { what: 'go to nodes that are kept for others', spec: { tolerations: [{ key: 'dedicated', operator: 'Exists' }] } },
  {
    what: 'go to the control plane',
    spec: { tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }] },
  },
  { what: 'push others off by a class of the system', spec: { priorityClassName: 'system-cluster-critical' } },
  { what: 'push others off by a class of the platform', spec: { priorityClassName: 'urgent' } },
  { what: 'take another scheduler', spec: { schedulerName: 'first' } },
  { what: 'take another runtime', spec: { runtimeClassName: 'bare' } },
  { what: 'run as another ServiceAccount', spec: { serviceAccountName: 'powerful' } },
  { what: 'take a port of the node', container: { ports: [{ containerPort: 80, hostPort: 80 }] } },
  { what: "use the node's network", spec: { hostNetwork: true } },
  { what: 'take a device', container: { resources: { limits: { 'nvidia.com/gpu': '1' } } } },
  {
    what: 'take huge pages',
    container: { resources: { limits: { 'hugepages-2Mi': '2Mi', memory: '2Mi' }, requests: { memory: '2Mi' } } },
  },
  { what: 'mount the disk of the node', spec: { volumes: [{ name: 'a', hostPath: { path: '/' } }] } },
  { what: 'mount by a driver', spec: { volumes: [{ name: 'a', csi: { driver: 'a.example.org' } }] } },
  { what: 'attach another network', annotations: { 'k8s.v1.cni.cncf.io/networks': 'quasar-catalog/inner' } },
  { what: "take another's address", annotations: { 'cni.projectcalico.org/ipAddrs': '["10.0.0.1"]' } },
  { what: 'hold its node for a day', spec: { terminationGracePeriodSeconds: 86_400 } },
];

/** What is usual and stays allowed. */
export const usual: Reach[] = [
  { what: 'say nothing' },
  { what: 'choose an architecture', spec: { nodeSelector: { 'kubernetes.io/arch': 'arm64' } } },
  {
    what: 'be spread over zones',
    spec: {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { app: 'web' } },
        },
      ],
    },
  },
  {
    what: 'keep away from its own pods',
    spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({})] } } },
  },
  {
    what: 'stay for a while on a node that is not ready',
    spec: {
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 },
      ],
    },
  },
  {
    what: 'mount a Secret and a ConfigMap',
    spec: {
      volumes: [
        { name: 'a', secret: { secretName: 'spike' } },
        { name: 'b', configMap: { name: 'b' } },
      ],
    },
  },
  { what: 'ask for memory', container: { resources: { limits: { memory: '64Mi' }, requests: { cpu: '10m' } } } },
];

const template = ({ spec, container, annotations }: Reach, more: object = {}) => ({
  metadata: { labels: { app: 'web' }, ...(annotations && { annotations }) },
  spec: { containers: [{ ...restricted, ...container }], ...spec, ...more },
});
const selector = { matchLabels: { app: 'web' } };

/** Every kind that has a pod in it. */
const carriers: Record<string, (reach: Reach) => KubernetesObject> = {
  pods: (reach) => ({ apiVersion: 'v1', kind: 'Pod', ...template(reach) }) as unknown as KubernetesObject,
  deployments: (reach) =>
    ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { selector, template: template(reach) },
    }) as unknown as KubernetesObject,
  statefulsets: (reach) =>
    ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      spec: { selector, serviceName: 'web', template: template(reach) },
    }) as unknown as KubernetesObject,
  jobs: (reach) =>
    ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      spec: { template: template(reach, { restartPolicy: 'Never' }) },
    }) as unknown as KubernetesObject,
  cronjobs: (reach) =>
    ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: template(reach, { restartPolicy: 'Never' }) } } },
    }) as unknown as KubernetesObject,
};

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
const claim = (spec: object) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const budget = (spec: object) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  spec: { selector, ...spec },
});

/** What other kinds may not say, and what they may: `{namespace}` is where they are. */
const others: [resource: string, what: string, body: object, isAllowed?: true][] = [
  ['ingresses', 'serve its own host', ingress({ rules: [rule('{namespace}.apps.example.org')] }), true],
  [
    'ingresses',
    'serve a second host of its own, with a certificate',
    ingress({ rules: [rule('{namespace}-api.example.org')], tls: [{ hosts: ['{namespace}-api.example.org'] }] }),
    true,
  ],
  ['ingresses', "serve another's host", ingress({ rules: [rule('quasar-catalog.apps.example.org')] })],
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
  [
    'ingresses',
    'configure the controller',
    ingress({ rules: [rule('{namespace}.example.org')] }, { 'nginx.ingress.kubernetes.io/server-snippet': 'a' }),
  ],
  [
    'ingresses',
    'add hosts by an annotation',
    ingress(
      { rules: [rule('{namespace}.example.org')] },
      { 'nginx.ingress.kubernetes.io/server-alias': 'shop.example.org' },
    ),
  ],
  [
    'ingresses',
    'take a DNS name',
    ingress(
      { rules: [rule('{namespace}.example.org')] },
      { 'external-dns.alpha.kubernetes.io/hostname': 'shop.example.org' },
    ),
  ],
  [
    'ingresses',
    'share a load balancer of others',
    ingress({ rules: [rule('{namespace}.example.org')] }, { 'alb.ingress.kubernetes.io/group.name': 'shop' }),
  ],
  ['services', 'be reached in the cluster', service({}), true],
  ['services', 'be headless', service({ clusterIP: 'None' }), true],
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
  ['persistentvolumeclaims', 'get a volume', claim({}), true],
  ['persistentvolumeclaims', 'take a volume that is there', claim({ volumeName: 'of-quasar' })],
  ['persistentvolumeclaims', 'choose a volume that is there', claim({ selector: { matchLabels: { of: 'quasar' } } })],
  ['poddisruptionbudgets', 'keep one pod', budget({ minAvailable: 1 }), true],
  ['poddisruptionbudgets', 'let no pod go', budget({ maxUnavailable: 0 })],
  ['poddisruptionbudgets', 'keep all pods', budget({ minAvailable: '100%' })],
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

/** How a case ended: undefined when it was allowed, else what was said. */
export const tryCase = (cluster: Cluster, { object }: Case): Promise<string | undefined> =>
  cluster.apply(object, { dryRun: true }).then(
    () => undefined,
    (error: Error) => error.message,
  );
