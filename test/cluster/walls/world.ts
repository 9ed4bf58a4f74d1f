import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { actors, asActor } from './actors.ts';
import { type Attempt, attemptsOf } from './attempts.ts';
import { waysToBecome } from './becoming.ts';
import { bodiesOf } from './body.ts';
import { policies } from './content.ts';
import { discover, type Served } from './discover.ts';
import { hostile } from './hostile.ts';
import { type Look, lookAt } from './look.ts';
import { idle } from './neighbours.ts';
import { counted, isThrough, sendAll } from './send.ts';
import type { ClusterName, Servers } from './servers.ts';

/** A cluster behind its walls, and what is tried on it. */
export interface World {
  served: Served[];
  /** Of what could be tried that which would work without the walls. */
  attempts: Attempt[];
  becoming: Attempt[];
  /** What is ours before anything was tried. */
  before: Look;
}

/** The list that all policies read. */
export const list = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'squadkit-writers', namespace: 'squadkit-system' },
};

/** Whoever has every right that RBAC can give, and stands in no list. */
export const nobodyNamed = (name: ClusterName) => {
  const actor = actors[name].find((candidate) => candidate.name === 'an administrator whom nobody named');
  if (!actor) throw new Error('nobody is the administrator whom nobody named');

  return actor;
};

/** Asks again for a while: a policy that changed counts a moment later. */
export const eventually = async (isSo: () => Promise<boolean>): Promise<boolean> => {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (await isSo()) return true;
    await sleep(200);
  }

  return false;
};

/** Applies the policies, and waits until they count. */
export const build = async ({ clusters }: Servers, name: ClusterName): Promise<void> => {
  await Promise.all(policies(name).map((policy) => clusters[name].apply(policy)));
  const mallory = asActor(clusters[name], nobodyNamed(name));
  const isRefused = () =>
    mallory.apply({ ...list, data: {} }, { dryRun: true }).then(
      () => false,
      () => true,
    );
  await eventually(isRefused);
  // Each policy is read by itself, at the latest by the next second.
  await sleep(1500);
};

/** Puts up the walls around a cluster that is filled, after everything was tried by system:masters without them. */
export const behindWalls = async (servers: Servers, name: ClusterName, crds: KubernetesObject[]): Promise<World> => {
  await servers.startControllers(name);
  const cluster = servers.clusters[name];
  const controller = { name: 'generic-garbage-collector', namespace: 'kube-system' };
  await cluster.waitFor({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: controller }, Boolean);
  if (name === 'aqua') {
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'galaxy-billing' },
    };
    await cluster.waitFor(account, Boolean);
    await cluster.apply(idle('galaxy-billing'));
  }
  const served = await discover(cluster);
  const look = await lookAt(name, cluster, served);
  const attempts = [...attemptsOf(served, look, bodiesOf(crds)), ...hostile[name]];
  const control = await sendAll(cluster, attempts, { dryRun: true });
  // Where a door takes no dry run, and where nobody listens behind it, the wall before it can still be tried.
  const valid = control.filter((tried) => isThrough(tried) || tried.status === 400).map(({ attempt }) => attempt);
  console.log(
    `${name} serves ${served.length} resources and subresources; ${look.objects.length} objects are ours; of ${attempts.length} writes ${valid.length} are worth trying: without policies ${counted(control)}`,
  );
  if (valid.length < 0.85 * attempts.length) throw new Error('what is tried would be refused without a wall');
  await build(servers, name);

  return {
    served,
    attempts: valid,
    becoming: await waysToBecome(name, cluster),
    before: await lookAt(name, cluster, served),
  };
};
