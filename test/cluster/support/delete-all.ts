import type { Cluster } from '../../control-plane/kubernetes.ts';

/** What `kubectl delete all` takes (category `all` of Kubernetes 1.35). */
const all = [
  ...['pods', 'services', 'replicationcontrollers'].map((kind) => `/api/v1/${kind}`),
  ...['daemonsets', 'deployments', 'replicasets', 'statefulsets'].map((kind) => `/apis/apps/v1/${kind}`),
  ...['jobs', 'cronjobs'].map((kind) => `/apis/batch/v1/${kind}`),
  '/apis/autoscaling/v2/horizontalpodautoscalers',
];

/** Where each kind is that a sentence of ours names beside them. */
const paths: Record<string, string[]> = {
  all,
  ingresses: ['/apis/networking.k8s.io/v1/ingresses'],
  networkpolicies: ['/apis/networking.k8s.io/v1/networkpolicies'],
  roles: ['/apis/rbac.authorization.k8s.io/v1/roles'],
  rolebindings: ['/apis/rbac.authorization.k8s.io/v1/rolebindings'],
  serviceaccounts: ['/api/v1/serviceaccounts'],
  secrets: ['/api/v1/secrets'],
};

/** Does what `kubectl delete <kinds> --all --namespace <namespace>` does. Throws on a kind that it does not know. */
export const deleteAll = async (cluster: Cluster, namespace: string, kinds: string): Promise<void> => {
  for (const kind of kinds.split(',')) {
    for (const path of paths[kind] ?? [`no path for ${kind}`]) {
      const [, group, kindInPath] = /^(.*)\/([a-z]+)$/.exec(path) ?? [];
      await cluster.request('DELETE', `${group}/namespaces/${namespace}/${kindInPath}`);
    }
  }
};
