import { afterAll, beforeAll, test } from 'vitest';
import {
  awayMeanwhile,
  functionKilledAtEachWave,
  killedMeanwhile,
  providerDiesWhileItCreates,
} from '../faults/creation.ts';
import { killedWhileRemoved } from '../faults/removal.ts';
import { printResults } from '../faults/results.ts';
import {
  type Fault,
  prepare,
  remove,
  type Shared,
  sceneOf,
  sufferWhileCreated,
  sufferWhileRemoved,
} from '../faults/scene.ts';

let shared: Shared;

beforeAll(async () => {
  // Shorter than a test may take, so that one that fails says what it waits for.
  shared = await prepare(400);
});

afterAll(async () => {
  for (const [, name] of faults) await remove(sceneOf(shared, name));
  printResults();
  // Who is next on this control plane counts what is there.
  await remove({ ...shared, service: shared.reference.service });
});

const faults: [Fault, string][] = [
  [functionKilledAtEachWave, 'wave'],
  [killedMeanwhile(6, 'crossplane', 'provider-sql', 'provider-kubernetes'), 'killed'],
  [killedMeanwhile(12, 'hub-apiserver', 'aqua-apiserver', 'etcd'), 'servers'],
  [providerDiesWhileItCreates('Role', 'came true'), 'halfrole'],
  [providerDiesWhileItCreates('Database', 'did not'), 'halfdatabase'],
  [awayMeanwhile(6, 1, 'postgres'), 'away'],
];

test.each(faults.map(([fault, name]) => [fault.name, fault, name] as const))('%s', async (_, fault, name) => {
  await sufferWhileCreated(sceneOf(shared, name), fault);
});

const removal = killedWhileRemoved(2, 'function', 'provider-sql', 'provider-kubernetes');

test(removal.name, async () => {
  await sufferWhileRemoved(sceneOf(shared, 'removed'), removal);
});
