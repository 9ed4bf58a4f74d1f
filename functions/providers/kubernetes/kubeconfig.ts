import { serverOf } from '../../documents/address.ts';
import type { Observed } from '../../objects/resource.ts';
import { connectionOf, dataOf, whenObserved } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { namespaceOf } from './names.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

/**
 * The deployer's kubeconfig, as a Secret on the hub; held back until the cluster has issued the token. Once it exists it
 * is kept, with the content it has, while the token cannot be read.
 */
export const kubeconfigSecret = (
  component: Component<KubernetesZone, KubernetesService>,
  observed: Record<string, Observed>,
): Composed => {
  const { token } = connectionOf(observed['deployer-token']);
  const data =
    token === undefined ? dataOf(observed.kubeconfig) : { kubeconfig: kubeconfig(component, token.toString()) };

  return {
    object: { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data },
    hold: token === undefined ? 'token' : undefined,
    delivers: `kubeconfig of the deployer in Secret ${component.managedName('kubeconfig')}`,
    ready: whenObserved,
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
