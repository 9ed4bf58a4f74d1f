import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, composedOf, makeReady } from '../support/platform.ts';

let controlPlane: ControlPlane;
let frontier: KubernetesObject;
const ledger: KubernetesObject = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'ledger', namespace: 'galaxy' },
  spec: {
    dataClass: 'confidential',
    zones: [{ name: 'frontier', components: [{ name: 'aqua', provider: 'kubernetes' }] }],
  },
};

/** The zone with other guarantees of its database and of its cluster. */
const declare = (postgres: object, kubernetes: object): KubernetesObject => ({
  ...frontier,
  spec: {
    ...frontier.spec,
    components: frontier.spec.components.map((component: KubernetesObject) => ({
      ...component,
      ...(component.postgres && { postgres: { ...component.postgres, guarantees: postgres } }),
      ...(component.kubernetes && { kubernetes: { ...component.kubernetes, guarantees: kubernetes } }),
    })),
  },
});

const refusalOf = async (service: KubernetesObject): Promise<string | undefined> => {
  const refused = await controlPlane.hub.waitFor(
    service,
    (found) => condition(found, 'Accepted')?.reason === 'DataClassNotAllowed',
    { what: 'refused' },
  );
  return condition(refused, 'Accepted')?.message;
};

/** A Service notices a change of its zone at its next look; an annotation is a reason to look now. */
const look = (service: KubernetesObject, why: string) =>
  controlPlane.hub.patch(service, { metadata: { annotations: { 'squadkit.io/look': why } } });

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  const found = readExamples('platform/zones').find(({ metadata }) => metadata.name === 'frontier');
  frontier = withLiveValues(found as KubernetesObject, controlPlane);
});

afterAll(async () => {
  await controlPlane.hub.apply(frontier);
  await controlPlane.hub.delete(ledger);
  await controlPlane.hub.delete(database);
});

const database: KubernetesObject = {
  ...ledger,
  metadata: { name: 'vault', namespace: 'galaxy' },
  spec: {
    dataClass: 'confidential',
    zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] }],
  },
};

test('a Service shows what is declared of its components apart from what is enforced', async () => {
  const ready = await makeReady(controlPlane, ledger);

  expect(ready.status.zones[0].components[0]).toMatchObject({
    declared: { encryptedAtRest: true },
    enforced: { tls: 'verify-full' },
  });
});

// Guard rail: data-classes
test('confidential data on a server that declares too little', async () => {
  await controlPlane.hub.apply(declare({ encryptedAtRest: true }, { encryptedAtRest: true }));
  await controlPlane.hub.apply(database);

  expect(await refusalOf(database)).toBe(
    'spike in zone frontier lacks backups kept for 7 days, which confidential data needs. Platform: write it into postgres.guarantees of spike if it is true; until then no confidential data can lie there.',
  );
  expect(await composedOf(controlPlane, database)).toEqual([]);
});

test('a Service whose cluster loses a guarantee keeps everything, and says whose move it is', async () => {
  const { hub } = controlPlane;
  const before = (await composedOf(controlPlane, ledger)).map(({ metadata }) => metadata.uid).sort();
  await hub.apply(declare({}, {}));
  await look(ledger, 'lost');

  expect(await refusalOf(ledger)).toMatch(/^aqua in zone frontier lacks encryption at rest, which confidential data/);
  const refused = await hub.get(ledger);
  expect(condition(refused, 'ActionNeeded')?.reason).toBe('Platform');
  expect(isTrue(refused, 'Ready')).toBe(true);
  expect((await composedOf(controlPlane, ledger)).map(({ metadata }) => metadata.uid).sort()).toEqual(before);

  await hub.apply(frontier);
  await look(ledger, 'declared again');
  await hub.waitFor(ledger, (found) => isTrue(found, 'Accepted'), { what: 'accepted again' });
});

test.each([
  [
    'a schedule that is none',
    { backups: { schedule: 'daily', retentionDays: 7 } },
    /write a schedule of cron in figures/,
  ],
  ['an hour that no day has', { backups: { schedule: '0 24 * * *', retentionDays: 7 } }, /write a schedule of cron/],
  [
    'recovery without backups',
    { pointInTimeRecovery: true },
    /pointInTimeRecovery needs guarantees.backups to start from/,
  ],
])('the API server refuses %s', async (_, postgres, message) => {
  await expect(controlPlane.hub.apply(declare(postgres, {}), { dryRun: true })).rejects.toThrow(message);
});
