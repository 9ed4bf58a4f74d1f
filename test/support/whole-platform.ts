import type { KubernetesObject } from '../../functions/objects/resource.ts';
import type { TreeDocument } from '../../functions/tree/document.ts';
import { type World, worldOf } from '../../functions/tree/world.ts';
import { backups, drill, recipient } from './backups.ts';
import { exampleCertificate } from './examples.ts';

const apiVersion = 'squadkit.io/v1alpha1';
const metadata = (name: string) => ({ name, labels: { team: 'one' }, annotations: { note: 'one' } });

const server = (name: string) => ({
  ...{ credentialsSecretRef: { namespace: 'squadkit-system', name }, adminRole: 'squadkit_admin', version: 18 },
  ...{ server: `main/old.${name}`, markParameter: 'squadkit.mark', caBundle: exampleCertificate() },
  ...{ bindingRoot: '/bindings', endpoint: { host: `${name}.example.org`, port: 5432 } },
  ...{ readEndpoint: { host: `read.${name}.example.org`, port: 5433 }, janitor: { secretRef: { name } } },
  ...{ credentials: { rotateEvery: '90d', overlap: '7d', most: '30d' }, networks: ['10.1.0.0/16', '10.2.0.0/16'] },
  ...{ extensions: ['pg_trgm', 'pgcrypto'], connections: { default: 20, max: 60, total: 950 } },
});

const size = { cpu: 4, memory: 16, ephemeralStorage: 20, storage: 50, volumes: 5, pods: 40, objects: 100 };

const cluster = {
  credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua', key: 'kubeconfig' },
  ...{ server: 'https://aqua.example.org:6443', caBundle: exampleCertificate(), groupPrefix: 'oidc:' },
  ...{ guarantees: { encryptedAtRest: true }, deployers: 'token', ingressNamespaces: ['ingress', 'monitoring'] },
  clusterNetworks: ['10.96.0.0/12', '10.244.0.0/16'],
  dns: {
    ...{ namespaces: ['kube-system', 'dns'], podLabels: { app: 'dns' } },
    ...{ networks: ['10.3.0.10/32', '10.3.0.11/32'], ports: [53, 5353] },
  },
  ingressNetworks: ['10.4.0.0/16', '10.5.0.0/16'],
  egress: {
    mail: {
      networks: ['192.0.2.0/25', '198.51.100.0/25'],
      namespaces: ['mail', 'post'],
      ports: [25, 587],
      reaches: 'outside',
    },
    proxy: { networks: ['203.0.113.0/25'], namespaces: ['proxy'], ports: [3128], reaches: 'outside' },
  },
  ...{ podSecurity: { level: 'restricted', version: 'v1.35' }, sizes: { small: size, medium: size, large: size } },
};

/** A Zone in which every field of every provider is said, on two servers where two fields exclude each other. */
const zone: KubernetesObject = {
  ...{ apiVersion, kind: 'Zone', metadata: metadata('meadow') },
  spec: {
    ...{ environment: 'engineering', region: 'eu-west-1', lifecycle: 'Open' },
    dataClasses: ['public', 'internal'],
    components: [
      {
        ...{ name: 'spike', provider: 'postgres' },
        postgres: {
          ...server('spike'),
          guarantees: {
            ...{ encryptedAtRest: true, pointInTimeRecovery: true },
            backups: { schedule: '15 2 * * *', retentionDays: 14 },
          },
        },
      },
      {
        ...{ name: 'nile', provider: 'postgres' },
        postgres: {
          ...server('nile'),
          backups: {
            ...backups,
            store: { ...backups.store, location: 'eu-west-1', caBundle: exampleCertificate() },
            recipients: [recipient, 'age1dnaf4gny4shk32edlh8weh0kzcexqx2yyq9etn2trfeg8xtqeu4qgxac32'],
            image: 'registry.example.org/backup:v1',
            drill: { ...drill, gibibytes: 20, minutes: 240, image: 'registry.example.org/drill:v1' },
          },
          guarantees: { encryptedAtRest: true },
        },
      },
      { name: 'aqua', provider: 'kubernetes', kubernetes: cluster },
    ],
  },
};

const squad: KubernetesObject = {
  ...{ apiVersion, kind: 'Squad', metadata: metadata('galaxy') },
  spec: {
    ...{ group: 'people', ownerGroup: 'owners', guestGroup: 'guests', deployerGroup: 'pipelines' },
    zoneSelector: { matchLabels: { 'squadkit.io/environment': 'engineering', team: 'one' } },
    ...{ limits: { services: 20, connections: 900 }, inherits: '0123456789ab', lifecycle: 'Open' },
  },
};

const service: KubernetesObject = {
  ...{ apiVersion, kind: 'Service', metadata: { ...metadata('billing'), namespace: 'galaxy' } },
  spec: {
    ...{ description: 'Bills.', dataClass: 'internal' },
    zones: [
      {
        name: 'meadow',
        components: [
          {
            ...{ name: 'spike', provider: 'postgres' },
            postgres: {
              ...{ extensions: ['pg_trgm', 'pgcrypto'], connections: 10, readers: true, onRemoval: 'Retain' },
              rotation: { every: '30d', notBefore: '2026-11-01T00:00:00Z' },
            },
          },
          {
            ...{ name: 'nile', provider: 'postgres' },
            postgres: { restore: { at: '2026-11-02T00:00:00Z' } },
          },
          {
            ...{ name: 'aqua', provider: 'kubernetes' },
            kubernetes: { size: 'small', allowFrom: ['shop', 'ledger'], egress: ['mail'] },
          },
        ],
      },
    ],
  },
};

/** A Service that has a database only, and says nothing else. */
const least: KubernetesObject = {
  ...{ apiVersion, kind: 'Service', metadata: { name: 'least', namespace: 'galaxy' } },
  spec: { zones: [{ name: 'meadow', components: [{ name: 'spike', provider: 'postgres' }] }] },
};

/** A platform of one Zone, one Squad and two Services, in which every field is said that can be. */
export const wholePlatform = { Zone: zone, Squad: squad, Service: service, least };

/** Documents as if they were read from files of a tree that lies nowhere. */
export const worldWith = (objects: KubernetesObject[]): World => {
  const documents = objects.map(
    (object, index): TreeDocument => ({
      ...{ object, file: `nowhere/${index}.yaml`, tree: 'nowhere', line: 1, column: 1 },
      positionOf: () => ({ line: 1, column: 1 }),
    }),
  );

  return worldOf({ documents, problems: [], files: documents.length });
};
