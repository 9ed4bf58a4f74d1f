import { isEstablished, type KubernetesObject } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { kubeconfigReaders, kubeconfigSecret } from './kubeconfig.ts';
import { locks } from './locks.ts';
import { deployersNamespace, groupOf, namespaceOf } from './names.ts';
import { groupSubject, roleBinding } from './rights.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

/** The group that deploys, as the cluster knows it; undefined if a token does. Admitted: the squad has one. */
export const deployersGroup = (component: Component<KubernetesZone, KubernetesService>): string | undefined => {
  if (component.platform.deployers === 'token') return undefined;
  if (component.squad.deployerGroup === undefined) throw new Error('a squad without deployers was admitted');

  return groupOf(component, component.squad.deployerGroup);
};

/**
 * Whether nobody may deploy: the platform has ended tokens before the squad has a group for it. That is not admitted, but
 * may happen to what was.
 */
export const hasNoDeployers = ({
  platform,
  squad,
}: Pick<Component<KubernetesZone, unknown>, 'platform' | 'squad'>): boolean =>
  platform.deployers === 'group' && squad.deployerGroup === undefined;

/** Whether the resource of that local name is one by which somebody deploys. */
export const isDeployer = (local: string): boolean =>
  [
    ...['deployer', 'deployer-rights', 'deployer-token'],
    ...['kubeconfig', 'kubeconfig-reader', 'kubeconfig-readers'],
  ].includes(local);

/**
 * Access for deployments, by local name: a ServiceAccount with a token that does not expire, or a group of the identity
 * provider. Where it is the group, there is no token, and one from before goes: its resources are no longer composed.
 */
export const deployer = (
  component: Component<KubernetesZone, KubernetesService>,
  revocable: (manifest: KubernetesObject, spec?: object) => KubernetesObject,
): Record<string, Composed> => {
  if (hasNoDeployers(component)) return {};
  const namespace = namespaceOf(component);
  const group = deployersGroup(component);
  if (group !== undefined) {
    return {
      // Guard rail: kubernetes-deployer
      'deployer-rights': {
        object: revocable(roleBinding('deployer', namespace, 'deployer', groupSubject(group))),
        after: locks,
        delivers: `access for deployments by group ${group} to namespace ${namespace} on ${component.component}`,
      },
    };
  }

  const token = component.observed['deployer-token'];
  const account = { kind: 'ServiceAccount', name: namespace, namespace: deployersNamespace };

  return {
    // Guard rail: kubernetes-deployer
    'deployer-rights': {
      object: revocable(roleBinding('deployer', namespace, 'deployer', account)),
      after: locks,
    },
    deployer: {
      object: revocable({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: namespace, namespace: deployersNamespace },
        automountServiceAccountToken: false,
      }),
      after: locks,
    },
    'deployer-token': {
      object: revocable(
        {
          apiVersion: 'v1',
          kind: 'Secret',
          type: 'kubernetes.io/service-account-token',
          metadata: {
            name: namespace,
            namespace: deployersNamespace,
            annotations: { 'kubernetes.io/service-account.name': namespace },
          },
        },
        {
          writeConnectionSecretToRef: { name: component.managedName('deployer-token') },
          // Read once the Secret is there: the cluster fills it a moment after it was made, and before that the
          // provider would fail to read it.
          ...(token !== undefined &&
            isEstablished(token) && {
              connectionDetails: [
                {
                  apiVersion: 'v1',
                  kind: 'Secret',
                  name: namespace,
                  namespace: deployersNamespace,
                  fieldPath: 'data.token',
                  toConnectionSecretKey: 'token',
                },
              ],
            }),
          readiness: { policy: 'DeriveFromCelQuery', celQuery: 'has(object.data) && "token" in object.data' },
        },
      ),
      // The token controller deletes a token Secret whose ServiceAccount does not exist.
      after: ['deployer', ...locks],
    },
    kubeconfig: kubeconfigSecret(component, component.observed),
    ...kubeconfigReaders(component),
  };
};
