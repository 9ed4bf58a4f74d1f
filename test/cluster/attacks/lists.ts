import type { Cluster } from '../../control-plane/kubernetes.ts';
import { writers } from '../../control-plane/writers.ts';
import { anew } from '../support/anew.ts';
import { eventually } from '../support/eventually.ts';
import type { Attack } from './attack.ts';
import { requests } from './request.ts';
import type { World } from './world.ts';

const configMaps = '/api/v1/namespaces/squadkit-system/configmaps';

/** Every right of Kubernetes, and a name in the list. */
const sre = (cluster: Cluster): Cluster => cluster.as('grace', ['squadkit:sre', 'attacks:administrators']);
const administrator = (cluster: Cluster): Cluster => cluster.as('mallory', ['attacks:administrators']);

/** Whether the API server goes by the list: who is named in it may make what looks like Squadkit's, in an emergency. */
const isRead = (cluster: Cluster): Promise<boolean> =>
  sre(cluster)
    .request('POST', '/api/v1/namespaces/default/configmaps?dryRun=All', {
      metadata: { name: 'attacks', labels: { 'squadkit.io/squad': 'attacks' } },
    })
    .then(
      () => true,
      () => false,
    );

/** Runs while the cluster has no list of writers; after it the list is there as before. */
const withoutList = async (cluster: Cluster, attempt: () => Promise<unknown>): Promise<void> => {
  const list = await cluster.get(writers);
  if (!list) throw new Error('there is no list of writers');
  await cluster.delete(writers);
  try {
    await eventually('the list is gone', async () => !(await isRead(cluster)), { seconds: 30 });
    await attempt();
  } finally {
    await cluster.create(anew(list));
    await eventually('the list is read again', () => isRead(cluster), { seconds: 30 });
  }
};

/** Bringing back a list that somebody lost, with other names in it. */
const returns = (where: string, clusterOf: (world: World) => Cluster, data: Record<string, string>): Attack[] => {
  const list = { ...writers, data };
  const attempts: [attempt: string, bring: (cluster: Cluster) => Promise<unknown>][] = [
    // Guard rail: only-git-writes
    // Guard rail: kubernetes-locks-hold
    [
      'bring back the lost list of writers with its own name',
      (cluster) => cluster.request('POST', `${configMaps}?dryRun=All`, list),
    ],
    [
      'apply the lost list of writers with its own name',
      (cluster) => cluster.apply(list, { dryRun: true, fieldManager: 'mallory' }),
    ],
  ];

  return attempts.map(([attempt, bring]) => ({
    actor: `an administrator of ${where} whom nobody named`,
    attempt,
    refused: ['403'],
    disturbing: true,
    run: (world) => withoutList(clusterOf(world), () => bring(administrator(clusterOf(world)))),
  }));
};

/** On the lists by which policies know who may do what, and what squads may choose. */
export const listAttacks: Attack[] = [
  ...returns('the hub', ({ controlPlane }) => controlPlane.hub, { gitopsUsers: 'mallory' }),
  ...returns('aqua', ({ controlPlane }) => controlPlane.aqua, { squadkitUsers: 'mallory' }),
  ...requests('an SRE of aqua with every right of Kubernetes', ({ controlPlane }) => sre(controlPlane.aqua), [
    // Guard rail: kubernetes-pods-keep-to-themselves
    ['remove the list of what squads may choose', 'DELETE', `${configMaps}/squadkit-allowed`],
    [
      'remove it with whatever a selector finds',
      'DELETE',
      `${configMaps}?fieldSelector=metadata.name%3Dsquadkit-allowed`,
    ],
  ]),
];
