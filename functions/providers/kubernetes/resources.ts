import type { Composed, KubernetesObject } from '../../resource.ts';
import type { Binding, Component } from '../provider.ts';
import { deliveredSecret } from './delivery.ts';
import { kubeconfigSecret } from './kubeconfig.ts';
import { deployer, deployerToken, namespaceOf } from './names.ts';
import { networkRules } from './network.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';
import { sizes } from './sizes.ts';

/** The namespace and what locks it stay when the Service goes: a namespace without its policies would be open. */
const keep = ['Observe', 'Create', 'Update'];

/** What gives access goes with its managed resource. */
const revoke = ['*'];

/** The managed resources of one namespace and its access, by local name. */
export const resources = (
  component: Component<KubernetesZone, KubernetesService>,
  bindings: Binding[],
): Record<string, Composed> => {
  const { squad, zone, providerConfigRef, platform, settings, labels, observed } = component;
  const namespace = namespaceOf(component);
  const size = sizes[settings.size];

  const remote = (managementPolicies: string[], manifest: KubernetesObject, spec?: object): KubernetesObject => ({
    apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
    kind: 'Object',
    spec: {
      managementPolicies,
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
        keep,
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: {
            name: namespace,
            labels: {
              'pod-security.kubernetes.io/enforce': 'restricted',
              'pod-security.kubernetes.io/enforce-version': 'latest',
              'pod-security.kubernetes.io/audit': 'restricted',
              'pod-security.kubernetes.io/warn': 'restricted',
            },
          },
        },
        {
          readiness: {
            policy: 'DeriveFromCelQuery',
            celQuery: 'has(object.status.phase) && object.status.phase == "Active"',
          },
        },
      ),
    },
    quota: {
      object: remote(keep, {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'squadkit', namespace },
        spec: { hard: size.quota },
      }),
      after: ['namespace'],
    },
    limits: {
      object: remote(keep, {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'squadkit', namespace },
        spec: { limits: [{ type: 'Container', default: size.limit, defaultRequest: size.request }] },
      }),
      after: ['namespace'],
    },
    network: {
      object: remote(keep, {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'squadkit', namespace },
        spec: networkRules(bindings),
      }),
      after: ['namespace'],
    },
    deployer: {
      object: remote(revoke, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: deployer, namespace },
        automountServiceAccountToken: false,
      }),
      after: ['namespace'],
    },
    'deployer-rights': {
      object: remote(revoke, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: deployer, namespace },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'squadkit:deployer' },
        subjects: [{ kind: 'ServiceAccount', name: deployer, namespace }],
      }),
      after: ['namespace'],
    },
    'squad-rights': {
      object: remote(revoke, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'squad', namespace },
        roleRef: {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'ClusterRole',
          // Not the built-in `edit`: that one may write Secrets and network policies.
          name: zone.environment === 'production' ? 'squadkit:view' : 'squadkit:edit',
        },
        subjects: [
          { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `${platform.groupPrefix}${squad.group}` },
        ],
      }),
      after: ['namespace'],
    },
    'deployer-token': {
      object: remote(
        revoke,
        {
          apiVersion: 'v1',
          kind: 'Secret',
          type: 'kubernetes.io/service-account-token',
          metadata: {
            name: deployerToken,
            namespace,
            annotations: { 'kubernetes.io/service-account.name': deployer },
          },
        },
        {
          writeConnectionSecretToRef: { name: component.managedName('deployer-token') },
          connectionDetails: [
            {
              apiVersion: 'v1',
              kind: 'Secret',
              name: deployerToken,
              namespace,
              fieldPath: 'data.token',
              toConnectionSecretKey: 'token',
            },
          ],
          readiness: { policy: 'DeriveFromCelQuery', celQuery: 'has(object.data) && "token" in object.data' },
        },
      ),
      // The token controller deletes a token Secret whose ServiceAccount does not exist.
      after: ['deployer'],
    },
    kubeconfig: kubeconfigSecret(component, observed),
    ...Object.fromEntries(
      bindings.map((binding) => [
        `secret.${binding.name}`,
        deliveredSecret(remote, binding, component, observed[`secret.${binding.name}`]),
      ]),
    ),
  };
};
