import type { KubernetesObject } from '../../control-plane/objects.ts';

/** What is used of a schema in a CRD. */
interface Schema {
  type?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
  minItems?: number;
  minimum?: number;
  default?: unknown;
}

/** The least that a schema accepts: what is required, and no more. */
export const leastOf = (schema: Schema): unknown => {
  if (schema.default !== undefined) return schema.default;
  if (schema.enum?.length) return schema.enum[0];
  if (schema.type === 'object' || schema.properties) {
    const required = schema.required ?? [];
    return Object.fromEntries(required.map((name) => [name, leastOf(schema.properties?.[name] ?? { type: 'object' })]));
  }
  if (schema.type === 'array') return Array.from({ length: schema.minItems ?? 0 }, () => leastOf(schema.items ?? {}));
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return true;

  return 'walls';
};

const pod = { containers: [{ name: 'walls', image: 'walls:1' }] };
const template = { metadata: { labels: { app: 'walls' } }, spec: pod };
const selector = { matchLabels: { app: 'walls' } };
const job = { template: { spec: { ...pod, restartPolicy: 'Never' } } };
const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory' }];
const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
const scaled = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'walls' };

/** What an object of a built-in kind must have besides its name, by kind; a kind that is not here needs nothing. */
const builtIn: Record<string, object> = {
  Pod: { spec: pod },
  PodTemplate: { template },
  ReplicationController: { spec: { selector: { app: 'walls' }, template } },
  Deployment: { spec: { selector, template } },
  ReplicaSet: { spec: { selector, template } },
  StatefulSet: { spec: { selector, template, serviceName: 'walls' } },
  DaemonSet: { spec: { selector, template } },
  ControllerRevision: { revision: 1 },
  Job: { spec: job },
  CronJob: { spec: { schedule: '0 0 * * *', jobTemplate: { spec: job } } },
  Service: { spec: { ports: [{ port: 80 }] } },
  Endpoints: { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] },
  EndpointSlice: { addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.1'] }] },
  Secret: { data: { walls: 'YQ==' } },
  ConfigMap: { data: { walls: 'a' } },
  PersistentVolumeClaim: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
  LimitRange: { spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } },
  ResourceQuota: { spec: { hard: { pods: '1' } } },
  Role: { rules },
  ClusterRole: { rules },
  RoleBinding: { roleRef: role, subjects },
  ClusterRoleBinding: { roleRef: role, subjects },
  NetworkPolicy: { spec: { podSelector: {} } },
  Ingress: { spec: { defaultBackend: { service: { name: 'walls', port: { number: 80 } } } } },
  HorizontalPodAutoscaler: { spec: { scaleTargetRef: scaled, maxReplicas: 2 } },
  PodDisruptionBudget: { spec: { selector, maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' } },
  Lease: { spec: { holderIdentity: 'walls' } },
  CSIStorageCapacity: { storageClassName: 'walls' },
  ResourceClaim: { spec: { devices: { requests: [{ name: 'walls', exactly: { deviceClassName: 'walls' } }] } } },
  ResourceClaimTemplate: {
    spec: { spec: { devices: { requests: [{ name: 'walls', exactly: { deviceClassName: 'walls' } }] } } },
  },
};

const image = { spec: { package: 'example.org/walls/walls:v1' } };
const used = { of: { apiVersion: 'v1', kind: 'ConfigMap', resourceRef: { name: 'walls' } }, reason: 'walls' };

/** The same for kinds whose schema has rules besides. */
const withRules: Record<string, object> = {
  Configuration: image,
  Function: image,
  Provider: image,
  ImageConfig: { spec: { matchImages: [{ prefix: 'example.org/walls' }] } },
  Usage: { spec: used },
  ClusterUsage: { spec: used },
};

/** Makes an object of any kind that the API server would store: by hand for built-in kinds, else from the CRD's schema. */
export const bodiesOf = (definitions: KubernetesObject[]) => {
  const schemas = new Map<string, Schema>(
    definitions.flatMap(({ spec }) =>
      (spec.versions as { name: string; schema: { openAPIV3Schema: Schema } }[]).map(
        ({ name, schema }): [string, Schema] => [`${spec.group}/${name} ${spec.names.kind}`, schema.openAPIV3Schema],
      ),
    ),
  );

  return (apiVersion: string, kind: string, metadata: KubernetesObject['metadata']): KubernetesObject => {
    const schema = schemas.get(`${apiVersion} ${kind}`);
    const spec = schema?.properties?.spec;
    const least = schema && {
      ...(leastOf(schema) as object),
      ...(spec && { spec: leastOf(spec) }),
      ...withRules[kind],
    };
    const rest = least ?? builtIn[kind];

    return { ...rest, apiVersion, kind, metadata } as KubernetesObject;
  };
};
