import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import { accounts } from '../../control-plane/kubernetes-servers.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { repository } from '../../control-plane/state.ts';
import { objectsIn } from '../../control-plane/steps/apply.ts';
import { nameGitOps, nameUsers } from '../../control-plane/writers.ts';
import { containerOf } from '../support/container.ts';
import { eventually } from '../support/eventually.ts';
import { pod } from './pods.ts';

/** Where an engine lives that the list of writers names; it is no other scenario's. */
export const engineNamespace = 'attacks-engine';

const backups = 'squadkit-backups';
const report = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: backups },
  data: { outcome: 'failed' },
});

/** As a Zone with backups would have them. It is suspended, and no controller makes Jobs here. */
const cronJob: KubernetesObject = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'galaxy-moon', namespace: backups },
  spec: {
    schedule: '0 0 * * *',
    suspend: true,
    jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [containerOf('backup')] } } } },
  },
};

const engine: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: engineNamespace } };

/** What somebody has Flux apply with rights that are not Flux's. */
const kustomization: KubernetesObject = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'theirs', namespace: 'default' },
  spec: {
    interval: '10m',
    prune: true,
    serviceAccountName: 'theirs',
    sourceRef: { kind: 'GitRepository', name: 'theirs' },
  },
};

/** Nobody schedules here: it waits for ever. */
const waiting: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  ...pod({ metadata: { name: 'waiting', namespace: 'galaxy-moon' } }),
};

const onHub = [
  report('galaxy-moon'),
  report('galaxy-moon-drill'),
  report('quasar-sun'),
  cronJob,
  engine,
  kustomization,
];

const definitions = () => {
  const folder = join(repository, 'test/contract/crds/flux');

  return readdirSync(folder).flatMap((file) => objectsIn(join(folder, file)));
};

/** Serves the kinds of Flux, and answers those that were not served before. */
const serveFlux = async (hub: Cluster): Promise<KubernetesObject[]> => {
  const added: KubernetesObject[] = [];
  for (const definition of definitions()) {
    if (await hub.get(definition)) continue;
    await hub.apply(definition);
    added.push(definition);
    await hub.waitFor(definition, (found) => isTrue(found, 'Established'), { what: 'Established' });
  }

  const { apiVersion, kind } = kustomization;
  await eventually(`${kind} is served`, () => hub.list(apiVersion, kind).then(() => true));

  return added;
};

/** What attackers find besides the two Services: it is made, and taken away by what this answers. */
export const makeTargets = async ({ hub, aqua }: ControlPlane): Promise<() => Promise<void>> => {
  const added = await serveFlux(hub);
  for (const object of onHub) await hub.apply(object);
  await nameUsers(hub, [accounts.admin.user, `system:serviceaccount:${engineNamespace}:kustomize-controller`]);
  await aqua.apply(waiting);

  return async () => {
    await aqua.delete(waiting);
    await nameGitOps(hub);
    for (const object of onHub.toReversed()) await hub.delete(object);
    for (const definition of added) await hub.delete(definition);
    await hub.waitFor(engine, (found) => found === undefined, { what: 'gone' });
  };
};
