import { defineProvider } from '../provider.ts';
import { admit } from './admit.ts';
import { holdsGeneration } from './delivery.ts';
import { deployersGroup, hasNoDeployers, isDeployer } from './deployer.ts';
import { knownErrors } from './errors.ts';
import { identity } from './identity.ts';
import { oddDetails } from './kubeconfig.ts';
import { more } from './more.ts';
import { deliveryOf, namespaceOf } from './names.ts';
import { narrow } from './narrow.ts';
import { resources } from './resources.ts';
import { isPeoplesRight } from './rights.ts';
import { serviceSettings, zoneSettings } from './settings.ts';
import { sizeInWords, sizeOf } from './sizes.ts';

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
  identity,
  admit,
  isAccess: (local) => isDeployer(local) || isPeoplesRight(local),
  compose: resources,
  holds: (component, binding, generation) =>
    holdsGeneration(component.observed[deliveryOf(component, { name: binding })], generation),
  status: (component, bindings) => {
    const { zone, platform, settings } = component;
    const nobody = hasNoDeployers(component);
    const group = nobody ? undefined : deployersGroup(component);

    return {
      namespace: namespaceOf(component),
      server: platform.server,
      size: sizeInWords(settings.size, sizeOf(settings.size, zone.environment, platform)),
      podSecurity: `${platform.podSecurity.level} ${platform.podSecurity.version}`,
      secrets: bindings.map((binding) => binding.name),
      ...(!nobody &&
        (group === undefined ? { kubeconfigSecret: component.managedName('kubeconfig') } : { deployerGroup: group })),
    };
  },
  more,
  narrow,
  knownErrors,
  oddDetails,
  isRepeatable: true,
  isNamedAsItself: true,
  // A namespace is no place to keep data: it is for what works with it.
  guarantees: ({ guarantees: { encryptedAtRest } }) => ({ tls: 'verify-full', encryptedAtRest }),
  authorities: ({ caBundle }) => caBundle,
  managedKinds: [{ apiVersion: 'kubernetes.m.crossplane.io/v1alpha1', kind: 'Object' }],
  target: ({ credentialsSecretRef: { namespace, name, key } }) => `${namespace}/${name}/${key}`,
});
