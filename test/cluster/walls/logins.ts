import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { containerOf } from '../support/container.ts';
import type { ClusterName, Servers } from './servers.ts';

/** How a login was answered: HTTP status, 200 for every success. */
export interface Said {
  who: string;
  what: string;
  want: number;
  got: number;
}

const deployment = (namespace: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'walls', namespace },
  spec: {
    selector: { matchLabels: { app: 'walls' } },
    template: {
      metadata: { labels: { app: 'walls' } },
      spec: {
        containers: [containerOf('walls')],
      },
    },
  },
});

const service = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'walls', namespace: 'galaxy' },
  spec: { zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] }] },
};

/** ServiceAccounts with a token of their own, as Kubernetes made it, and what they do with it. */
const logins: { cluster: ClusterName; account: [namespace: string, name: string]; tries: Try[] }[] = [
  {
    cluster: 'aqua',
    account: ['squadkit-deployers', 'galaxy-billing'],
    tries: [
      ['deploy', 200, (cluster) => cluster.apply(deployment('galaxy-billing'))],
      ['deploy again', 200, (cluster) => cluster.apply({ ...deployment('galaxy-billing') })],
      ['deploy at a neighbour', 403, (cluster) => cluster.apply(deployment('quasar-catalog'))],
      ['read Secrets', 403, (cluster) => cluster.list('v1', 'Secret', { namespace: 'galaxy-billing' })],
      ['take it away', 200, (cluster) => cluster.delete(deployment('galaxy-billing'))],
    ],
  },
  {
    cluster: 'hub',
    account: ['flux-system', 'kustomize-controller'],
    tries: [
      ['apply a Service', 200, (cluster) => cluster.apply(service)],
      ['remove it', 200, (cluster) => cluster.delete(service)],
    ],
  },
];

type Try = [what: string, want: number, run: (cluster: Cluster) => Promise<unknown>];

/** Logs in with real tokens, and says how each was answered. */
export const loginsOf = async ({ clusters }: Pick<Servers, 'clusters'>): Promise<Said[]> => {
  const said: Said[] = [];
  for (const { cluster, account, tries } of logins) {
    const [namespace, name] = account;
    const { status } = await clusters[cluster].request<{ status: { token: string } }>(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    );
    const self = clusters[cluster].with(status.token);
    for (const [what, want, run] of tries) {
      const got = await run(self).then(
        () => 200,
        (error: { status?: number }) => error.status ?? 0,
      );
      said.push({ who: name, what, want, got });
    }
  }

  return said;
};
