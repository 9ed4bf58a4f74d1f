import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import type { End, Namespace, Policy, Port } from './network-policies.ts';
import { manifestsOf, squadWith, zonesWith } from './registered.ts';

/** A kind of cluster in test/clusters: what a Zone says of it, and what must be open and closed there. */
export interface ClusterCase {
  /** The name of its file. */
  name: string;
  /** Of every pod there. */
  address: string;
  /** What the Zone says besides what the example's says; null takes something away. */
  zone: Record<string, unknown>;
  /** The block `kubernetes` of the Service. */
  service: object;
  /** Those of others. */
  namespaces: string[];
  /** What the distribution's own controllers write into every namespace. */
  distribution?: Distribution;
  traffic: Traffic[];
}

/** What the controllers of a distribution write into every namespace, and as whom. */
export interface Distribution {
  users: string[];
  annotations: Record<string, string>;
  labels: Record<string, string>;
  finalizers: string[];
  objects: { kind: 'RoleBinding' | 'ResourceQuota' | 'LimitRange'; name: string; role?: string }[];
}

/** An address, or a pod in a namespace. */
type Place = string | { namespace: string; labels?: Record<string, string> };

interface Traffic {
  /** What it is, where it must come about; the other one where it must not. */
  open?: string;
  closed?: string;
  /** The Service's own pod where it is left out. */
  from?: Place;
  to?: Place;
  /** `53/UDP` */
  port: string;
}

const directory = join(import.meta.dirname, '../clusters');

/** Every kind of cluster. */
export const clusterCases = (): ClusterCase[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({
      name: file.replace('.yaml', ''),
      ...(parse(readFileSync(join(directory, file), 'utf8')) as Omit<ClusterCase, 'name'>),
    }));

/** The Service of every case. */
export const billingOn = (kubernetes: object): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'billing', namespace: 'galaxy' },
  spec: {
    zones: [
      {
        name: 'frontier',
        components: [
          { name: 'spike', provider: 'postgres' },
          { name: 'aqua', provider: 'kubernetes', kubernetes },
        ],
      },
    ],
  },
});

/** The example's Zones as the case has them, and a squad that may use them. */
export const registryOf = ({ zone }: Pick<ClusterCase, 'zone'>): KubernetesObject[] =>
  JSON.parse(
    JSON.stringify([...zonesWith({ kubernetes: zone, postgres: { networks: ['10.9.0.0/24'] } }), squadWith('galaxy')]),
    (_, value) => (value === null ? undefined : value),
  );

/** What Squadkit makes of the Service there, by composition resource name. */
export const manifestsFor = (cluster: ClusterCase): Record<string, KubernetesObject> =>
  manifestsOf(simulate(billingOn(cluster.service), registryOf(cluster)).response.desired?.resources ?? {});

/** A case's traffic, its policies and its namespaces, as both judges take them. */
export const trafficOf = (
  cluster: ClusterCase,
): {
  connections: { what: string; want: boolean; from: End; to: End; port: Port }[];
  policies: Policy[];
  namespaces: Namespace[];
} => {
  const manifests = Object.values(manifestsFor(cluster));
  const endOf = (place: Place = { namespace: 'galaxy-billing' }): End =>
    typeof place === 'string' ? { address: place } : { ...place, address: cluster.address };

  return {
    connections: cluster.traffic.map(({ open, closed, from, to, port }) => {
      const [number, protocol] = port.split('/');

      return {
        what: `${cluster.name}: ${open ?? closed}`,
        want: open !== undefined,
        from: endOf(from),
        to: endOf(to),
        port: { port: Number(number), protocol: protocol as Port['protocol'] },
      };
    }),
    policies: manifests
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map(({ metadata, spec = {} }) => ({ namespace: metadata?.namespace ?? '', spec })),
    namespaces: [
      ...cluster.namespaces.map((name) => ({ name, labels: { 'kubernetes.io/metadata.name': name } })),
      ...manifests
        .filter(({ kind }) => kind === 'Namespace')
        .map(({ metadata: { name = '', labels } = {} }) => ({
          name,
          labels: { ...labels, 'kubernetes.io/metadata.name': name },
        })),
    ],
  };
};
