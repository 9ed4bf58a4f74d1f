import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { eventually } from '../support/eventually.ts';
import { applyPlatform, isCurrent, makeReady, serviceOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

let controlPlane: ControlPlane;
let superuser: Client;
const squad = (spec: object): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Squad',
  metadata: { name: 'nova' },
  spec: { zoneSelector: { matchLabels: { 'squadkit.io/zone': 'meadow' } }, ...spec },
});
const first = squad({ group: 'nova-first' });
const service = serviceOf('nova', 'chart', 'meadow');
const record = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'squad.nova', namespace: 'squadkit-system' } };
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nova' } };
const collection = '/api/v1/namespaces/squadkit-system/configmaps?labelSelector=squadkit.io/squad=nova';
const denied = /commit it to Git|is forbidden/;
const left = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'left', namespace: 'nova-chart' } };

const register = async (document: KubernetesObject): Promise<void> => {
  const { generation } = (await controlPlane.hub.apply(document)).metadata;
  await controlPlane.hub.waitFor(document, (found) => isTrue(found, 'Ready') && isCurrent(found, generation), {
    seconds: 60,
    what: 'Ready',
  });
};
const refused = async (document: KubernetesObject): Promise<string> => {
  await controlPlane.hub.apply(document);
  const found = await controlPlane.hub.waitFor(
    document,
    (object) => condition(object, 'Accepted')?.reason === 'NameUsedBefore',
    { seconds: 90, what: 'refused' },
  );

  return condition(found, 'Accepted')?.message ?? '';
};
const gone = async (document: KubernetesObject): Promise<void> => {
  await controlPlane.hub.delete(document);
  await controlPlane.hub.waitFor(document, (found) => found === undefined, { what: 'gone' });
};
const rows = async (): Promise<number> => {
  const client = await controlPlane.meadow.postgres.connect({ database: 'nova_chart' });
  const found = await client.query('SELECT count(*)::int AS rows FROM app.kept');
  await client.end();
  return found.rows[0]?.rows;
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  superuser = await controlPlane.meadow.postgres.connect();
  await applyPlatform(controlPlane);
  await register(first);
  await makeReady(controlPlane, service);
  const client = await controlPlane.meadow.postgres.connect({ database: 'nova_chart' });
  await client.query('SET ROLE nova_chart_owner');
  await client.query('CREATE TABLE app.kept AS SELECT generate_series(1, 42) AS id');
  await client.end();
  await controlPlane.meadow.aqua.apply({ ...left, data: { of: 'first' } });
  await retire(controlPlane, [service], [first]);
  await controlPlane.hub.waitFor(namespace, (found) => found === undefined, { what: 'gone' });
});

afterAll(async () => {
  await superuser.end();
});

// Guard rail: squad-names-are-not-reused
test('the record of a name outlives its Squad, and nobody but Crossplane writes it', async () => {
  const { hub } = controlPlane;
  const found = await hub.get(record);

  expect(found?.data).toMatchObject({ group: 'nova-first', lifecycle: 'Closed', used: 'true', services: 'chart' });
  expect(found?.metadata.ownerReferences).toMatchObject([{ kind: 'Namespace', name: 'squadkit-system' }]);
  const actors = [
    hub,
    hub.as('root', ['system:masters']),
    hub.as('grace', ['squadkit:sre']),
    hub.as('system:serviceaccount:flux-system:kustomize-controller', ['system:masters']),
  ];
  for (const actor of actors) {
    await expect(actor.patch(record, { data: { group: 'thieves' } })).rejects.toThrow(denied);
    await expect(actor.patch(record, { metadata: { labels: null } })).rejects.toThrow(denied);
    await expect(actor.patch(record, { metadata: { ownerReferences: null } })).rejects.toThrow(denied);
    await expect(actor.delete(record)).rejects.toThrow(denied);
    await expect(actor.request('DELETE', collection)).rejects.toThrow(denied);
  }
  expect((await hub.get(record))?.metadata.resourceVersion).toBe(found?.metadata.resourceVersion);
});

// Guard rail: squad-names-are-not-reused
test('other people do not get the name, nor anything that was left under it', async () => {
  const { hub } = controlPlane;
  const others = squad({ group: 'nova-others' });
  const message = await refused(others);

  expect(message).toMatch(/^squad name nova was used before, by group nova-first: .* its Services chart may still be/);
  expect(await hub.get(namespace)).toBeUndefined();
  await expect(hub.create(service)).rejects.toThrow(/namespaces "nova" not found/);
  // A namespace that was kept back, as by a deletion that orphans: the Service is refused itself.
  const sre = hub.as('grace', ['squadkit:sre', 'system:masters']);
  await sre.apply({ ...namespace, metadata: { ...namespace.metadata, labels: { 'squadkit.io/squad': 'nova' } } });
  await hub.apply(service);
  const found = await hub.waitFor(service, (object) => condition(object, 'Accepted')?.status === 'False', {
    what: 'refused',
  });
  expect(condition(found, 'Accepted')?.reason).toBe('SquadNotAccepted');
  const { rows: logins } = await superuser.query(
    `SELECT 1 FROM pg_auth_members JOIN pg_roles ON member = pg_roles.oid WHERE rolname LIKE 'nova_%' AND rolcanlogin`,
  );
  expect(logins).toEqual([]);
  await gone(service);
  await sre.delete(namespace);
  await hub.waitFor(namespace, (object) => object === undefined, { what: 'gone' });
  await gone(others);
});

// Guard rail: squad-names-are-not-reused
test('what went by mistake comes back the way it went: closed, then opened, with what it had', async () => {
  await refused(first);
  await gone(first);
  await register(squad({ group: 'nova-first', lifecycle: 'Closed' }));
  await register(first);
  // The quota of an open squad counts again a moment later.
  await eventually('Services are taken', async () => (await controlPlane.hub.apply(service)).metadata !== undefined);
  await makeReady(controlPlane, service);

  expect(await rows()).toBe(42);
  expect((await controlPlane.meadow.aqua.get(left))?.data).toEqual({ of: 'first' });
  await retire(controlPlane, [service], [first]);
  await controlPlane.hub.waitFor(namespace, (found) => found === undefined, { what: 'gone' });
});

test('a squad that inherits gets it, and then it is its own', async () => {
  const [, inherits = ''] = (await refused(squad({ group: 'nova-others' }))).match(/inherits: "([0-9a-f]+)"/) ?? [];
  const heir = squad({ group: 'nova-others', inherits });
  await register(heir);
  await makeReady(controlPlane, service);

  expect(await rows()).toBe(42);
  expect((await controlPlane.hub.get(record))?.data).toMatchObject({ group: 'nova-others', lifecycle: 'Open' });
  await retire(controlPlane, [service], [heir]);
});
