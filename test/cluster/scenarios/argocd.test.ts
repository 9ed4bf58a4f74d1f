import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { folderReadme } from '../../control-plane/gitops/repository.ts';
import { condition, isTrue } from '../../control-plane/objects.ts';
import {
  driftBy,
  drifts,
  driftUnnamed,
  foreign,
  isDegradedAs,
  isReadyAs,
  late,
  lateEvent,
  malformed,
  refused,
} from '../support/argo-cases.ts';
import { type ArgoDelivery, startArgoDelivery } from '../support/argo-delivery.ts';
import {
  connectsWith,
  credentialsOf,
  fileOfService,
  folder,
  nova,
  novaFile,
  retireSquad,
  shop,
  shopFile,
  shopWith,
  specOfShop,
  squad,
} from '../support/argo-squad.ts';
import { writesSince } from '../support/audit.ts';
import { fileOf } from '../support/delivery.ts';
import { eventually } from '../support/eventually.ts';
import { finalizersOf } from '../support/finalizers.ts';
import { leftAlone } from '../support/left-alone.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, composedOf, serviceOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
let delivery: ArgoDelivery;
const begun = new Date();

const credentials = () => credentialsOf(controlPlane);
const connects = (of: Record<string, string>) => connectsWith(controlPlane, of);

