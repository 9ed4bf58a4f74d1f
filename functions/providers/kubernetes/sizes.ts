import type { Environment } from '../../documents/lifecycle.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

type SizeName = KubernetesService['size'];

/** What a namespace may use. */
export interface Size {
  /** Cores that its containers may request together. */
  cpu: number;
  /** GiB that its containers may request together; one of them may take half of it. */
  memory: number;
  /** GiB on the disks of nodes, likewise. */
  ephemeralStorage: number;
  /** GiB of volumes. */
  storage: number;
  volumes: number;
  pods: number;
  /** The most objects of each kind that squads may write: every one lies in the cluster's only database. */
  objects: number;
}

/** Every size, from the smallest to the largest. */
export const sizeNames = ['small', 'medium', 'large'] as const satisfies readonly SizeName[];

const standard: Record<SizeName, Size> = {
  small: { cpu: 4, memory: 16, ephemeralStorage: 20, storage: 50, volumes: 5, pods: 40, objects: 100 },
  medium: { cpu: 8, memory: 32, ephemeralStorage: 40, storage: 100, volumes: 10, pods: 80, objects: 200 },
  large: { cpu: 16, memory: 64, ephemeralStorage: 80, storage: 200, volumes: 20, pods: 160, objects: 400 },
};

/** In engineering half: preproduction must be able to carry the load of production. */
const shareOf: Record<Environment, number> = { production: 1, preproduction: 1, engineering: 0.5 };

/** The size of that name in an environment; what the zone says wins, as it stands. */
export const sizeOf = (name: SizeName, environment: Environment, { sizes }: Pick<KubernetesZone, 'sizes'>): Size => {
  const shared = Object.entries(standard[name]).map(([field, amount]) => [
    field,
    field === 'objects' ? amount : Math.ceil(amount * shareOf[environment]),
  ]);

  return { ...Object.fromEntries(shared), ...sizes[name] };
};

/** A size in one line, for people. */
export const sizeInWords = (name: SizeName, { cpu, memory, pods, storage }: Size): string =>
  `${name} (${cpu} CPU, ${memory} GiB memory, ${storage} GiB volumes, ${pods} pods)`;

/** Kinds that squads write themselves. */
const written = [
  'configmaps',
  'services',
  'deployments.apps',
  'statefulsets.apps',
  'jobs.batch',
  'cronjobs.batch',
  'ingresses.networking.k8s.io',
  'horizontalpodautoscalers.autoscaling',
  'poddisruptionbudgets.policy',
];

/** Kinds that the cluster writes for them, several for each of theirs. */
const derived = ['pods', 'replicasets.apps', 'controllerrevisions.apps'];

/**
 * What the API server counts. Of memory and disk it is what containers request, for which nodes keep room, and not their
 * limits: a quota on limits wants each container to have one, and the only default that refuses no request would use it
 * up with two pods. Nothing of what Squadkit itself makes here is among it (Secrets, RoleBindings, network
 * policies): a squad that uses up its quota must not be able to keep Squadkit out.
 */
// Guard rail: kubernetes-quota
export const quotaOf = (size: Size): Record<string, string> => ({
  'requests.cpu': `${size.cpu}`,
  'requests.memory': gibibytes(size.memory),
  'requests.ephemeral-storage': gibibytes(size.ephemeralStorage),
  'requests.storage': gibibytes(size.storage),
  persistentvolumeclaims: `${size.volumes}`,
  pods: `${size.pods}`,
  'services.loadbalancers': '0',
  'services.nodeports': '0',
  ...Object.fromEntries(written.map((kind) => [`count/${kind}`, `${size.objects}`])),
  ...Object.fromEntries(derived.map((kind) => [`count/${kind}`, `${size.objects * 10}`])),
});

/**
 * The most that one container may take: half of the namespace, so that one alone cannot take all of it. It is also what
 * one gets that states no limit: with a smaller default the API server refuses whoever requests more than it, for a limit
 * that nobody wrote. No limit on CPU: it would only slow down who could have more.
 */
export const limitsOf = (size: Size): Record<string, unknown> => {
  const most = { memory: gibibytes(size.memory / 2), 'ephemeral-storage': gibibytes(size.ephemeralStorage / 2) };

  return {
    type: 'Container',
    default: most,
    defaultRequest: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '100Mi' },
    max: most,
  };
};

/** The API server writes whole numbers, and would otherwise change ours. */
const gibibytes = (amount: number): string => (Number.isInteger(amount) ? `${amount}Gi` : `${amount * 1024}Mi`);
