import { join } from 'node:path';
import type { Progress } from '../../../package/tools/progress.ts';
import type { BuiltTool } from '../../../package/tools/tools.ts';
import type { Processes } from '../processes.ts';

/** What listens on a port of its own. */
export const portNames = [
  ...(['etcd', 'etcd-peer', 'hub', 'hub-controllers', 'aqua', 'aqua-controllers', 'postgres', 'registry'] as const),
  ...(['aqua-meadow', 'aqua-meadow-controllers', 'postgres-meadow'] as const),
  ...(['crossplane-webhook', 'crossplane-metrics', 'crossplane-health', 'function'] as const),
  ...(['provider-sql-metrics', 'provider-kubernetes-health'] as const),
];

/** The clusters for workloads, by the Zone of the examples that has them as its component aqua. */
export const workloadClusters = { frontier: 'aqua', meadow: 'aqua-meadow' } as const;

/** The PostgreSQL servers, by the Zone of the examples that has them as its component spike. */
export const postgresServers = { frontier: 'postgres', meadow: 'postgres-meadow' } as const;

/** A cluster, as its processes, its files and its ports are called. */
export type ClusterName = 'hub' | (typeof workloadClusters)[keyof typeof workloadClusters];

/** Ports on 127.0.0.1, by what listens there. */
export type Ports = Record<(typeof portNames)[number], number>;

/** What every step of a start works with. */
export interface Plan {
  /** Where everything is kept. */
  directory: string;
  ports: Ports;
  processes: Processes;
  progress: Progress;
  /** The tools, each by its name. */
  tool: (name: string) => BuiltTool;
  /** How often the providers look at what they manage, as `1m`. */
  poll: string;
  /** Whether the hub logs every request with who made it. */
  audit: boolean;
}

/** The kubeconfig of a cluster's administrator, which is for people too. */
export const adminKubeconfig = (directory: string, name: string): string => join(directory, 'kubeconfig', name);

/** Where packages and the function are built. */
export const packageDirectory = (directory: string): string => join(directory, 'packages');
