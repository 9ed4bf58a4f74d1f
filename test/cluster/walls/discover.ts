import type { Cluster } from '../../control-plane/kubernetes.ts';

/** A kind that an API server serves. */
export interface Served {
  apiVersion: string;
  kind: string;
  name: string;
  namespaced: boolean;
  verbs: string[];
}

/** Everything that an API server serves, by discovery: all groups, all versions, all subresources. */
export const discover = async (cluster: Cluster): Promise<Served[]> => {
  const { groups } = await cluster.request<{ groups: { versions: { groupVersion: string }[] }[] }>('GET', '/apis');
  const versions = ['v1', ...groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion))];
  const lists = await Promise.all(
    versions.map(async (apiVersion) => {
      const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      const { resources } = await cluster.request<{ resources: Omit<Served, 'apiVersion'>[] }>('GET', root);
      return resources.map((resource) => ({ ...resource, apiVersion }));
    }),
  );

  return lists.flat();
};

/** Where a version of an API has its resources. */
export const rootOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
/** The group of a version of an API, empty for the core. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '';
