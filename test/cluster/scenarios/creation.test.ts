import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { isTrue } from '../../control-plane/objects.ts';
import { failuresOf } from '../support/failures.ts';
import { applyPlatform, composedOf, exampleService, textOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
/** The seed's document under a name of its own: other scenarios have made billing already. */
const billing = { ...exampleService('billing'), metadata: { name: 'creation', namespace: 'galaxy' } };
const delivered = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'spike', namespace: 'galaxy-creation' } };

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
});

afterAll(async () => {
  await controlPlane.hub.delete(billing);
});

test("the seed's document becomes Ready, and not before its Secret on aqua holds the data", async () => {
  const { hub, aqua } = controlPlane;
  const seen: { ready: boolean; keys: string[] }[] = [];
  let looking = Promise.resolve();
  const stop = hub.watch('squadkit.io/v1alpha1', 'Service', (_, object) => {
    if (object.metadata.name !== billing.metadata.name) return;
    const ready = isTrue(object, 'Ready');
    looking = looking.then(async () => {
      if (ready) seen.push({ ready, keys: Object.keys(textOf(await aqua.get(delivered))) });
    });
  });

  await hub.apply(billing);
  await hub.waitFor(billing, (object) => isTrue(object, 'Ready'), { seconds: 180, what: 'Ready' });
  // We may have asked before the watch told.
  await expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThan(0);
  stop();

  expect(seen[0]?.keys).toEqual(expect.arrayContaining(['uri', 'username', 'password', 'host', 'ca.crt']));
});

test('it takes at most 25 managed resources, all of them ready', async () => {
  const composed = await composedOf(controlPlane, billing);
  const managed = composed.filter(({ kind }) => kind !== 'Secret');
  const unready = managed.filter((object) => !isTrue(object, 'Ready'));

  expect(managed.length).toBeGreaterThan(0);
  expect(managed.length).toBeLessThanOrEqual(25);
  expect(unready.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
});

test('no managed resource failed on the way', async () => {
  const events = await controlPlane.hub.list('v1', 'Event', { namespace: 'galaxy' });

  expect(events.length).toBeGreaterThan(0);
  expect(await failuresOf(controlPlane, [billing])).toEqual([]);
});

test('status says what the squad got, and the conditions whose move it is', async () => {
  const service = await controlPlane.hub.get(billing);

  expect(service?.status.zones).toEqual([
    {
      name: 'frontier',
      environment: 'production',
      region: 'eu-west-1',
      components: [
        {
          name: 'spike',
          provider: 'postgres',
          database: 'galaxy_creation',
          version: 18,
          connections: 23,
          declared: {
            encryptedAtRest: true,
            backups: { schedule: '15 2 * * *', retentionDays: 14 },
            pointInTimeRecovery: true,
          },
          enforced: { tls: 'verify-full' },
        },
        {
          name: 'aqua',
          provider: 'kubernetes',
          namespace: 'galaxy-creation',
          server: controlPlane.aqua.server,
          size: 'small (4 CPU, 16 GiB memory, 50 GiB volumes, 40 pods)',
          podSecurity: 'restricted v1.35',
          secrets: ['spike', 'spike.migrator'],
          kubeconfigSecret: 'creation.frontier.aqua.kubeconfig',
          declared: { encryptedAtRest: true },
          enforced: { tls: 'verify-full' },
        },
      ],
    },
  ]);
  expect(
    Object.fromEntries(
      service?.status.conditions.map(({ type, status, reason }: Record<string, string>) => [
        type,
        `${status} ${reason}`,
      ]),
    ),
  ).toMatchObject({
    Accepted: 'True Accepted',
    Provisioned: 'True Provisioned',
    Delivered: 'True Delivered',
    ActionNeeded: 'False Nobody',
    Ready: 'True Available',
    Synced: 'True ReconcileSuccess',
  });
});
