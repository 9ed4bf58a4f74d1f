import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import type { Look } from './look.ts';

/** A write, of whatever kind, that somebody could try. */
export interface Attempt {
  /** POST, PUT, PATCH, DELETE or GET. */
  method: string;
  path: string;
  body?: unknown;
  contentType?: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string | undefined;
  /** Name of the object, empty for a new one. */
  target: string;
  /** What is tried, in one word. */
  change: string;
  /** Whether the object carries a label of ours. */
  isMarked: boolean;
  isDeletion: boolean;
}

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

const rootOf = (apiVersion: string) => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);
const groupOf = (apiVersion: string) => (apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '');

/** Changes that are tried of every object, each by a merge patch. */
const changes = (object: KubernetesObject): Record<string, object> => ({
  annotation: { metadata: { annotations: { walls: 'tried' } } },
  label: { metadata: { labels: { walls: 'tried' } } },
  mark: { metadata: { labels: { 'squadkit.io/squad': 'pirates' } } },
  unmarked: { metadata: { labels: null } },
  owner: {
    metadata: {
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-0000-0000-000000000000' },
      ],
    },
  },
  finalizer: { metadata: { finalizers: ['walls.example.org/stays'] } },
  paused: { metadata: { annotations: { 'crossplane.io/paused': 'true' } } },
  external: { metadata: { annotations: { 'crossplane.io/external-name': 'other' } } },
  ...(object.spec?.managementPolicies && {
    observed: { spec: { managementPolicies: ['Observe'] } },
    everything: { spec: { managementPolicies: ['*'], forProvider: {} } },
  }),
  status: { status: { walls: 'tried', phase: 'Terminating', conditions: [] } },
});

/** What is sent to a subresource that takes no object of its kind. */
const special: Record<string, (object: KubernetesObject) => object> = {
  token: () => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
  binding: ({ metadata }) => ({ apiVersion: 'v1', kind: 'Binding', metadata, target: { kind: 'Node', name: 'walls' } }),
};

/** Every write to one object by every door that it has. */
const toObject = (object: KubernetesObject, served: Served, doors: Served[]): Attempt[] => {
  const { apiVersion, name: resource, namespaced } = served;
  const { name, namespace } = object.metadata;
  const collection = `${rootOf(apiVersion)}${namespaced ? `/namespaces/${namespace}` : ''}/${resource}`;
  const path = `${collection}/${name}`;
  const isMarked = Object.keys(object.metadata.labels ?? {}).some((label) => label.startsWith('squadkit.io/'));
  const common = {
    group: groupOf(apiVersion),
    resource,
    namespace,
    target: name,
    isMarked,
    isDeletion: false,
    subresource: '',
  };
  const merge = 'application/merge-patch+json';
  const { managedFields: _, ...metadata } = object.metadata;
  const whole = {
    ...object,
    apiVersion,
    metadata: { ...metadata, annotations: { ...metadata.annotations, walls: 'tried' } },
  };
  const patches = (at: string, subresource: string): Attempt[] =>
    Object.entries(changes(object)).map(([change, body]) => ({
      ...common,
      subresource,
      change,
      method: 'PATCH',
      path: at,
      body,
      contentType: merge,
    }));
  const applied = {
    apiVersion,
    kind: served.kind,
    metadata: { name, ...(namespace && { namespace }), annotations: { walls: 'tried' } },
  };
  const attempts: Attempt[] = [
    ...patches(path, ''),
    { ...common, change: 'replaced', method: 'PUT', path, body: whole },
    {
      ...common,
      change: 'applied',
      method: 'PATCH',
      path: `${path}?fieldManager=walls&force=true`,
      body: applied,
      contentType: 'application/apply-patch+yaml',
    },
    { ...common, change: 'deleted', isDeletion: true, method: 'DELETE', path },
    { ...common, change: 'orphaned', isDeletion: true, method: 'DELETE', path: `${path}?propagationPolicy=Orphan` },
    {
      ...common,
      change: 'all deleted',
      isDeletion: true,
      method: 'DELETE',
      path: `${collection}?fieldSelector=metadata.name%3D${name}`,
    },
  ].filter(
    ({ change, method, isDeletion }) =>
      !(isDeletion && resource === 'pods') &&
      !(change === 'all deleted' && !served.verbs.includes('deletecollection')) &&
      verbOf(method, served),
  );
  const others = doors.flatMap((door): Attempt[] => {
    const subresource = door.name.split('/')[1] as string;
    const at = `${path}/${subresource}`;
    const made = special[subresource]?.(object);
    const post = door.verbs.includes('create');

    return [
      ...(door.verbs.includes('patch') ? patches(at, subresource) : []),
      ...(door.verbs.includes('update')
        ? [{ ...common, subresource, change: 'replaced', method: 'PUT', path: at, body: whole }]
        : []),
      ...(post
        ? [{ ...common, subresource, change: 'asked', method: 'POST', path: at, ...(made && { body: made }) }]
        : []),
      ...(post && door.verbs.includes('get') && !made
        ? [{ ...common, subresource, change: 'entered', method: 'GET', path: `${at}?command=sh` }]
        : []),
    ];
  });

  return [...attempts, ...others];
};

