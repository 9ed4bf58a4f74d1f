import { containerOf } from '../support/container.ts';

/** A field by which a workload would reach out of its namespace, and a value that its owner needs. */
export interface Reach {
  /** Reads on after "cannot". */
  what: string;
  spec?: object;
  container?: object;
  annotations?: Record<string, string>;
  finalizers?: string[];
  labels?: Record<string, string>;
}

const term = (change: object) => ({ topologyKey: 'kubernetes.io/hostname', labelSelector: {}, ...change });
/** Choosing nodes by what they are. */
export const nodes = (change: object) => ({ affinity: { nodeAffinity: change } });
/** A term that needs a label of nodes. */
export const byLabel = (key: string) => ({ nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'Exists' }] }] });
const preferred = (key: string) => [{ weight: 1, preference: { matchExpressions: [{ key, operator: 'Exists' }] } }];
const everywhere = { namespaceSelector: {} };

/** By each a node asks whom a pod names: which field, and with what. */
const asked: [field: string, host: object][] = [
  { httpGet: { host: '169.254.169.254', port: 80, path: '/' } },
  { tcpSocket: { host: 'web.nebula-shop', port: 80 } },
].flatMap((ask) =>
  [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((probe) => [probe, { [probe]: ask }] as const),
    ...['postStart', 'preStop'].map((hook) => [hook, { lifecycle: { [hook]: ask } }] as const),
  ].map(([field, host]): [string, object] => [`${field} ${Object.keys(ask)[0]}`, host]),
);

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
    [everywhere, { namespaces: ['nebula-shop'] }].flatMap((change): Reach[] => [
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
  { what: 'run as another ServiceAccount by its old name', spec: { serviceAccount: 'powerful' } },
  {
    what: 'take huge pages for all its containers',
    spec: { resources: { limits: { 'hugepages-2Mi': '2Mi', memory: '2Mi' } } },
  },
  { what: 'take a port of the node', container: { ports: [{ containerPort: 80, hostPort: 80 }] } },
  { what: "use the node's network", spec: { hostNetwork: true } },
  { what: 'take a device', container: { resources: { limits: { 'nvidia.com/gpu': '1' } } } },
  {
    what: 'take huge pages',
    container: { resources: { limits: { 'hugepages-2Mi': '2Mi', memory: '2Mi' }, requests: { memory: '2Mi' } } },
  },
  { what: 'mount the disk of the node', spec: { volumes: [{ name: 'a', hostPath: { path: '/' } }] } },
  { what: 'mount by a driver', spec: { volumes: [{ name: 'a', csi: { driver: 'a.example.org' } }] } },
  ...Object.entries({
    'k8s.v1.cni.cncf.io/networks': 'quasar-catalog/inner',
    'cni.projectcalico.org/ipAddrs': '["10.0.0.1"]',
    'cni.cilium.io/mac-address': 'aa:bb:cc:dd:ee:ff',
    'ovn.kubernetes.io/ip_address': '10.0.0.1',
    'networking.gke.io/interfaces': '[]',
    'vpc.amazonaws.com/pod-eni': '[]',
    'iam.amazonaws.com/role': 'powerful',
    'scheduler.alpha.kubernetes.io/preferAvoidPods': 'a',
    'container.seccomp.security.alpha.kubernetes.io/web': 'unconfined',
    'rdt.resources.beta.kubernetes.io/pod': 'all',
    'cpu-load-balancing.crio.io': 'disable',
    'run.oci.handler': 'wasm',
    'danm.k8s.io/interfaces': '[]',
    'networkservicemesh.io': 'kernel://others',
    'cdi.k8s.io/gpu': 'nvidia.com/gpu=all',
    'io.kubernetes.cri-o.Devices': '/dev/fuse',
    'io.katacontainers.config.hypervisor.path': '/bin/sh',
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
    'karpenter.sh/do-not-disrupt': 'true',
  }).map(([annotation, value]): Reach => ({ what: `say ${annotation}`, annotations: { [annotation]: value } })),
  ...Object.entries({
    cephfs: { monitors: ['192.0.2.1'], path: '/quasar' },
    rbd: { monitors: ['192.0.2.1'], image: 'quasar' },
    fc: { targetWWNs: ['500a0982991b8dc5'], lun: 2 },
    iscsi: { targetPortal: '192.0.2.1:3260', iqn: 'iqn.2026-01.org.example:quasar', lun: 0 },
    azureFile: { secretName: 'a', shareName: 'quasar' },
    flexVolume: { driver: 'example.org/a' },
    gitRepo: { repository: 'https://git.example.org/quasar' },
  }).map(([kind, source]): Reach => ({ what: `mount by ${kind}`, spec: { volumes: [{ name: 'a', [kind]: source }] } })),
  {
    what: 'go to a volume that is there',
    spec: { volumes: [{ name: 'a', nfs: { server: 'nfs.example.org', path: '/quasar' } }] },
  },
  {
    what: 'run a program of an image as a disk of others',
    spec: { volumes: [{ name: 'a', image: { reference: 'a:1' } }] },
  },
  {
    what: 'take a device by a claim',
    spec: { resourceClaims: [{ name: 'a', resourceClaimName: 'of-quasar' }] },
  },
  { what: "see the node's processes", spec: { hostPID: true } },
  { what: "see the node's memory", spec: { hostIPC: true } },
  {
    what: 'take a port of the node before it starts',
    spec: { initContainers: [{ ...containerOf('first'), ports: [{ containerPort: 80, hostPort: 81 }] }] },
  },
  ...asked.map(([field, host]): Reach => ({ what: `have its node ask others by ${field}`, container: host })),
  ...asked.map(
    ([field, host]): Reach => ({
      what: `have its node ask others by ${field} of a sidecar`,
      spec: { initContainers: [{ ...containerOf('first'), restartPolicy: 'Always', ...host }] },
    }),
  ),
  ...['example.org/hold', 'batch.kubernetes.io/job-tracking', 'foregroundDeletion'].map(
    (finalizer): Reach => ({ what: `never go by ${finalizer}`, finalizers: [finalizer] }),
  ),
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
  {
    what: 'have a token of its own for a store of secrets',
    spec: {
      volumes: [{ name: 'a', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] } }],
    },
  },
  {
    what: 'be near its own pods',
    spec: {
      affinity: {
        podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term({}) }] },
      },
    },
  },
  {
    what: 'be asked by its node',
    container: {
      livenessProbe: { httpGet: { port: 80, path: '/' } },
      readinessProbe: { tcpSocket: { port: 80 } },
      lifecycle: { preStop: { httpGet: { port: 80, path: '/stop' } } },
    },
  },
  { what: 'be scraped', annotations: { 'prometheus.io/scrape': 'true' } },
  { what: 'wait for a gate', spec: { schedulingGates: [{ name: 'example.org/ready' }] } },
  { what: 'ask for memory', container: { resources: { limits: { memory: '64Mi' }, requests: { cpu: '10m' } } } },
];
