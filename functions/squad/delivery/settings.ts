import type { KubernetesObject } from '../../objects/resource.ts';

/** Where whoever delivers is described on the hub: ServiceAccounts, and what Flux is told. */
export const deliveryNamespace = 'squadkit-delivery';

/** What names the ConfigMap in which the platform says how squads' documents get from Git to the hub. */
export const deliverySelector = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  matchName: 'squadkit-delivery',
  namespace: deliveryNamespace,
};

/** The engines that a squad's folder can be delivered by. */
const engineNames = ['flux', 'argocd'] as const;

/** How squads' documents get from Git to the hub. */
export interface DeliverySettings {
  engine: (typeof engineNames)[number];
  /** For Flux the GitRepository in `squadkit-delivery`, for Argo CD the repository's URL. */
  source: string;
  /** The folder in the repository that has one of each squad's name: `squads`. */
  folder: string;
}

const folderPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const sources = {
  flux: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  argocd: /^[a-z]+:\/\/[^\s\\]{1,500}$/,
};

/**
 * What the platform says: settings, that there is no engine, or undefined when it says nothing, or nothing that fits: the policy beside the ConfigMap refuses
 * that (package/install/hub/delivery.yaml), and what is delivered already goes on.
 */
export const deliverySettingsIn = ([found]: KubernetesObject[]): DeliverySettings | 'none' | undefined => {
  const { engine, source, folder } = (found?.data ?? {}) as Record<string, unknown>;
  if (engine === 'none') return 'none';
  const known = engineNames.find((name) => name === engine);
  if (known === undefined || typeof source !== 'string' || typeof folder !== 'string') return undefined;
  if (!sources[known].test(source) || folder.length > 200 || !folderPattern.test(folder)) return undefined;

  return { engine: known, source, folder };
};
