import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../control-plane/api-error.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import type { Served } from './discover.ts';
import { networks } from './networks.ts';
import type { ClusterName } from './servers.ts';

/** An object that is Squadkit's, or on which Squadkit stands. */
export interface Owned {
  apiVersion: string;
  resource: string;
  object: KubernetesObject;
}

/** A namespace in which a new object of some kinds would be an effect. */
export interface Place {
  namespace: string;
  takes: (group: string, resource: string) => boolean;
}

/** What is there, by path, each with the version that the API server gave it. */
export interface Look {
  objects: Owned[];
  places: Place[];
  versions: Map<string, string>;
}

const everything = () => true;
/** What locks a Service's namespace; workloads in it are the squad's own. */
const locks = (_: string, resource: string) =>
  ['roles', 'rolebindings', 'resourcequotas', 'limitranges', ...networks.map(({ resource: other }) => other)].includes(
    resource,
  );

/** What runs there, who that is, and which of them leads. Whatever else is kept there is nobody's way to become one. */
const programs = (group: string, resource: string) =>
  ['', 'apps', 'batch', 'rbac.authorization.k8s.io', 'coordination.k8s.io'].includes(group) &&
  !['persistentvolumeclaims', 'bindings'].includes(resource);

const places: Record<ClusterName, Place[]> = {
  hub: [
    ...['galaxy', 'quasar', 'squadkit-system', 'squadkit-delivery', 'squadkit-backups', 'squadkit-janitor'].map(
      (namespace) => ({
        namespace,
        takes: everything,
      }),
    ),
    { namespace: 'crossplane-system', takes: programs },
    // Its Secrets and ConfigMaps may be kept by others, such as a store of secrets.
    {
      namespace: 'flux-system',
      takes: (group, resource) => programs(group, resource) && !['secrets', 'configmaps'].includes(resource),
    },
  ],
  aqua: [
    ...['squadkit-system', 'squadkit-deployers'].map((namespace) => ({ namespace, takes: everything })),
    ...['galaxy-billing', 'quasar-catalog'].map((namespace) => ({ namespace, takes: locks })),
  ],
};

const isOurs = (name: ClusterName, { apiVersion, metadata, spec }: KubernetesObject, resource: string): boolean => {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '';
  if (resource === 'events') return false;
  if (Object.keys(metadata.labels ?? {}).some((label) => label.startsWith('squadkit.io/'))) return true;
  // A platform may have protections of its own.
  if (group === 'protection.crossplane.io' && resource.endsWith('usages'))
    return metadata.name.startsWith('squadkit.') || /(squadkit|crossplane)\.io\//.test(spec?.of?.apiVersion ?? '');
  if (/(^|\.)(squadkit|crossplane)\.io$/.test(group) && name === 'hub') return true;
  // Flux applies it with its own rights.
  if (group === 'kustomize.toolkit.fluxcd.io') return spec?.serviceAccountName === undefined;
  if (['customresourcedefinitions', 'apiservices'].includes(resource))
    return /(squadkit|crossplane)\.io$/.test(metadata.name);
  if (['clusterroles', 'clusterrolebindings'].includes(resource)) return /^squadkit(:|$)/.test(metadata.name);
  const place = places[name].find(
    ({ namespace }) => namespace === (resource === 'namespaces' ? metadata.name : metadata.namespace),
  );

  if (place === undefined) return false;

  return resource === 'namespaces' ? place.takes === everything : place.takes(group, resource);
};

/** Reads everything that a cluster has, and keeps what is ours. */
export const lookAt = async (name: ClusterName, cluster: Cluster, served: Served[]): Promise<Look> => {
  // An object is read once, whatever versions it is served in.
  const seen = new Set<string>();
  const kinds = served.filter(({ apiVersion, name: resource, verbs }) => {
    const key = `${apiVersion.split('/').slice(0, -1)} ${resource}`;
    if (resource.includes('/') || !verbs.includes('list') || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const lists = await Promise.all(
    kinds.map(async ({ apiVersion, kind, name: resource }) => {
      const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      const items = await listed(cluster, `${root}/${resource}`);
      return items.map((item) => ({ apiVersion, resource, object: { ...item, apiVersion, kind } }));
    }),
  );
  const objects = lists.flat().filter(({ resource, object }) => isOurs(name, object, resource));

  return {
    objects,
    places: places[name],
    versions: new Map(
      objects.map(({ resource, object: { apiVersion, metadata } }) => [
        `${apiVersion.split('/').slice(0, -1)}/${resource}/${metadata.namespace ?? ''}/${metadata.name}`,
        `${metadata.uid} ${metadata.resourceVersion}`,
      ]),
    ),
  };
};

/** A kind that is a moment old answers that it is not there yet, or that its storage is being made. */
const listed = async (cluster: Cluster, path: string, attempt = 1): Promise<KubernetesObject[]> => {
  try {
    return (await cluster.request<{ items: KubernetesObject[] }>('GET', path)).items;
  } catch (error) {
    if (!(error instanceof ApiError) || ![404, 429].includes(error.status) || attempt > 100) throw error;
    await sleep(200);
    return listed(cluster, path, attempt + 1);
  }
};

/** What was changed, removed or made between two looks. A pod may be removed: whoever runs it has it made again. */
export const effects = (before: Look, after: Look): string[] => [
  ...[...before.versions].flatMap(([path, version]) => {
    const now = after.versions.get(path);
    if (now === version || (now === undefined && path.startsWith('/pods/'))) return [];

    return [`${path} was ${now === undefined ? 'removed' : 'changed'}`];
  }),
  ...[...after.versions.keys()].filter((path) => !before.versions.has(path)).map((path) => `${path} was made`),
];
