import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { asActor } from '../walls/actors.ts';
import { before } from '../walls/claims.ts';
import { fillAqua, policies } from '../walls/content.ts';
import { stonesOf } from '../walls/mutations.ts';
import { casesIn, idle, laterCasesIn, type Said, tryCase, waiting } from '../walls/neighbours.ts';
import { serveRoutes } from '../walls/routes.ts';
import { type Servers, startServers } from '../walls/servers.ts';
import { withoutEach } from '../walls/without.ts';
import { build } from '../walls/world.ts';

/** An API server of its own, with the namespaces of two Services. */
let servers: Servers;

/** Those who start workloads, and two whom nothing else holds back. */
const builders = [
  {
    name: "the squad's deployer",
    namespace: 'galaxy-billing',
    user: 'system:serviceaccount:squadkit-deployers:galaxy-billing',
    groups: ['system:serviceaccounts'],
  },
  { name: 'a member, in engineering', namespace: 'quasar-catalog', user: 'zoe', groups: ['oidc:quasar'] },
  { name: 'who may edit every namespace', namespace: 'galaxy-billing', user: 'eve', groups: ['walls:edit'] },
  { name: 'an administrator', namespace: 'galaxy-billing', user: 'mallory', groups: ['walls:administrators'] },
];
const administrator = builders[3] as (typeof builders)[number];

beforeAll(async () => {
  servers = await startServers(['aqua']);
  await serveRoutes(servers.clusters.aqua);
  await fillAqua(servers);
  await servers.startControllers('aqua');
  for (const namespace of ['galaxy-billing', 'quasar-catalog']) {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
    await servers.clusters.aqua.waitFor(account, Boolean);
    // A pod that waits for a gate may still be changed.
    await servers.clusters.aqua.apply(waiting(namespace));
    await servers.clusters.aqua.apply(idle(namespace));
    for (const object of Object.values(before(namespace))) await servers.clusters.aqua.apply(object);
  }
  await build(servers, 'aqua');
});

afterAll(() => servers?.stop());

const tryAll = async (builder: (typeof builders)[number]): Promise<Said[]> => {
  const cluster = asActor(servers.clusters.aqua, builder);
  const cases = [...casesIn(builder.namespace), ...laterCasesIn(builder.namespace)];

  const said: Said[] = [];
  const queue = cases.values();
  const work = async () => {
    for (const one of queue) said.push({ ...one, said: await tryCase(cluster, one) });
  };
  await Promise.all(Array.from({ length: 16 }, work));

  return said;
};

// Guard rail: kubernetes-pods-keep-to-themselves
// Guard rail: kubernetes-services-stay-inside
// Guard rail: kubernetes-hosts-are-owned
test.each(builders.map((builder) => [builder.name, builder] as const))(
  '%s reaches nobody, and does what is usual',
  async (_, builder) => {
    const said = await tryAll(builder);
    const noRight = said.filter((one) => /cannot \w+ resource/.test(one.said ?? ''));
    const wrong = said.filter((one) => !noRight.includes(one) && one.isAllowed !== (one.said === undefined));
    console.log(`aqua: ${builder.name}: ${said.length} tried, ${noRight.length} of them without the right`);

    expect(wrong.map(({ resource, what, said: words }) => `${resource}: ${what}: ${words ?? 'it succeeded'}`)).toEqual(
      [],
    );
  },
);

test('who binds volumes names them, and who chooses nodes says which', async () => {
  const { aqua } = servers.clusters;
  const { claim } = before('galaxy-billing');
  const { metadata, spec, ...rest } = (await aqua.get(claim)) as KubernetesObject;
  const change = (user: string, annotations: Record<string, string>, more: object = {}) =>
    asActor(aqua, { user, groups: ['system:serviceaccounts'] }).request(
      'PUT',
      '/api/v1/namespaces/galaxy-billing/persistentvolumeclaims/before?dryRun=All',
      { ...rest, metadata: { ...metadata, annotations }, spec: { ...spec, ...more } },
    );
  const binder = 'system:serviceaccount:kube-system:persistent-volume-binder';

  await change(binder, { 'pv.kubernetes.io/bind-completed': 'yes' }, { volumeName: 'a' });
  await change('system:kube-scheduler', { 'volume.kubernetes.io/selected-node': 'node-1' });
  await expect(change('system:kube-scheduler', {}, { volumeName: 'a' })).rejects.toThrow('leave volumeName');
});

const walls = /^squadkit-(pods|pods-nodes|services|ingresses|volumes|budgets)$/;

test('without a part of a wall it is noticed', async () => {
  const { aqua } = servers.clusters;
  const cluster = asActor(aqua, administrator);
  const refused = (await tryAll(administrator)).filter(({ isAllowed }) => !isAllowed);
  const stones = stonesOf(policies('aqua'), { withRules: false }).filter(({ policy }) => walls.test(policy));
  const messageOf = (one: Said) => ({ ...one, message: one.said ?? '' });
  const noticed = await withoutEach(
    aqua,
    stones,
    (stone) => {
      const exact = refused.map(messageOf).filter((one) => stone.isIn(one));
      return exact.map((tried) => ({
        tried,
        again: async () => messageOf({ ...tried, said: await tryCase(cluster, tried) }),
      }));
    },
    ({ said }) => said === undefined,
    ({ resource, what }) => `${resource}: ${what}`,
  );
  for (const { stone, through } of noticed) console.log(`aqua: without ${stone.name}: ${through ?? 'nobody'}`);
  console.log(`aqua: ${stones.length} parts of the walls, ${refused.length} reaches that are refused`);

  expect(noticed.filter(({ through }) => through === undefined).map(({ stone }) => stone.name)).toEqual([]);
});

test('each field is refused in the words of its own rule', async () => {
  const { spec } = policies('aqua').find(
    ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === 'squadkit-pods',
  ) as KubernetesObject;
  const said = (await tryAll(administrator)).filter(({ resource }) => resource === 'deployments');
  const unheard = spec.validations.filter(
    ({ message }: { message: string }) => !said.some((one) => one.said?.includes(message)),
  );

  expect(unheard.map(({ message }: { message: string }) => message)).toEqual([]);
});
