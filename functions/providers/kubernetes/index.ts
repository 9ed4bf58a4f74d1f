import { defineProvider } from '../provider.ts';
import { knownErrors } from './errors.ts';
import { guardRails } from './guard-rails.ts';
import { namespaceOf } from './names.ts';
import { resources } from './resources.ts';
import { serviceSettings, zoneSettings } from './settings.ts';
import { words } from './words.ts';

/** A namespace with access for deployments on a Kubernetes cluster, by crossplane-contrib/provider-kubernetes v1.2. */
export const kubernetes = defineProvider({
  name: 'kubernetes',
  description: 'A namespace, access for deployments, and the Secrets of the databases, on a Kubernetes cluster.',
  zoneSettings,
  serviceSettings,
  configure: ({ credentialsSecretRef }) => ({
    apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
    kind: 'ClusterProviderConfig',
    spec: { credentials: { source: 'Secret', secretRef: credentialsSecretRef } },
  }),
  // The size is one of a closed list, and nothing else can be asked for.
  admit: () => {},
  compose: resources,
  status: (component, bindings) => ({
    namespace: namespaceOf(component),
    secrets: bindings.map((binding) => binding.name),
    kubeconfigSecret: component.managedName('kubeconfig'),
  }),
  knownErrors,
  isRepeatable: true,
  // A namespace is no place to keep data: it is for what works with it.
  guarantees: ({ guarantees: { encryptedAtRest } }) => ({ tls: 'verify-full', encryptedAtRest }),
  guardRails,
  target: ({ credentialsSecretRef: { namespace, name, key } }) => `${namespace}/${name}/${key}`,
  simulate: ({ apiVersion, spec }) =>
    apiVersion.startsWith('kubernetes.m.crossplane.io/') && spec?.writeConnectionSecretToRef
      ? { token: 'simulated' }
      : undefined,
  words,
});
