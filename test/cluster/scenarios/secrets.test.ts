import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, makeReady, serviceOf, textOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
/** One of its own: the examples are left alone, so that they rest when their steady state is looked at. */
const vault = serviceOf('galaxy', 'vault', 'frontier');
/** What must not be found, by what it is: raw and in base64. */
const secrets = new Map<string, string[]>();

const spellings = (value: string): string[] => {
  // Base64 of a text in which it stands differs by where it begins.
  const shifted = ['', 'x', 'xx'].map((before) =>
    Buffer.from(before + value)
      .toString('base64')
      .slice(4, -4),
  );
  return [value, encodeURIComponent(value), ...shifted];
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, vault);
  const { hub } = controlPlane;
  const read = async (name: string) =>
    textOf(await hub.get({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'galaxy' } }));
  for (const login of ['app', 'migrator']) {
    secrets.set(`password of ${login}`, spellings((await read(`vault.frontier.spike.${login}`)).password as string));
  }
  secrets.set('token of the deployer', spellings((await read('vault.frontier.aqua.deployer-token')).token as string));
  secrets.set("administrator's password", spellings(controlPlane.postgres.admin.password));
});

afterAll(() => controlPlane.hub.delete(vault));

const found = (text: string): string[] =>
  [...secrets].flatMap(([what, values]) => (values.some((value) => text.includes(value)) ? [what] : []));

/** Every object of every kind that a cluster stores. */
const everything = async (cluster: Cluster): Promise<KubernetesObject[]> => {
  const groups = await cluster.request<{ groups: { preferredVersion: { groupVersion: string } }[] }>('GET', '/apis');
  const versions = ['v1', ...groups.groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  const objects: KubernetesObject[] = [];
  for (const version of versions) {
    const path = version === 'v1' ? '/api/v1' : `/apis/${version}`;
    const { resources } = await cluster.request<{ resources: { name: string; kind: string; verbs: string[] }[] }>(
      'GET',
      path,
    );
    for (const { name, kind, verbs } of resources) {
      if (name.includes('/') || !verbs.includes('list')) continue;
      const { items } = await cluster.request<{ items: KubernetesObject[] }>('GET', `${path}/${name}`);
      objects.push(...items.map((item) => ({ ...item, apiVersion: version, kind })));
    }
  }

  return objects;
};

// Guard rail: secrets-stay-secret
test('their bytes are in exactly the Secrets meant to hold them, on both clusters', async () => {
  const holders = async (cluster: Cluster, name: string) =>
    (await everything(cluster)).flatMap((object) =>
      found(JSON.stringify(object)).map(
        (what) => `${what}: ${name} ${object.kind} ${object.metadata.namespace}/${object.metadata.name}`,
      ),
    );
  const { hub, aqua } = controlPlane;
  const all = await Promise.all([holders(hub, 'hub'), holders(aqua, 'aqua')]);

  expect(all.flat().sort()).toEqual([
    "administrator's password: hub Secret squadkit-system/spike-admin",
    'password of app: aqua Secret galaxy-vault/spike',
    'password of app: hub Secret galaxy/vault.frontier.spike.app',
    'password of app: hub Secret galaxy/vault.frontier.spike.binding',
    'password of migrator: aqua Secret galaxy-vault/spike.migrator',
    'password of migrator: hub Secret galaxy/vault.frontier.spike.binding',
    'password of migrator: hub Secret galaxy/vault.frontier.spike.migrator',
    'token of the deployer: aqua Secret squadkit-deployers/galaxy-vault',
    'token of the deployer: hub Secret galaxy/vault.frontier.aqua.deployer-token',
    'token of the deployer: hub Secret galaxy/vault.frontier.aqua.kubeconfig',
  ]);
});

test('nothing of production is on the cluster of engineering', async () => {
  const objects = await everything(controlPlane.meadow.aqua);

  expect(objects.length).toBeGreaterThan(50);
  expect(objects.flatMap((object) => found(JSON.stringify(object)))).toEqual([]);
});

// Guard rail: secrets-stay-secret
test('they are in no log of any process', () => {
  const { logs } = controlPlane.paths;
  const files = readdirSync(logs);
  const leaks = files.flatMap((file) =>
    found(readFileSync(join(logs, file), 'utf8')).map((what) => `${file}: ${what}`),
  );

  expect(files).toEqual(expect.arrayContaining(['crossplane.log', 'function.log', 'provider-sql.log', 'postgres.log']));
  expect(leaks).toEqual([]);
});

test('a deleted Secret on aqua is made again, and its bytes do not stay on the managed resource', async () => {
  const { aqua, hub } = controlPlane;
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'spike', namespace: 'galaxy-vault' } };
  const object = {
    apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
    kind: 'Object',
    metadata: { name: 'vault.frontier.aqua.secret.spike', namespace: 'galaxy' },
  };
  const { uid } = (await aqua.get(secret))?.metadata ?? {};
  await aqua.delete(secret);
  // The provider looks once a minute here.
  await aqua.waitFor(
    secret,
    (again) => again?.metadata.uid !== uid && textOf(again).password !== '' && again?.data !== undefined,
    {
      seconds: 120,
      what: 'made again',
    },
  );
  await hub.waitFor(object, (managed) => found(JSON.stringify(managed)).length === 0, { seconds: 60, what: 'clean' });
});
