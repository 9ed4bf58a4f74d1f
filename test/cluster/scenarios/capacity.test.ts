import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, serviceOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

let controlPlane: ControlPlane;
const names = ['one', 'two', 'three', 'four'];
/** Each takes 23: 20 for the application, 3 for its migrator. */
const services = names.map((name) => serviceOf('galaxy', `capacity-${name}`, 'frontier'));

const beside = serviceOf('galaxy', 'capacity-beside', 'frontier');

/** The example's zone with so many connections for everybody. */
const frontierWith = (total: number): KubernetesObject => {
  const zone = readExamples('platform/zones').find(({ metadata }) => metadata.name === 'frontier') as KubernetesObject;
  const live = withLiveValues(zone, controlPlane);
  live.spec.components[0].postgres.connections.total = total;

  return live;
};

/** What all Services were promised on the server of frontier, by their status. */
const promised = async (): Promise<number> => {
  const all = await controlPlane.hub.list('squadkit.io/v1alpha1', 'Service');
  const zones = all.flatMap(({ status }) => status?.zones ?? []).filter(({ name }) => name === 'frontier');
  const components = zones.flatMap((zone: { components: { connections?: number }[] }) => zone.components);

  return components.reduce((sum: number, { connections = 0 }) => sum + connections, 0);
};

/** Services of other scenarios that are being deleted: they have their promise until they are gone. */
const going = async (): Promise<KubernetesObject[]> => {
  const all = await controlPlane.hub.list('squadkit.io/v1alpha1', 'Service');

  return all.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
};

const reasons = async (): Promise<string[]> => {
  const found = await Promise.all(services.map((service) => controlPlane.hub.get(service)));

  return found.map((service) => condition(service, 'Accepted')?.reason ?? 'undecided').sort();
};

/** Its zone is not registered, and is called like something that every object of JavaScript has. */
const odd: KubernetesObject = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'capacity-odd', namespace: 'quasar' },
  spec: { zones: [{ name: 'constructor', components: [{ name: 'spike', provider: 'postgres' }] }] },
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
});

afterAll(async () => {
  for (const service of [...services, beside, odd]) await controlPlane.hub.delete(service);
  await applyPlatform(controlPlane);
});

test('a Service of another squad that names an odd zone is refused, and stands in nobody’s way', async () => {
  const { hub } = controlPlane;
  await hub.apply(odd);
  const isDecided = (found?: KubernetesObject) => condition(found, 'Accepted') !== undefined;
  const refused = await hub.waitFor(odd, isDecided, { what: 'decided' });
  expect(condition(refused, 'Accepted')).toMatchObject({ status: 'False', reason: 'ZoneNotFound' });

  await hub.apply(beside);
  await hub.waitFor(beside, (found) => isTrue(found, 'Accepted'), { what: 'accepted' });
  // What it was promised counts until it is gone.
  await retire(controlPlane, [beside], []);
});

test('of four that come at once, as many are accepted as the server has connections for', async () => {
  const { hub } = controlPlane;
  await expect.poll(going, { timeout: 240_000, interval: 500 }).toEqual([]);
  const before = await promised();
  await hub.apply(frontierWith(before + 50));
  await Promise.all(services.map((service) => hub.apply(service)));
  await expect
    .poll(reasons, { timeout: 120_000, interval: 500 })
    .toEqual(['Accepted', 'Accepted', 'LimitExceeded', 'LimitExceeded']);

  expect(await promised()).toBe(before + 46);
  // One that was refused while another was undecided counted that one too, and says better in its next round.
  const said = async (): Promise<string[]> => {
    const found = await Promise.all(services.map((service) => hub.get(service)));
    return found.flatMap((service) =>
      isTrue(service, 'Accepted') ? [] : (condition(service, 'Accepted')?.message ?? ''),
    );
  };
  const sentence =
    `spike in zone frontier has 4 of ${before + 50} connections left, not 23. ` +
    'Squad: ask for fewer connections, or ask the platform for more.';
  await expect.poll(said, { timeout: 90_000, interval: 500 }).toEqual([sentence, sentence]);
});

test('when one of them goes, another gets its place by itself, and nobody more', async () => {
  const { hub } = controlPlane;
  const found = await Promise.all(services.map((service) => hub.get(service)));
  const accepted = services[found.findIndex((service) => isTrue(service, 'Accepted'))] as KubernetesObject;
  await hub.delete(accepted);
  await expect
    .poll(reasons, { timeout: 120_000, interval: 500 })
    .toEqual(['Accepted', 'Accepted', 'LimitExceeded', 'undecided']);
});
