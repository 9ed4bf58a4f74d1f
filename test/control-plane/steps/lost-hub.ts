import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from '../control-plane.ts';
import { startCluster } from './clusters.ts';
import { registerZoneCredentials } from './credentials.ts';
import { startCrossplane } from './crossplane.ts';
import { startJanitor } from './janitor.ts';
import { installPackages } from './packages.ts';
import type { Plan } from './plan.ts';

/** What is not the hub's: the clusters and servers of Zones, and what a platform has besides. */
const others = /^(etcd|registry|postgres.*|aqua.*)$/;

/**
 * Ends everything that runs on the hub, in the moment in which its etcd is gone: nothing says goodbye, no finalizer runs,
 * nothing of it can be read ever again.
 */
export const loseHub = async ({ directory, ports, processes }: Plan): Promise<void> => {
  const lost = processes.names().filter((name) => !others.test(name));
  for (const name of lost) if (processes.pid(name) !== undefined) processes.signal(name, 'SIGKILL');
  for (const name of lost) await processes.remove(name);
  // All API servers share one etcd: the hub's part of it is what begins with its name.
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const response = await fetch(`http://127.0.0.1:${ports.etcd}/v3/kv/deleterange`, {
    method: 'POST',
    body: JSON.stringify({ key: base64('/hub/'), range_end: base64('/hub0') }),
  });
  const { deleted } = (await response.json()) as { deleted?: string };
  if (Number(deleted ?? 0) < 100) throw new Error(`etcd had only ${deleted ?? 0} keys of the hub`);
  for (const made of ['crossplane', 'gitops/artifacts'])
    rmSync(join(directory, made), { recursive: true, force: true });
};

/** A new hub in its place, as the platform's page installs one, with the credentials of the Zones from its store. */
export const rebuildHub = async (plan: Plan, controlPlane: ControlPlane): Promise<void> => {
  await startCluster(plan, 'hub');
  await startCrossplane(plan);
  await Promise.all([registerZoneCredentials(plan, controlPlane), installPackages(plan, controlPlane)]);
  await startJanitor(plan, controlPlane);
};
