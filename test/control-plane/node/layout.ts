import { join } from 'node:path';
import { repository } from '../state.ts';

/** Where a run of test/install keeps everything. */
export const installState = join(repository, '.squadkit/install');

/** A cluster: its own address, and the ranges of its Services and pods. */
export interface Place {
  name: string;
  /** What people call its API server. */
  host: string;
  address: string;
  services: string;
  /** The address of the API server inside of the cluster, the first of `services`. */
  kubernetes: string;
  pods: string;
}

/** Everything is in one network that leads nowhere; this is where Crossplane is. */
export const hubPlace: Place = {
  name: 'hub',
  host: 'hub.example.org',
  address: '10.88.0.1',
  services: '10.96.0.0/16',
  kubernetes: '10.96.0.1',
  pods: '10.244.0.0/24',
};

/** What the examples' Zone frontier calls aqua. Nothing plays kube-proxy there: its pods reach no Service of it. */
export const aquaPlace: Place = {
  name: 'aqua',
  host: 'aqua.example.org',
  address: '10.88.0.2',
  services: '10.97.0.0/16',
  kubernetes: '10.97.0.1',
  pods: '10.245.0.0/24',
};

/** What the examples' Zone meadow calls aqua. It has no node. */
export const meadowPlace: Place = {
  name: 'meadow-aqua',
  host: 'aqua.meadow.example.org',
  address: '10.88.0.4',
  services: '10.98.0.0/16',
  kubernetes: '10.98.0.1',
  pods: '10.246.0.0/24',
};

/** The PostgreSQL servers of both Zones, by the names of their processes. */
export const databases = {
  spike: { host: 'spike.example.org', address: '10.88.0.3' },
  'meadow-spike': { host: 'spike.meadow.example.org', address: '10.88.0.5' },
} as const;

/** What the page calls the store of backups. */
export const storePlace = { host: 's3.example.org', address: '10.88.0.6' };

/** Names that pods and the machine find: they stand in certificates and in Zones. */
export const hostNames: Record<string, string> = Object.fromEntries(
  [hubPlace, aquaPlace, meadowPlace, storePlace, ...Object.values(databases)].map(({ host, address }) => [
    host,
    address,
  ]),
);

/** The registry behind which all images are, as on a hub without a way to the internet. */
export const registryAddress = `${hubPlace.address}:5000`;

/** The DNS server's address inside of the hub. */
export const dnsAddress = '10.96.0.10';
