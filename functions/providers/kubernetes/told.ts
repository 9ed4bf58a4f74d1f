import type { KubernetesObject } from '../../objects/resource.ts';
import { defineTold } from '../told.ts';
import { guardRails } from './guard-rails.ts';
import { seenOf } from './seen.ts';
import { words } from './words.ts';

/** What is told about a namespace on a Kubernetes cluster. */
export const told = defineTold({
  words,
  statusFields: {
    namespace: { type: 'string', description: 'The namespace.' },
    server: { type: 'string', description: 'The API server of the cluster.' },
    size: { type: 'string', description: 'How much the namespace may use, in words.' },
    podSecurity: { type: 'string', description: 'The level of pod security that is enforced there, and its version.' },
    secrets: { type: 'strings', description: 'The Secrets that lie there for workloads.' },
    kubeconfigSecret: {
      type: 'string',
      description: 'The Secret beside the Service with the kubeconfig of its deployer. Missing where a group deploys.',
    },
    deployerGroup: {
      type: 'string',
      description: 'The group that deploys there. Missing where a kubeconfig is handed out, or where nobody deploys.',
    },
  },
  guardRails,
  credentials: ({ credentialsSecretRef: { namespace, name, key } }) => ({ namespace, name, keys: [key] }),
  simulate: ({ apiVersion, spec }) =>
    apiVersion.startsWith('kubernetes.m.crossplane.io/') && spec?.writeConnectionSecretToRef
      ? { token: 'simulated' }
      : undefined,
  shown: ({ apiVersion, metadata, spec }) => {
    if (!apiVersion.startsWith('kubernetes.m.crossplane.io/')) return undefined;
    const { manifest } = (spec?.forProvider ?? {}) as { manifest?: KubernetesObject };

    return { manifest: { ...manifest, metadata: { ...manifest?.metadata, uid: `simulated ${metadata?.name}` } } };
  },
  outside: ({ apiVersion, spec }, found) => {
    const seen = seenOf(found);
    if (!apiVersion.startsWith('kubernetes.m.crossplane.io/') || seen === undefined) return undefined;

    return { wanted: (spec?.forProvider as { manifest?: unknown } | undefined)?.manifest, found: seen };
  },
});
