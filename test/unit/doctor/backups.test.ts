import { expect, test } from 'vitest';
import { checkBackups } from '../../../functions/doctor/backups.ts';
import type { Cluster } from '../../../functions/doctor/cluster.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { type RegisteredComponent, readZone } from '../../../functions/zone/read.ts';
import { drill, zonesWithBackups } from '../../support/backups.ts';
import { example } from '../../support/examples.ts';

const zoneOf = (zones: KubernetesObject[]) =>
  readZone(zones.find(({ metadata }) => metadata?.name === 'frontier') as KubernetesObject);
const frontier = zoneOf(zonesWithBackups());
const drilled = zoneOf(zonesWithBackups({ drill }));
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

test.each<[string, object, string]>([
  ['is paused', { metadata: { annotations: { 'crossplane.io/paused': 'true' } } }, 'paused, so nobody looks'],
  ['is Ready, and says nothing', { conditions: [{ type: 'Ready', status: 'True' }] }, 'it says nothing of backups'],
  ['is being made, and says nothing', { conditions: [{ type: 'Ready', status: 'False' }] }, ''],
])('a Service that %s', async (_, { metadata, conditions }: { metadata?: object; conditions?: object[] }, why) => {
  const one = service('billing', 'True');
  const other = {
    ...one,
    metadata: { ...one.metadata, ...metadata },
    ...(conditions && { status: { conditions } }),
  } as KubernetesObject;

  expect((await said(whole, [other])).join()).toMatch(
    why === '' ? /^$/ : new RegExp(`weak: 1 of 1 .*galaxy/billing \\(${why}\\)`),
  );
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

/** A Service with a backup in zone frontier of which the status says that. */
const provenAs = (name: string, proof: string, component = 'spike'): KubernetesObject => {
  const one = service(name, 'True');

  return {
    ...one,
    status: { ...one.status, zones: [{ name: 'frontier', components: [{ name: component, backup: { proof } }] }] },
  };
};
const saidOfDrills = async (hub: Cluster, services: KubernetesObject[] | undefined) =>
  (await Promise.all(checkBackups(hub, drilled, drilled.components[0] as RegisteredComponent, services)))
    .filter(({ state }) => state !== 'well')
    .map(({ what, state, because }) => `${what} ${state}: ${because.join()}`);
const withIdentity = hubWith(['accessKeyId', 'secretAccessKey', 'identity']);

test('where drills prove backups, or have yet to, all is well', async () => {
  expect(await saidOfDrills(withIdentity, [provenAs('a', 'Proven'), provenAs('b', 'NotProvenYet')])).toEqual([]);
});

test('a Secret of drills that lacks the private key is said', async () => {
  expect(await saidOfDrills(whole, [])).toEqual(['Secret squadkit-backups/frontier-drill wrong: it has no identity']);
});

test('Services of which a drill fails or is overdue are counted and named', async () => {
  const services = [
    ...[provenAs('a', 'NotProven'), provenAs('b', 'ProofTooOld'), provenAs('c', 'Proven')],
    provenAs('d', 'NotProven', 'aqua'),
  ];

  expect(await saidOfDrills(withIdentity, services)).toEqual([
    'drills on frontier.spike weak: backups of 2 of 4 Services are not proven: galaxy/a (NotProven), galaxy/b (ProofTooOld)',
  ]);
});

test('who may not read Services is told so of drills too', async () => {
  expect((await saidOfDrills(withIdentity, undefined)).join()).toMatch(
    /drills on frontier.spike .*may not read Services/,
  );
});
