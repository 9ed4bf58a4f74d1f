import { containerOf } from '../support/container.ts';
import type { RequestAttempt } from './request.ts';

const path = '/api/v1/namespaces/galaxy-moon/pods';

/** A container that Pod Security "restricted" accepts. */
const restricted = {
  ...containerOf('web'),
  resources: { limits: { memory: '64Mi' }, requests: { cpu: '10m', memory: '64Mi' } },
};

/** A pod that is accepted, but for the change. */
export const pod = (change: {
  metadata?: object;
  spec?: object;
  container?: object;
  labels?: Record<string, string>;
}) => ({
  metadata: { name: 'web', ...(change.labels && { labels: change.labels }), ...change.metadata },
  spec: { containers: [{ ...restricted, ...change.container }], ...change.spec },
});

const security = (change: object) => ({ container: { securityContext: { ...restricted.securityContext, ...change } } });
const volume = (source: object) => ({ spec: { volumes: [{ name: 'volume', ...source }] } });

/** What a deployer can write into a Deployment, as the pod that its controller then asks for. */
export const podAttempts: RequestAttempt[] = [
  ["read the node's disk", 'POST', path, pod(volume({ hostPath: { path: '/' } }))],
  ['be privileged', 'POST', path, pod(security({ privileged: true, allowPrivilegeEscalation: true }))],
  ['run as root', 'POST', path, pod(security({ runAsNonRoot: false, runAsUser: 0 }))],
  ['gain privileges', 'POST', path, pod(security({ allowPrivilegeEscalation: true }))],
  ['add a capability', 'POST', path, pod(security({ capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } }))],
  ['go without seccomp', 'POST', path, pod(security({ seccompProfile: { type: 'Unconfined' } }))],
  ["use the node's network", 'POST', path, pod({ spec: { hostNetwork: true } })],
  ["see the node's processes", 'POST', path, pod({ spec: { hostPID: true } })],
  ["share the node's memory", 'POST', path, pod({ spec: { hostIPC: true } })],
  ['take a port of the node', 'POST', path, pod({ container: { ports: [{ containerPort: 80, hostPort: 80 }] } })],
  ['mount NFS', 'POST', path, pod(volume({ nfs: { server: 'a', path: '/' } }))],
  [
    'set a kernel parameter',
    'POST',
    path,
    pod({ spec: { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } } }),
  ],
  ["run as Squadkit's ServiceAccount", 'POST', path, pod({ spec: { serviceAccountName: 'squadkit' } })],
  ['choose its node', 'POST', path, pod({ spec: { nodeName: 'node-1' } })],
  ['push others off a node', 'POST', path, pod({ spec: { priorityClassName: 'system-node-critical' } })],
  ['go to any node', 'POST', path, pod({ spec: { tolerations: [{ operator: 'Exists' }] } })],
  // Guard rail: kubernetes-pods-keep-to-themselves
  ['stay for ever', 'POST', path, pod({ metadata: { finalizers: ['attacks.example.org/stays'] } })],
  ['look like a pod of another Service', 'POST', path, pod({ labels: { 'squadkit.io/service': 'sun' } })],
  [
    'take more than the quota',
    'POST',
    path,
    pod({ container: { resources: { limits: { memory: '64Mi' }, requests: { cpu: '5', memory: '64Mi' } } } }),
  ],
];
