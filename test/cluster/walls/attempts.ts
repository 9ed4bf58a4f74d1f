import type { KubernetesObject } from '../../control-plane/objects.ts';
import { changesAt, changesOf, special } from './changes.ts';
import { groupOf, rootOf, type Served } from './discover.ts';
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
    Object.entries({ ...changesOf(object), ...changesAt(subresource) }).map(([change, body]) => ({
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
        ? [
            { ...common, subresource, change: 'replaced', method: 'PUT', path: at, body: whole },
            ...Object.entries(changesAt(subresource)).map(
              ([change, body]): Attempt => ({
                ...common,
                ...{ subresource, change, method: 'PUT', path: at, body: { ...whole, ...body } },
              }),
            ),
          ]
        : []),
      ...(post
        ? [{ ...common, subresource, change: 'asked', method: 'POST', path: at, ...(made && { body: made }) }]
        : []),
      ...(isDoorIn(door) && !made
        ? [{ ...common, subresource, change: 'entered', method: 'GET', path: `${at}?command=sh&ports=80` }]
        : []),
    ];
  });

  return [...attempts, ...others];
};

/** What leads into a program: exec, attach, portforward, proxy. */
const isDoorIn = ({ verbs }: Served) => verbs.includes('create') && verbs.includes('get');

const verbOf = (method: string, { verbs }: Served) =>
  verbs.includes({ PUT: 'update', PATCH: 'patch', DELETE: 'delete', POST: 'create' }[method] as string);

/** Groups of which every object is ours, wherever it lies. */
const ours = /(^|\.)(squadkit|crossplane)\.io$/;

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
  // A name that is free is also taken by applying to it.
  const applied = (namespace: string | undefined): Attempt => {
    const { path, body, ...rest } = made(namespace, 'new by applying');

    return {
      ...rest,
      ...{ method: 'PATCH', path: `${path}/squadkit-walls?fieldManager=walls`, body },
      contentType: 'application/apply-patch+yaml',
    };
  };
  const marks = ['squad', 'service', 'zone'].map((mark) => ({ [`squadkit.io/${mark}`]: 'pirates' }));
  const isOfOurs = ours.test(groupOf(apiVersion));
  if (!namespaced)
    return [
      ...marks.map((labels) => made(undefined, 'new with a mark', labels)),
      ...(isOfOurs ? [made(undefined, 'new'), applied(undefined)] : []),
    ];

  return [
    ...(isOfOurs ? [made('default', 'new'), applied('default')] : []),
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
        // Each namespace is a place of its own.
        const place = object.metadata.namespace ?? (resource === 'namespaces' ? object.metadata.name : '');
        perPlace.set(place, (perPlace.get(place) ?? 0) + 1);
        return (perPlace.get(place) ?? 0) <= (group === '' ? eachOfCore : each);
      });

      return [...objects.flatMap(({ object }) => toObject(object, kind, doors)), ...newObjects(kind, look, bodyOf)];
    });
