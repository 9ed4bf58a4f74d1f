import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { defineTold } from '../../../functions/providers/told.ts';

/** What is told of a virtual host. */
export const told = defineTold({
  words: {
    things: () => [
      {
        key: 'vhost',
        name: 'a virtual host',
        resources: ['vhost'],
        holds: 'data',
        facts: [],
        lost: 'with all its messages',
        kept: 'the messages stay',
      },
      {
        key: 'login.app',
        name: 'a login of it',
        resources: ['app', 'rights'],
        holds: 'access',
        facts: [],
        lost: 'nobody logs in any more',
        kept: 'the login works on',
      },
    ],
    registered: { credentialsSecretRef: 'none', broker: 'none', guarantees: 'none' },
    zone: {
      credentialsSecretRef: 'decides on which broker it lies',
      broker: 'is where workloads find the broker',
      guarantees: 'is what the platform declares of it',
    },
  },
  statusFields: {
    virtualHost: { type: 'string', description: 'The virtual host.' },
    queues: { type: 'integer', description: 'The most queues that it may have.' },
  },
  guardRails: [],
  credentials: ({ credentialsSecretRef }) => ({
    ...(credentialsSecretRef as { namespace: string; name: string }),
    keys: ['kubeconfig'],
  }),
  simulate: ({ apiVersion, spec }) =>
    apiVersion.startsWith('kubernetes.m.crossplane.io/') && spec?.writeConnectionSecretToRef
      ? { username: 'simulated', password: 'simulated' }
      : undefined,
  shown: ({ metadata, spec }) => {
    const { manifest } = (spec?.forProvider ?? {}) as { manifest?: KubernetesObject };
    return { manifest: { ...manifest, metadata: { ...manifest?.metadata, uid: `simulated ${metadata?.name}` } } };
  },
});
