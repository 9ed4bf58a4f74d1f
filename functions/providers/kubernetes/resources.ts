import type { KubernetesObject } from '../../objects/resource.ts';
import { cautious, look, policiesOf } from '../../ownership/claim.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Binding } from '../binding.ts';
import type { Component } from '../provider.ts';
import { deliveredSecret } from './delivery.ts';
import { deployer } from './deployer.ts';
import { deliveryOf, namespaceOf } from './names.ts';
import { networkRules } from './network.ts';
import { markLabel, namespaceClaim } from './ownership.ts';
import { podSecurityLabels } from './pod-security.ts';
import { peopleRights } from './rights.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';
import { limitsOf, quotaOf, sizeOf } from './sizes.ts';

/** The namespace and what locks it stay when the Service goes: a namespace without its policies would be open. */
// Guard rail: kubernetes-locks-stay
const keep = ['Observe', 'Create', 'Update'];

/**
 * On a hub that was built again nobody knows a database's address before its server has answered, while what runs in the
 * namespace has a policy that lets it there. A first one still closes the namespace.
 */
const networkPolicies = (bindings: Binding[]): string[] =>
  bindings.every(({ endpoints }) => endpoints !== undefined) ? keep : cautious;

/** What gives access goes with its managed resource. */
// Guard rail: kubernetes-access-ends
const revoke = ['*'];

/** The managed resources of one namespace and its access, by local name. */
export const resources = (
  component: Component<KubernetesZone, KubernetesService>,
  bindings: Binding[],
): Record<string, Composed> => {
  const { zone, providerConfigRef, platform, settings, labels, observed } = component;
  const namespace = namespaceOf(component);
  const size = sizeOf(settings.size, zone.environment, platform);
  const claim = namespaceClaim(component, observed.namespace);

  // In a namespace that is another's by now nothing is made, changed or ended, whatever was there in the one of its name.
  const mayDo = (policies: string[], manifest: KubernetesObject): string[] =>
    claim.ownership === 'Foreign' && manifest.metadata?.namespace === namespace ? look : policies;
  const remote = (managementPolicies: string[], manifest: KubernetesObject, spec?: object): KubernetesObject => ({
    apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
    kind: 'Object',
    spec: {
      managementPolicies: mayDo(managementPolicies, manifest),
      providerConfigRef,
      ...spec,
      forProvider: {
        manifest: {
          ...manifest,
          metadata: { ...manifest.metadata, labels: { ...labels, ...manifest.metadata?.labels } },
        },
      },
    },
  });

  return {
    namespace: {
      object: remote(
        policiesOf(claim.ownership, keep),
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: {
            name: namespace,
            labels: { ...podSecurityLabels(platform.podSecurity), [markLabel]: component.mark },
          },
        },
        {
          readiness: {
            policy: 'DeriveFromCelQuery',
            celQuery: 'has(object.status.phase) && object.status.phase == "Active"',
          },
        },
      ),
      claim,
    },
    quota: {
      object: remote(keep, {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'squadkit', namespace },
        spec: { hard: quotaOf(size) },
      }),
      after: ['namespace'],
    },
    limits: {
      object: remote(keep, {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'squadkit', namespace },
        spec: { limits: [limitsOf(size)] },
      }),
      after: ['namespace'],
    },
    network: {
      object: remote(networkPolicies(bindings), {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'squadkit', namespace },
        spec: networkRules(component, bindings),
      }),
      after: ['namespace'],
    },
    ...deployer(component, (manifest, spec) => remote(revoke, manifest, spec)),
    ...peopleRights(component, (manifest) => remote(revoke, manifest)),
    ...Object.fromEntries(
      bindings.map((binding) => {
        const local = deliveryOf(component, binding);
        return [local, deliveredSecret(remote, binding, component, observed[local])];
      }),
    ),
  };
};
