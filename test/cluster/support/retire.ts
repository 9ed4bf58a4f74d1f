import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../control-plane/api-error.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';

/** Removes Services, then closes and removes the Zones and Squads that a scenario made for itself. */
export const retire = async (
  { hub }: ControlPlane,
  services: KubernetesObject[],
  registered: KubernetesObject[],
): Promise<void> => {
  for (const service of services) await hub.delete(service);
  for (const service of services) await hub.waitFor(service, (found) => found === undefined, { what: 'gone' });
  for (const document of registered) await hub.patch(document, { spec: { lifecycle: 'Closed' } });
  for (const document of registered) {
    await hub.waitFor(document, (found) => condition(found, 'Accepted')?.message?.includes('can be deleted') === true, {
      what: 'unused',
    });
    await deleteOnceUnprotected({ hub }, document, Date.now() + 60_000);
    await hub.waitFor(document, (found) => found === undefined, { what: 'gone' });
  }
};

/** The protection goes a moment after the document says that nobody uses it. */
const deleteOnceUnprotected = async (
  { hub }: Pick<ControlPlane, 'hub'>,
  document: KubernetesObject,
  deadline: number,
): Promise<void> => {
  try {
    await hub.delete(document);
  } catch (error) {
    if (!(error instanceof ApiError) || Date.now() > deadline) throw error;
    await sleep(1000);
    await deleteOnceUnprotected({ hub }, document, deadline);
  }
};
