import { expect, test } from 'vitest';
import { checkBackups } from '../../../functions/doctor/backups.ts';
import type { Cluster } from '../../../functions/doctor/cluster.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { type RegisteredComponent, readZone } from '../../../functions/zone/read.ts';
import { zonesWithBackups } from '../../support/backups.ts';
import { example } from '../../support/examples.ts';

const zoneOf = (zones: KubernetesObject[]) =>
  readZone(zones.find(({ metadata }) => metadata?.name === 'frontier') as KubernetesObject);
const frontier = zoneOf(zonesWithBackups());
const [spike, aqua] = frontier.components as [RegisteredComponent, RegisteredComponent];

const hubWith = (keys: unknown): Cluster => ({ name: 'hub', keysOf: async () => keys }) as unknown as Cluster;
const whole = hubWith(['accessKeyId', 'secretAccessKey']);
const service = (
  name: string,
  status: string,
  { zone = 'frontier', reason = 'BackupFailed' } = {},
): KubernetesObject => ({
  ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', metadata: { name, namespace: 'galaxy' } },
  spec: { zones: [{ name: zone, components: [{ name: 'spike', provider: 'postgres' }] }] },
  status: { conditions: [{ type: 'BackedUp', status, reason }] },
});
const said = async (hub: Cluster, services: KubernetesObject[] | undefined, component = spike) =>
  (await Promise.all(checkBackups(hub, frontier, component, services)))
    .filter(({ state }) => state !== 'well')
    .map(({ what, state, because }) => `${what} ${state}: ${because.join()}`);

test('where backups are made and nothing fails, all is well', async () => {
  expect(await said(whole, [service('billing', 'True'), service('young', 'Unknown')])).toEqual([]);
});

test('where no store is registered, nothing is asked', () => {
  const plain = zoneOf([example('Zone', 'frontier')]);

  expect(checkBackups(whole, plain, plain.components[0] as RegisteredComponent, [])).toEqual([]);
  expect(checkBackups(whole, frontier, aqua, [])).toEqual([]);
});

test.each([
  ['is not there', 'not there', /Secret squadkit-backups\/frontier-backups-writer missing: it is not there/],
  ['lacks a key', ['accessKeyId'], /frontier-backups-writer wrong: it has no secretAccessKey/],
])('a Secret of the store that %s is said', async (_, keys, want) => {
  expect((await said(hubWith(keys), [])).join()).toMatch(want);
});

test('Services that fail are counted and named, of this zone only', async () => {
  const services = [
    ...['a', 'b', 'c', 'd'].map((name) => service(name, 'False')),
    ...[service('e', 'True'), service('f', 'False', { zone: 'meadow' })],
  ];

  expect(await said(whole, services)).toEqual([
    expect.stringMatching(
      /^backups on frontier.spike weak: 4 of 5 Services .*galaxy\/a \(BackupFailed\).* and 1 more$/,
    ),
  ]);
});

test('who may not read Services is told so', async () => {
  expect((await said(whole, undefined)).join()).toMatch(/may not read Services/);
});
