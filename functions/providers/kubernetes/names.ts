import { namespaceName } from '../../documents/names.ts';
import type { Binding } from '../binding.ts';
import type { Component, Place } from '../provider.ts';
import type { KubernetesZone } from './settings.ts';

/**
 * Where the ServiceAccounts lie with which squads deploy. Not in the namespace of the Service: whoever may write a pod
 * there could run it as any ServiceAccount of that namespace, and mount any of its Secrets, the token's included.
 */
export const deployersNamespace = 'squadkit-deployers';

/** The namespace of a Service on the cluster: `galaxy-billing`. */
export const namespaceOf = ({ squad, service }: Place): string => namespaceName(squad.name, service);

/** A group of the identity provider as the cluster knows it. */
export const groupOf = ({ platform }: Pick<Component<KubernetesZone, unknown>, 'platform'>, group: string): string =>
  `${platform.groupPrefix}${group}`;

/** The API server takes 128 bytes of who applies something: `provider-kubernetes/` and the name of the Object. */
const longestObject = 108;

/** Local name of the Object that delivers a Secret. With the longest names of everything it would be one byte too long. */
export const deliveryOf = (
  { managedName }: Pick<Component<unknown, unknown>, 'managedName'>,
  { name }: Pick<Binding, 'name'>,
): string => (managedName(`secret.${name}`).length <= longestObject ? `secret.${name}` : `s.${name}`);