const verbOf = (method: string, { verbs }: Served) =>
  verbs.includes({ PUT: 'update', PATCH: 'patch', DELETE: 'delete', POST: 'create' }[method] as string);

/** Names that would be taken for ours, beside those that carry a label. */
const newObjects = (served: Served, look: Look, bodyOf: BodyOf): Attempt[] => {
  const { apiVersion, kind, name: resource, namespaced, verbs } = served;
  if (!verbs.includes('create') || !verbs.includes('get')) return [];
  const common = {
    group: groupOf(apiVersion),
    resource,
    subresource: '',
    target: '',
    isDeletion: false,
    method: 'POST',
  };
  const made = (namespace: string | undefined, change: string, labels?: Record<string, string>): Attempt => ({
    ...common,
    namespace,
    change,
    isMarked: labels !== undefined,
    path: `${rootOf(apiVersion)}${namespace ? `/namespaces/${namespace}` : ''}/${resource}`,
    body: bodyOf(apiVersion, kind, {
      name: 'squadkit-walls',
      ...(namespace && { namespace }),
      ...(labels && { labels }),
    }),
  });
  const marks = ['squad', 'service', 'zone'].map((mark) => ({ [`squadkit.io/${mark}`]: 'pirates' }));
  if (!namespaced) return marks.map((labels) => made(undefined, 'new with a mark', labels));

  return [
    ...look.places
      .filter((place) => place.takes(groupOf(apiVersion), resource))
      .map(({ namespace }) => made(namespace, 'new')),
    ...marks.map((labels) => made('default', 'new with a mark', labels)),
  ];
};

/** Makes an object that the API server would store. */
export type BodyOf = (apiVersion: string, kind: string, metadata: KubernetesObject['metadata']) => KubernetesObject;

/** Of each kind in each namespace so many are tried; all are looked at afterwards. */
const each = 1;
/** Of Secrets, ConfigMaps and other plain kinds, which are many things under one name. */
const eachOfCore = 4;

/** Every write that is tried: each kind that is served, each object of ours, each door, each change. */
export const attemptsOf = (served: Served[], look: Look, bodyOf: BodyOf): Attempt[] =>
  served
    .filter(({ name, kind }) => !name.includes('/') && !['Event', 'ComponentStatus'].includes(kind))
    .flatMap((kind) => {
      const group = groupOf(kind.apiVersion);
      // Whoever evicts a pod has it made again.
      const doors = served.filter(
        ({ apiVersion, name }) =>
          apiVersion === kind.apiVersion && name.startsWith(`${kind.name}/`) && name !== 'pods/eviction',
      );
      const perPlace = new Map<string, number>();
      const objects = look.objects.filter(({ apiVersion, resource, object }) => {
        if (groupOf(apiVersion) !== group || resource !== kind.name) return false;
        const place = object.metadata.namespace ?? '';
        perPlace.set(place, (perPlace.get(place) ?? 0) + 1);
        return (perPlace.get(place) ?? 0) <= (group === '' ? eachOfCore : each);
      });

      return [...objects.flatMap(({ object }) => toObject(object, kind, doors)), ...newObjects(kind, look, bodyOf)];
    });
