import { type Resource, RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import { example } from '../support/examples.ts';
import { requestFor, resourceOf } from '../support/request.ts';

/** What a Service of some size makes of a request, for Squadkit and for functions that take other ways to the same. */
export interface Sized {
  /** How many resources are observed. */
  size: number;
  /** The second call of a round: with Squad and Zones. */
  service: RunFunctionRequest;
  /** The manifests that are desired of a Service of that size, by composition resource name. */
  manifests: Record<string, KubernetesObject>;
}

interface Shape {
  zones: number;
  databases: number;
  clusters: number;
  readers: boolean;
}

/** Shapes that come close to a size from below; extensions fill the rest. */
const shapes: Record<number, Shape> = {
  10: { zones: 1, databases: 1, clusters: 0, readers: false },
  30: { zones: 1, databases: 1, clusters: 1, readers: false },
  100: { zones: 3, databases: 1, clusters: 1, readers: true },
  1000: { zones: 8, databases: 4, clusters: 2, readers: true },
};

export const sizes = Object.keys(shapes).map(Number);

/**
 * A request of a Service that observes exactly so many resources, as an API server returns them. The smallest Service
 * with a database has 13 resources: at size 10 it is being created, and the gate has something to hold back.
 */
export const requestOf = (size: number): Sized => {
  const shape = shapes[size];
  if (shape === undefined) throw new Error(`no Service of size ${size}: expected one of ${sizes.join(', ')}`);

  const missing = size - Object.keys(settle(shape, 0).observed).length;
  const { service, registry, observed } = settle(shape, Math.max(0, missing));
  const names = Object.keys(observed);
  if (names.length < size) throw new Error(`a Service of size ${size} has only ${names.length} resources`);

  const request = requestFor(
    { ...stored(service, ''), status: service.status ?? {} },
    Object.fromEntries(names.slice(0, size).map((name) => [name, asStored(observed[name] as Resource, name)])),
    registry.map((object) => stored(object, '')),
  );
  // Crossplane answers what was asked, and a Service asks for neither of these.
  const { services: _, zones: __, ...requiredResources } = request.requiredResources;

  return {
    size,
    service: RunFunctionRequest.create({ ...request, requiredResources }),
    manifests: Object.fromEntries(names.slice(0, size).map((name) => [name, desiredOf(observed[name] as Resource)])),
  };
};

const settle = (shape: Shape, extensions: number) => {
  const frontier = example('Zone', 'frontier');
  const [spike, aqua] = (frontier.spec?.components ?? []) as Record<string, Record<string, unknown>>[];
  const count = (length: number, name: string) => Array.from({ length }, (_, index) => `${name}-${index}`);
  const [databases, clusters] = [count(shape.databases, 'spike'), count(shape.clusters, 'aqua')];
  const zoneNames = count(shape.zones, 'zone');
  const all = Array.from({ length: extensions }, (_, index) => `extension_${index}`);
  const perDatabase = Math.ceil(extensions / (shape.zones * shape.databases));

  const zone = (name: string): KubernetesObject => ({
    ...frontier,
    metadata: { name },
    spec: {
      ...frontier.spec,
      components: [
        ...databases.map((database) => ({
          ...spike,
          name: database,
          postgres: { ...spike?.postgres, ...credentials(`${name}-${database}`), extensions: all },
        })),
        ...clusters.map((cluster) => ({
          ...aqua,
          name: cluster,
          kubernetes: { ...aqua?.kubernetes, ...credentials(`${name}-${cluster}`) },
        })),
      ],
    },
  });
  const service: KubernetesObject = {
    ...example('Service', 'billing'),
    spec: {
      zones: zoneNames.map((name, zoneIndex) => ({
        name,
        components: [
          ...databases.map((database, index) => {
            const from = (zoneIndex * shape.databases + index) * perDatabase;
            const postgres = { readers: shape.readers, extensions: all.slice(from, from + perDatabase) };
            return { name: database, provider: 'postgres', postgres };
          }),
          ...clusters.map((cluster) => ({ name: cluster, provider: 'kubernetes' })),
        ],
      })),
    },
  };
  const squad = { ...example('Squad', 'galaxy'), spec: { zoneSelector: {} } };
  const registry = [squad, ...zoneNames.map(zone)];
  const { observed, response } = simulate(service, registry);
  if (response.results[0] !== undefined) throw new Error(`the Service is refused: ${response.results[0].message}`);

  // What it was promised is in its status: it looks at nobody else any more.
  const status = response.desired?.composite?.resource?.status as Record<string, unknown> | undefined;

  return { service: { ...service, ...(status && { status }) }, registry, observed };
};

const credentials = (name: string) => ({
  credentialsSecretRef: { namespace: 'squadkit-system', name },
});

const desiredOf = ({ resource }: Resource): KubernetesObject => {
  const { status: _, metadata, ...manifest } = resource as unknown as KubernetesObject;
  const { generation: __, resourceVersion: ___, creationTimestamp: ____, ...ours } = metadata ?? {};

  return { ...manifest, metadata: ours } as KubernetesObject;
};

const asStored = ({ resource, connectionDetails }: Resource, name: string): Resource => ({
  ...resourceOf(stored(resource as unknown as KubernetesObject, name)),
  connectionDetails,
});

const uid = '6f1c9f5e-8c41-4d0e-9d6b-3b6f2f6f0a11';
const time = '2026-01-01T00:00:00Z';

/** An object as an API server returns it: with owner, managers of fields, and what controllers note on it. */
const stored = (object: KubernetesObject, composed: string): KubernetesObject => {
  const { metadata = {}, status = {}, ...rest } = object;
  const { conditions = [], ...other } = status as { conditions?: Record<string, unknown>[] };
  const full: KubernetesObject = {
    ...(rest as KubernetesObject),
    metadata: {
      ...metadata,
      uid,
      creationTimestamp: time,
      generation: metadata.generation ?? 1,
      resourceVersion: '184467',
      annotations: { ...metadata.annotations, 'crossplane.io/composition-resource-name': composed },
      labels: { ...metadata.labels, 'crossplane.io/composite': 'billing' },
      finalizers: ['finalizer.managedresource.crossplane.io'],
      ownerReferences: [
        {
          apiVersion: 'squadkit.io/v1alpha1',
          kind: 'Service',
          name: 'billing',
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    status: {
      ...other,
      conditions: conditions.map((condition) => ({ ...condition, lastTransitionTime: time })),
    },
  };

  return {
    ...full,
    metadata: {
      ...full.metadata,
      managedFields: [
        manager('apiextensions.crossplane.io/composed', 'Apply', { metadata: full.metadata, spec: full.spec }),
        manager('crossplane-provider', 'Update', { metadata: metadataOfProvider }),
        manager('crossplane-provider', 'Update', { status: full.status }, 'status'),
      ],
    },
  };
};

const metadataOfProvider = {
  annotations: {
    'crossplane.io/external-create-pending': '',
    'crossplane.io/external-create-succeeded': '',
    'crossplane.io/external-name': '',
  },
  finalizers: ['finalizer.managedresource.crossplane.io'],
};

const manager = (name: string, operation: string, owned: object, subresource?: string) => ({
  manager: name,
  operation,
  apiVersion: 'v1',
  time,
  fieldsType: 'FieldsV1',
  fieldsV1: fieldsOf(owned),
  ...(subresource && { subresource }),
});

/** The keys of an object as the API server notes who owns them. */
const fieldsOf = (value: unknown): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return {};
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [`f:${key}`, fieldsOf(child)]));
  }

  return Object.fromEntries(
    value.map((item) => {
      if (typeof item !== 'object' || item === null) return [`v:${JSON.stringify(item)}`, {}];
      const key = Object.fromEntries(Object.entries(item).filter(([name]) => ['type', 'uid', 'name'].includes(name)));
      return [`k:${JSON.stringify(key)}`, { '.': {}, ...fieldsOf(item) }];
    }),
  );
};
