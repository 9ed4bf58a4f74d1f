import type { KubernetesObject, Metadata } from '../../objects/resource.ts';

/** What an Object last saw on the cluster, or undefined (provider-kubernetes v1.2.1, status.atProvider.manifest). */
export const seenOf = ({ status }: Pick<KubernetesObject, 'status'>): { metadata?: Metadata } | undefined =>
  (status?.atProvider as { manifest?: { metadata?: Metadata } } | undefined)?.manifest;