describe.runIf(isLong)('delivered by Argo CD', () => {
  beforeAll(async () => {
    controlPlane = connectControlPlane();
    await applyPlatform(controlPlane);
    delivery = await startArgoDelivery(controlPlane);
  });

  afterAll(async () => {
    await delivery?.end();
    await retireSquad(controlPlane);
  });

  test('a squad and its first Service, merged together, are delivered by no other hand', async () => {
    delivery.write({
      'platform/README.md': 'Zones and Squads.\n',
      [novaFile]: fileOf(nova),
      ...folderReadme(squad),
      [shopFile]: fileOf(shop),
    });
    await delivery.merge(folder, 'A squad and its first Service');

    expect(await delivery.healthOf(folder, shop)).toBe(`Healthy Squad ${squad} may have this in meadow.`);
    expect(isTrue(await controlPlane.hub.get(shop), 'Ready')).toBe(true);
    await connects(await credentials());
  });

  test('nothing that Crossplane makes of it is taken for a document of Git', async () => {
    const composed = await composedOf(controlPlane, shop);
    const tracked = composed.filter(({ metadata }) => JSON.stringify(metadata).includes('argocd.argoproj.io'));
    expect(composed.length).toBeGreaterThan(5);
    expect(tracked).toEqual([]);
    const { resources } = (await delivery.application(folder))?.status ?? {};
    expect(resources).toMatchObject([{ kind: 'Service', name: 'shop' }]);
  });

  describe('a change that Squadkit refuses', () => {
    let before: Record<string, string>;
    const fresh = refused.map(({ reason }) => serviceOf(squad, reason.toLowerCase(), 'meadow'));
    const without = Object.fromEntries(fresh.map(({ metadata }) => [fileOfService(metadata.name), undefined]));

    test.each(refused)('running and new, is Degraded in its words: $reason', late, async (wrong) => {
      before = await credentials();
      const [made = shop] = fresh.filter(({ metadata }) => metadata.name === wrong.reason.toLowerCase());
      const documents = [shop, made].map((document) => ({ ...document, spec: { zones: wrong.zones } }));
      const files = documents.map((document) => [fileOfService(document.metadata.name), fileOf(document)]);
      delivery.write({ ...without, ...Object.fromEntries(files) });
      const commit = delivery.push(wrong.reason);
      for (const document of documents) {
        const isSo = () => isDegradedAs(controlPlane, delivery, document, { commit, says: wrong.says });
        await eventually(`${document.metadata.name} is Degraded, as it says itself`, isSo, lateEvent);
      }
      expect(await credentials()).toEqual(before);
    });

    test('and is taken back: all is as it was, and nothing of the new ones is left', async () => {
      delivery.write({ ...without, [shopFile]: fileOf(shop) });
      await delivery.merge(folder, 'As before');
      for (const document of fresh) {
        await eventually('the new one is gone', async () => (await controlPlane.hub.get(document)) === undefined);
      }
      expect(await credentials()).toEqual(before);
    });
  });

  test.each(malformed)(
    '$what is not applied, Argo CD says why, the pipeline too, and what runs goes on',
    async ({ change, says, waited }) => {
      const generation = (await controlPlane.hub.get(shop))?.metadata.generation;
      delivery.write({ [shopFile]: change(fileOf(shop)) });
      const commit = delivery.push('What the hub refuses');
      const { said, status } = await delivery.wait(`${squad}/shop`, commit, '100s');

      expect(said).toMatch(waited);
      expect(status).toBe(1);
      await delivery.attempted(folder, says);
      expect((await controlPlane.hub.get(shop))?.metadata.generation).toBe(generation);
      delivery.write({ [shopFile]: fileOf(shop) });
      await delivery.merge(folder, 'What the hub takes');
    },
  );

  // What is not ours to change: it applies by a patch, from which the API server drops what the schema does not know.
  test('a field that there is not is dropped, and Argo CD says that the hub is not as Git is', async () => {
    const generation = (await controlPlane.hub.get(shop))?.metadata.generation;
    delivery.write({ [shopFile]: fileOf(shop).replace('spec:', 'spec:\n  owner: quasar') });
    const commit = delivery.push('A field that there is not');
    await delivery.attempted(folder, new RegExp(`^OutOfSync ${commit} .*Succeeded`));

    expect((await controlPlane.hub.get(shop))?.metadata.generation).toBe(generation);
    delivery.write({ [shopFile]: fileOf(shop) });
    await delivery.merge(folder, 'Without it');
  });

  test(`each of ${foreign.length} documents that are not the squad's is refused by its project, and nothing of the commit is applied`, async () => {
    const generation = (await controlPlane.hub.get(shop))?.metadata.generation;
    delivery.write({ [fileOfService('more')]: foreign.map(fileOf).join('---\n'), [shopFile]: shopWith(9) });
    delivery.push('More than mine');
    const refusals = await delivery.notPermitted(folder);

    expect(refusals).toHaveLength(foreign.length);
    expect(new Set(refusals.map((line) => line.split(':')[0]))).toEqual(new Set(foreign.map(({ kind }) => kind)));
    for (const object of foreign) expect(await controlPlane.hub.get(object), object.kind).toBeUndefined();
    expect((await controlPlane.hub.get(shop))?.metadata.generation).toBe(generation);
    delivery.write({ [fileOfService('more')]: undefined, [shopFile]: fileOf(shop) });
    await delivery.merge(folder, 'Only mine');
  });

  test.each(drifts)('changed on the hub, $what: set back', late, async ({ change }) => {
    const before = await specOfShop(controlPlane);
    await driftBy(controlPlane, change);
    await eventually('as in Git, and Ready', () => isReadyAs(controlPlane, before), lateEvent);
  });

  // What is not ours to change: it compares what Git names (argo-cd v3.6.1, gitops-engine/pkg/diff/diff.go: ThreeWayDiff).
  test('a setting that Git does not name is not seen by Argo CD, and goes with the next commit of the document', async () => {
    await delivery.attempted(folder, /^Synced \w+ Healthy, Succeeded/);
    await driftUnnamed(controlPlane);
    await delivery.lookAgain(folder, 'hard');

    expect(await delivery.attempted(folder, /./)).toMatch(/^Synced /);
    expect(JSON.stringify(await specOfShop(controlPlane))).toContain('"size":"medium"');
    delivery.write({ [shopFile]: shopWith(4) });
    await delivery.merge(folder, '4 connections');
    expect(JSON.stringify(await specOfShop(controlPlane))).not.toContain('medium');
  });

  test('from git push to Ready, median of three', async () => {
    const seconds: number[] = [];
    for (const connections of [5, 6, 7]) {
      delivery.write({ [shopFile]: shopWith(connections) });
      seconds.push(await delivery.merge(folder, `${connections} connections`));
    }
    const [, median = 0] = seconds.toSorted((a, b) => a - b);
    console.log(`git push to Ready and Healthy: median of 3 is ${median.toFixed(1)} s`);
    expect(median).toBeLessThan(120);
  });

  test('Argo CD leaves alone what Crossplane writes: looked at every minute for ten minutes, it writes nothing of a Service', async () => {
    await leftAlone(controlPlane, shop, (minute) => delivery.lookAgain(folder, minute % 2 === 0 ? 'hard' : 'normal'));
  }, 900_000);

  test('the last document that goes from Git takes the access along, in the foreground, and leaves nothing', async () => {
    const before = await credentials();
    const composed = await composedOf(controlPlane, shop);
    const finalizers = finalizersOf(controlPlane.hub, shop);
    delivery.write({ [shopFile]: undefined });
    await delivery.merge(folder, 'No shop');
    await eventually('the Service is gone', async () => (await controlPlane.hub.get(shop)) === undefined);

    expect(finalizers.seen()).toContain('foregroundDeletion');
    for (const object of composed) expect(await controlPlane.hub.get(object), object.kind).toBeUndefined();
    expect(await credentials()).toEqual({});
    await expect(connects(before)).rejects.toThrow(
      /permission denied for database|authentication failed|does not exist/,
    );
    delivery.git('revert', '--no-edit', 'HEAD');
    await delivery.merge(folder, 'The shop again');
    const after = await credentials();
    expect(after.password).not.toBe(before.password);
    expect(after.database).toBe(before.database);
    await connects(after);
  });

  test('a Squad that is pruned while it is open stays, Argo CD says why, and a revert heals', async () => {
    delivery.write({ [novaFile]: undefined });
    delivery.push('No squad');
    await delivery.attempted(
      'squadkit-platform',
      /squad argonova is open: set spec.lifecycle to Closed and remove its Services/,
    );

    expect((await controlPlane.hub.get(nova))?.metadata.deletionTimestamp).toBeUndefined();
    expect(isTrue(await controlPlane.hub.get(shop), 'Ready')).toBe(true);
    delivery.git('revert', '--no-edit', 'HEAD');
    await delivery.merge('squadkit-platform', 'The squad again');
  });

  test('a squad leaves by two merges: its Services go and it is Closed, then it goes itself', async () => {
    const closed = fileOf({ ...nova, spec: { ...nova.spec, lifecycle: 'Closed' } });
    delivery.write({ [shopFile]: undefined, [novaFile]: closed });
    delivery.push('The squad closes');
    await eventually('the squad can go', async () =>
      /can be deleted/.test(condition(await controlPlane.hub.get(nova), 'Accepted')?.message ?? ''),
    );
    delivery.write({ [novaFile]: undefined, [`squads/${squad}/README.md`]: undefined });
    delivery.push('The squad goes');
    await eventually('the squad is gone', async () => (await controlPlane.hub.get(nova)) === undefined, {
      seconds: 200,
    });
    await eventually('Argo CD is told of it no more', async () => (await delivery.application(folder)) === undefined);
  });

  test('whatever Argo CD wrote, it wrote as the deliverer of that folder', async () => {
    const writes = writesSince(controlPlane, begun).filter(({ user }) =>
      user.startsWith('system:serviceaccount:argocd:'),
    );
    const deliverers = writes.map(({ resource, namespace, as }) => `${resource} ${namespace} ${as}`);

    expect([...new Set(deliverers)].sort()).toEqual([
      `services ${squad} system:serviceaccount:squadkit-delivery:${squad}`,
      'squads  system:serviceaccount:squadkit-delivery:squadkit-platform',
    ]);
  });
});
