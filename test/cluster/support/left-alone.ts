import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { writersOf, writesSince } from './audit.ts';
import { restOf } from './platform.ts';

const minutes = 10;

/**
 * Lets an engine look at a Service once a minute for ten minutes. By the hub's audit log nobody but Crossplane writes anything of
 * a Service or its status meanwhile; and Crossplane, which applies its own references and the status at every look of its own,
 * changes neither the Service nor anything that is composed for it.
 */
export const leftAlone = async (
  controlPlane: ControlPlane,
  service: KubernetesObject,
  lookAgain: (minute: number) => Promise<unknown>,
): Promise<void> => {
  const before = await restOf(controlPlane, service);
  const since = new Date();
  for (let minute = 1; minute <= minutes; minute += 1) {
    await lookAgain(minute);
    await sleep(Math.max(0, since.getTime() + minute * 60_000 - Date.now()));
  }
  const writes = writesSince(controlPlane, since).filter(({ resource }) => resource === 'services');
  const by = writersOf(writes).join(', ');
  console.log(`looked at ${minutes} times in ${minutes} minutes: ${writes.length} writes of Services, by ${by}`);

  expect(await restOf(controlPlane, service)).toEqual(before);
  // Without any the log would say nothing about who writes.
  expect(writes.length).toBeGreaterThan(0);
  expect(writes.filter(({ user }) => !user.endsWith(':crossplane'))).toEqual([]);
};
