import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, makeReady } from '../support/platform.ts';
import { type SpareServer, startSpareServers } from '../support/spare.ts';

let controlPlane: ControlPlane;
const apiVersion = 'squadkit.io/v1alpha1';
const zone: KubernetesObject = {
  apiVersion,
  kind: 'Zone',
  metadata: { name: 'delta' },
  spec: { environment: 'engineering', region: 'eu-west-1', dataClasses: ['public', 'internal'] },
};
const squad: KubernetesObject = {
  apiVersion,
  kind: 'Squad',
  metadata: { name: 'comet' },
  spec: { zoneSelector: {}, limits: { services: 1 } },
};
const onNile = (namespace: string, name: string): KubernetesObject => ({
  apiVersion,
  kind: 'Service',
  metadata: { name, namespace },
  spec: { zones: [{ name: 'delta', components: [{ name: 'nile', provider: 'postgres' }] }] },
});
const service = onNile('comet', 'tail');
/** Two servers, so that the one in use can be taken out and something is left. */
let servers: SpareServer[] = [];

beforeAll(async () => {
  controlPlane = connectControlPlane();
  const { hub } = controlPlane;
  await applyPlatform(controlPlane);
  servers = await startSpareServers(controlPlane, ['nile', 'niger']);
  await hub.apply({ ...zone, spec: { ...zone.spec, components: servers.map(({ component }) => component) } });
  await hub.apply(squad);
  for (const object of [zone, squad]) await hub.waitFor(object, (found) => isTrue(found, 'Ready'), { what: 'Ready' });
  await makeReady(controlPlane, service);
});

afterAll(async () => {
  await controlPlane.hub.delete(service);
  for (const server of servers) await server.end();
});

/** It cannot be deleted at any time, and says why as soon as its protection knows. */
const refusesToGo = async (object: KubernetesObject, reason: RegExp): Promise<void> => {
  for (const deadline = Date.now() + 30_000; ; await sleep(200)) {
    const refusal = await controlPlane.hub.delete(object).then(
      () => 'deleted',
      (error: Error) => error.message,
    );
    if (reason.test(refusal)) return;
    if (refusal === 'deleted' || Date.now() > deadline) expect(refusal).toMatch(reason);
  }
};

// Guard rail: in-use-stays
test('a zone and a squad that are open cannot be deleted, and say what to do', async () => {
  const { hub } = controlPlane;

  await expect(hub.delete(zone)).rejects.toThrow(
    /zone delta is .*(open: set spec.lifecycle to Closed|used by comet\/tail)/,
  );
  await expect(hub.delete(squad)).rejects.toThrow(
    /squad comet (is open: set spec.lifecycle to Closed|has comet\/tail)/,
  );
  // The policies let SREs pass, so that this is the protection's own answer.
  const sre = hub.as('grace', ['squadkit:sre', 'system:masters']);
  await expect(sre.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'comet' } })).rejects.toThrow(
    /squad comet/,
  );
});

// Guard rail: services-per-squad
test('a squad has no more Services than its limit', async () => {
  const second = onNile('comet', 'second');

  await expect(controlPlane.hub.create(second)).rejects.toThrow(
    /exceeded quota: squadkit.*count\/services.squadkit.io/,
  );
});

test('a component in use cannot be taken out of its zone', async () => {
  const { hub } = controlPlane;
  const before = await hub.get(zone);
  const components = before?.spec.components as { name: string }[];
  await hub.patch(zone, { spec: { components: components.filter(({ name }) => name !== 'nile') } });
  const refused = await hub.waitFor(zone, (found) => condition(found, 'Accepted')?.reason === 'ComponentInUse', {
    what: 'refused',
  });

  expect(condition(refused, 'Accepted')?.message).toContain('component nile of zone delta is used by comet/tail');
  await hub.patch(zone, { spec: { components } });
  await hub.waitFor(zone, (found) => isTrue(found, 'Accepted'), { what: 'accepted again' });
});

test('the environment of a zone and the provider of a component cannot be changed', async () => {
  const { hub } = controlPlane;
  const components = ((await hub.get(zone))?.spec.components ?? []) as object[];

  await expect(hub.patch(zone, { spec: { environment: 'production' } })).rejects.toThrow(
    'register another zone and close this one: what was made in one environment is never given to another',
  );
  const kubernetes = {
    credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua-kubeconfig', key: 'kubeconfig' },
    server: 'https://aqua.example.org:6443',
  };
  const other = { name: 'nile', provider: 'kubernetes', kubernetes };
  await expect(hub.patch(zone, { spec: { components: [other, ...components.slice(1)] } })).rejects.toThrow(
    'register another component and remove this one: what Services have there is of its provider',
  );
});

// Guard rail: in-use-stays
// Guard rail: closed-takes-nothing
test('closed, they take nothing new; in use, they still cannot be deleted; unused, they can', async () => {
  const { hub } = controlPlane;
  await hub.patch(zone, { spec: { lifecycle: 'Closed' } });
  await hub.patch(squad, { spec: { lifecycle: 'Closed' } });
  await hub.waitFor(
    zone,
    (found) => condition(found, 'Accepted')?.message?.includes('still used by comet/tail') === true,
    {
      what: 'closed',
    },
  );
  await refusesToGo(zone, /zone delta is used by comet\/tail: remove them from the zone first/);
  await refusesToGo(squad, /squad comet has comet\/tail: remove its Services first/);
  const stranger = onNile('quasar', 'stranger');
  await hub.apply(stranger);
  const refused = await hub.waitFor(stranger, (found) => condition(found, 'Accepted')?.status === 'False', {
    what: 'refused',
  });
  expect(condition(refused, 'Accepted')?.reason).toBe('ZoneClosed');
  await hub.delete(stranger);

  // What is there goes on, and gets nothing more.
  expect(isTrue(await hub.get(service), 'Ready')).toBe(true);
  const app = { apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1', kind: 'Role' };
  const login = { ...app, metadata: { name: 'tail.delta.nile.app', namespace: 'comet' } };
  const before = await hub.get(login);
  const nile = { name: 'nile', provider: 'postgres' };
  const more = { ...nile, postgres: { connections: 30 } };
  const another = { ...nile, name: 'niger' };
  for (const components of [[more], [nile, another]]) {
    await hub.apply({ ...service, spec: { zones: [{ name: 'delta', components }] } });
    await hub.waitFor(service, (found) => condition(found, 'Accepted')?.reason === 'ZoneClosed', { what: 'refused' });
  }
  expect((await hub.get(login))?.spec.forProvider).toEqual(before?.spec.forProvider);
  expect(await hub.get({ ...app, metadata: { name: 'tail.delta.niger.app', namespace: 'comet' } })).toBeUndefined();
  await makeReady(controlPlane, service);
  await hub.delete(service);
  await hub.waitFor(service, (found) => found === undefined, { what: 'gone' });
  for (const object of [zone, squad]) {
    await hub.waitFor(object, (found) => condition(found, 'Accepted')?.message?.includes('can be deleted') === true, {
      seconds: 60,
      what: 'unused',
    });
    for (let attempt = 0; ; attempt += 1) {
      try {
        await hub.delete(object);
        break;
      } catch (error) {
        if (attempt === 30) throw error;
        await sleep(1000);
      }
    }
    await hub.waitFor(object, (found) => found === undefined, { what: 'deleted' });
  }
});
