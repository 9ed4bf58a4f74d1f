import { serverOf } from '../../documents/address.ts';
import type { Observed } from '../../objects/resource.ts';
import { dataOf, whenObserved } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import { detailOf, isOdd, type OddDetail } from '../details.ts';
import type { Component } from '../provider.ts';
import { locks } from './locks.ts';
import { deployersNamespace, namespaceOf } from './names.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

/**
 * The deployer's kubeconfig, as a Secret on the hub; held back until the cluster has issued the token. Once it exists it
 * is kept, with the content it has, while the token cannot be read.
 */
export const kubeconfigSecret = (
  component: Component<KubernetesZone, KubernetesService>,
  observed: Record<string, Observed>,
): Composed => {
  const token = detailOf(observed['deployer-token'], 'token', 'secret');
  const data = token === undefined ? dataOf(observed.kubeconfig) : { kubeconfig: kubeconfig(component, token) };

  return {
    object: { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data },
    after: locks,
    hold: token === undefined ? 'token' : undefined,
    delivers: `kubeconfig of the deployer in Secret ${component.managedName('kubeconfig')}`,
    ready: whenObserved,
  };
};

/** A token that is none: with it nobody deploys, so the kubeconfig keeps the one that it has. */
export const oddDetails = (component: Component<KubernetesZone, KubernetesService>): OddDetail[] =>
  isOdd(component.observed['deployer-token'], 'token', 'secret')
    ? [
        {
          local: 'deployer-token',
          actor: 'Platform',
          next: `delete Secret ${namespaceOf(component)} in namespace ${deployersNamespace} on ${component.component} in zone ${component.zone.name}: it holds no token, and is made again with one`,
        },
      ]
    : [];

/**
 * What lets the squad's pipelines fetch that Secret from the hub, and no other: a Role that names it, for the squad's
 * deployerGroup. Nothing where the squad has none: then only who reads all Secrets of the hub hands it out.
 */
// Guard rail: kubernetes-pipelines-read-one-secret
export const kubeconfigReaders = (
  component: Component<KubernetesZone, KubernetesService>,
): Record<string, Composed> => {
  const { deployerGroup } = component.squad;
  if (deployerGroup === undefined) return {};
  const apiGroup = 'rbac.authorization.k8s.io';
  const name = component.managedName('kubeconfig-reader');

  return {
    'kubeconfig-reader': {
      object: {
        apiVersion: `${apiGroup}/v1`,
        kind: 'Role',
        rules: [
          {
            apiGroups: [''],
            resources: ['secrets'],
            resourceNames: [component.managedName('kubeconfig')],
            verbs: ['get'],
          },
        ],
      },
      after: locks,
      ready: whenObserved,
    },
    'kubeconfig-readers': {
      object: {
        apiVersion: `${apiGroup}/v1`,
        kind: 'RoleBinding',
        roleRef: { apiGroup, kind: 'Role', name },
        subjects: [{ apiGroup, kind: 'Group', name: deployerGroup }],
      },
      after: locks,
      ready: whenObserved,
      delivers: `the kubeconfig to pipelines of group ${deployerGroup}`,
    },
  };
};

/** A kubeconfig in JSON, which is YAML too, in base64. */
const kubeconfig = (component: Component<KubernetesZone, KubernetesService>, token: string): string => {
  const { server, caBundle } = component.platform;
  const name = component.component;
  const authority = caBundle !== undefined && {
    'certificate-authority-data': Buffer.from(caBundle).toString('base64'),
  };
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: serverOf(server), ...authority } }],
    users: [{ name: 'deployer', user: { token } }],
    contexts: [{ name, context: { cluster: name, user: 'deployer', namespace: namespaceOf(component) } }],
    'current-context': name,
  };

  return Buffer.from(`${JSON.stringify(content, null, 2)}\n`).toString('base64');
};
