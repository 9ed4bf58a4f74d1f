import { afterAll, beforeAll, describe, test } from 'vitest';
import { isTrue } from '../../control-plane/objects.ts';
import { clusterAway, kubeconfigRotated } from '../faults/cluster.ts';
import { awayMeanwhile, killedMeanwhile, providerDiesWhileItCreates } from '../faults/creation.ts';
import { functionAway, functionMisbehaves } from '../faults/function.ts';
import { editedByHand, managedDeletedByHand } from '../faults/hands.ts';
import {
  comet,
  componentUnregistered,
  namespaceDeleted,
  providerConfigsDeleted,
  zoneEditedWrongly,
} from '../faults/registered.ts';
import { killedWhileRemoved } from '../faults/removal.ts';
import { printResults } from '../faults/results.ts';
import {
  type Fault,
  prepare,
  remove,
  type Shared,
  sceneOf,
  sufferAtWork,
  sufferWhileCreated,
  sufferWhileRemoved,
} from '../faults/scene.ts';
import {
  administratorRotated,
  failedOver,
  outOfConnections,
  postgresAway,
  postgresRestarted,
  readOnly,
} from '../faults/server.ts';
import { isLong } from '../support/long.ts';

/** Faults that last for minutes: only with `npm run test:cluster -- --long`. */
const longest = 40 * 60_000;

let shared: Shared;

describe.runIf(isLong)('faults that take long', () => {
  beforeAll(async () => {
    shared = await prepare();
  });

  afterAll(async () => {
    for (const [, name] of creations) await remove(sceneOf(shared, name));
    printResults();
    await shared.controlPlane.hub.delete(shared.reference.service);
  });

  const creations: [Fault, string][] = [
    [providerDiesWhileItCreates('Role', 'did not'), 'norole'],
    [providerDiesWhileItCreates('Database', 'came true'), 'lostdatabase'],
    [functionAway('creation', 2), 'functionaway'],
    [functionMisbehaves('creation', 'fails'), 'functionfails'],
    [functionMisbehaves('creation', 'slow'), 'functionslow'],
    [functionMisbehaves('creation', 'old'), 'functionold'],
    [functionMisbehaves('creation', 'ahead'), 'clockahead'],
    [functionMisbehaves('creation', 'behind'), 'clockbehind'],
    [killedMeanwhile(12, 'crossplane'), 'core'],
    [killedMeanwhile(6, 'provider-sql'), 'sql'],
    [killedMeanwhile(6, 'provider-kubernetes'), 'kubernetes'],
    [killedMeanwhile(12, 'etcd'), 'etcd'],
    [killedMeanwhile(12, 'hub-apiserver'), 'hub'],
    [awayMeanwhile(6, 2, 'aqua-apiserver'), 'aqua'],
    [awayMeanwhile(6, 3, 'postgres'), 'postgres'],
    [readOnly, 'readonly'],
  ];

  test.each(creations.map(([fault, name]) => [fault.name, fault, name] as const))(
    '%s',
    async (_, fault, name) => {
      await sufferWhileCreated(sceneOf(shared, name), fault);
    },
    longest,
  );

  const faultsAtWork: Fault[] = [
    editedByHand,
    managedDeletedByHand(),
    postgresRestarted,
    outOfConnections(),
    administratorRotated(),
    kubeconfigRotated(),
    zoneEditedWrongly,
    componentUnregistered,
    providerConfigsDeleted,
    functionMisbehaves('at work', 'fails'),
    functionMisbehaves('at work', 'old'),
    functionMisbehaves('at work', 'ahead'),
    functionMisbehaves('at work', 'behind'),
    clusterAway(1),
    postgresAway(2),
  ];

  test.each(faultsAtWork.map((fault) => [fault.name, fault] as const))(
    '%s',
    async (_, fault) => {
      await sufferAtWork(sceneOf(shared, 'ledger'), fault);
    },
    longest,
  );

  const removals: Fault[] = [
    killedWhileRemoved(2, 'function'),
    killedWhileRemoved(2, 'crossplane', 'provider-sql', 'provider-kubernetes'),
    killedWhileRemoved(2, 'hub-apiserver', 'aqua-apiserver', 'etcd'),
    killedWhileRemoved(60, 'aqua-apiserver'),
    killedWhileRemoved(60, 'postgres'),
  ];

  test.each(removals.map((fault) => [fault.name, fault] as const))(
    '%s',
    async (_, fault) => {
      await sufferWhileRemoved(sceneOf(shared, 'ledger'), fault);
    },
    longest,
  );

  const failover = failedOver();

  test(
    failover.name,
    async () => {
      // One of its own: it keeps the new address until its next round, long after the Zone is as it was.
      const scene = sceneOf(shared, 'moved');
      await sufferAtWork(scene, failover);
      await remove(scene);
    },
    longest,
  );

  test(
    namespaceDeleted.name,
    async () => {
      await shared.controlPlane.hub.apply(comet);
      await shared.controlPlane.hub.waitFor(comet, (squad) => isTrue(squad, 'Ready'), { what: 'Ready' });
      const scene = sceneOf(shared, 'ledger', 'comet');
      await sufferAtWork(scene, namespaceDeleted);
      await remove(scene);
    },
    longest,
  );
});
