import type { KubernetesObject } from '../objects/resource.ts';
import { type Check, found, hidden, well } from './check.ts';
import type { Attempt, Cluster } from './cluster.ts';

/** Something that everybody is refused but Crossplane or Squadkit, whoever looks. */
interface Forbidden {
  /** In words, after "nobody". */
  what: string;
  object: KubernetesObject;
  /** A merge patch of the object of that name; by default it is created. */
  change?: Record<string, unknown>;
}

const name = 'squadkit-doctor';

const writers: Forbidden = {
  what: 'names everybody in squadkit-writers',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'squadkit-writers', namespace: 'squadkit-system' } },
  change: { data: { doctor: 'system:authenticated' } },
};

const label: Forbidden = {
  what: 'puts the label of a squad on anything',
  object: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', labels: { 'squadkit.io/squad': name } },
  },
};

const controllers: Forbidden = {
  what: 'takes a token of a controller of Kubernetes',
  object: {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: {
      ...{ name, namespace: 'kube-system' },
      annotations: { 'kubernetes.io/service-account.name': 'generic-garbage-collector' },
    },
  },
};

const onHub: Forbidden[] = [
  writers,
  label,
  controllers,
  {
    what: 'gives a Squad a finalizer',
    object: {
      apiVersion: 'squadkit.io/v1alpha1',
      kind: 'Squad',
      metadata: { name: 'doctor', finalizers: ['squadkit.io/doctor'] },
      spec: { zoneSelector: { matchLabels: {} } },
    },
  },
  {
    what: 'writes what protects Zones and Squads',
    object: {
      apiVersion: 'protection.crossplane.io/v1beta1',
      kind: 'ClusterUsage',
      metadata: { name: 'squadkit.doctor' },
      spec: { of: { apiVersion: 'v1', kind: 'Namespace', resourceRef: { name: 'default' } }, reason: 'doctor' },
    },
  },
];

/** What is refused in a squad's namespace on the hub. */
const inSquad = (namespace: string): Forbidden[] => [
  {
    what: `writes into namespace ${namespace} of a squad`,
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } },
  },
];

const onRemote: Forbidden[] = [writers, label, controllers];

/** What is refused in the namespace of a Service. */
const inService = (namespace: string): Forbidden[] => {
  const metadata = { name, namespace };
  const container = { name: 'doctor', image: 'example.org/doctor' };

  return [
    {
      what: `opens the network of namespace ${namespace}`,
      object: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata,
        spec: { podSelector: {}, policyTypes: ['Ingress'] },
      },
    },
    {
      what: `chooses a node in namespace ${namespace}`,
      object: {
        ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
        spec: {
          selector: { matchLabels: { app: 'doctor' } },
          template: { metadata: { labels: { app: 'doctor' } }, spec: { nodeName: 'doctor', containers: [container] } },
        },
      },
    },
    {
      what: `opens a port of the nodes in namespace ${namespace}`,
      object: { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'NodePort', ports: [{ port: 80 }] } },
    },
    {
      what: `takes a host name of others in namespace ${namespace}`,
      object: {
        ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata },
        spec: { defaultBackend: { service: { name: 'doctor', port: { number: 80 } } } },
      },
    },
    {
      what: `takes a volume that is there in namespace ${namespace}`,
      object: {
        ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata },
        spec: { volumeName: 'doctor', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
      },
    },
  ];
};

/** The first namespace with that label: what holds in one holds in all, because policies go by it. */
const firstWith = (namespaces: readonly KubernetesObject[], label: string): string | undefined =>
  namespaces
    .filter(({ metadata }) => metadata?.labels?.[label] !== undefined && metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata?.name ?? '')
    .sort()[0];

/** Tries for show what nobody may do, and reads by what it was refused. */
export const checkForce = async (cluster: Cluster, where: 'hub' | 'remote'): Promise<Check[]> => {
  const namespaces = await cluster.list('v1', 'Namespace');
  const namespace = firstWith(namespaces ?? [], where === 'hub' ? 'squadkit.io/squad' : 'squadkit.io/service');
  const always = where === 'hub' ? onHub : onRemote;
  const inside = namespace === undefined ? [] : (where === 'hub' ? inSquad : inService)(namespace);
  const checks = await Promise.all(
    [...always, ...inside].map(async ({ what, object, change }) =>
      verdict(`nobody ${what}`, await cluster.attempt(object, change)),
    ),
  );

  return namespaces === undefined
    ? [...checks, hidden("what nobody may do in a squad's namespace", 'you may not list namespaces')]
    : checks;
};

const verdict = (what: string, attempt: Attempt): Check => {
  if (attempt === 'unknown kind') return hidden(what, 'the cluster does not know the kind');
  const move = {
    actor: 'Platform',
    next: 'apply package/install of this version again, and see who may change its policies',
  } as const;
  if (attempt === 'passed') return found(what, 'weak', ['a dry run of it was not refused'], move);
  if (/ValidatingAdmissionPolicy 'squadkit-/.test(attempt.refused)) return well(what);

  return hidden(what, `a dry run was refused before the policies: ${attempt.refused.slice(0, 120)}`);
};
