import { namespaceName } from '../../names.ts';
import type { Component, Place } from '../provider.ts';
import type { KubernetesZone } from './settings.ts';

/**
 * Where the ServiceAccounts lie with which squads deploy. Not in the namespace of the Service: whoever may write a pod
 * there could run it as any ServiceAccount of that namespace, and mount any of its Secrets, the token's included.
 */
export const deployersNamespace = 'squadkit-deployers';

export const namespaceOf = ({ squad, service }: Place): string => namespaceName(squad.name, service);

/** A group of the identity provider as the cluster knows it. */
export const groupOf = ({ platform }: Pick<Component<KubernetesZone, unknown>, 'platform'>, group: string): string =>
  `${platform.groupPrefix}${group}`;
