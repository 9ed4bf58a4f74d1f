import type { Cluster } from '../kubernetes.ts';
import type { KubernetesObject } from '../objects.ts';
import { corefile } from './kubelet.ts';
import { dnsAddress, registryAddress } from './layout.ts';

const metadata = { name: 'coredns', namespace: 'kube-system' };
const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' };
const labels = { 'k8s-app': 'kube-dns' };

const objects: KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
  {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: role.name } },
    rules: [
      { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ],
  },
  {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: role.name } },
    roleRef: role,
    subjects: [{ kind: 'ServiceAccount', ...metadata }],
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile } },
  {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: metadata.name,
          dnsPolicy: 'Default',
          containers: [
            {
              name: 'coredns',
              image: `${registryAddress}/coredns:v1`,
              args: ['-conf', '/etc/coredns/Corefile'],
              readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
              volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
            },
          ],
          volumes: [{ name: 'config', configMap: { name: metadata.name } }],
        },
      },
    },
  },
  {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'kube-dns', namespace: 'kube-system' } },
    spec: {
      clusterIP: dnsAddress,
      selector: labels,
      // Nobody special may bind 53 in the pod.
      ports: ['UDP', 'TCP'].map((protocol) => ({ name: protocol.toLowerCase(), port: 53, targetPort: 1053, protocol })),
    },
  },
];

/** Runs CoreDNS on the hub and waits until it answers. */
export const startDns = async (hub: Cluster): Promise<void> => {
  for (const object of objects) await hub.apply(object);
  await hub.waitFor(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata },
    (found) => found?.status?.readyReplicas === 1,
    { what: 'ready' },
  );
};
