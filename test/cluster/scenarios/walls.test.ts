import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { actors, asActor } from '../walls/actors.ts';
import { type Attempt, attemptsOf, discover, type Served } from '../walls/attempts.ts';
import { beyondAdmission, hostile, may, waysToBecome } from '../walls/becoming.ts';
import { bodiesOf } from '../walls/body.ts';
import { fill, policies } from '../walls/content.ts';
import { effects, type Look, lookAt } from '../walls/look.ts';
import { casesIn, tryCase } from '../walls/neighbours.ts';
import { counted, read, sendAll, type Tried } from '../walls/send.ts';
import { type ClusterName, clusterNames, type Servers, startServers } from '../walls/servers.ts';
import { cpuOfOrdinaryTraffic } from '../walls/traffic.ts';

/** It has two API servers of its own, on which everything may be tried for real. */
let servers: Servers;
const world = {} as Record<ClusterName, { served: Served[]; attempts: Attempt[]; becoming: Attempt[]; before: Look }>;
const isAccepted = ({ status }: Tried) => status > 0 && status < 400;
const administrators = new Set(['walls:administrators']);
const nobodyNamed = (name: ClusterName) => {
  const actor = actors[name].find((candidate) => candidate.name === 'an administrator whom nobody named');
  if (!actor) throw new Error('nobody is the administrator whom nobody named');

  return actor;
};
const list = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'squadkit-writers', namespace: 'squadkit-system' },
};

/** Asks again for a while: a policy that changed counts a moment later. */
const eventually = async (isSo: () => Promise<boolean>): Promise<boolean> => {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    if (await isSo()) return true;
    await sleep(500);
  }

  return false;
};

/** Applies policies, and waits until the last of them counts. */
const build = async (name: ClusterName) => {
  const { clusters } = servers;
  for (const policy of policies(name)) await clusters[name].apply(policy);
  const eve = asActor(clusters[name], nobodyNamed(name));
  const refused = () =>
    eve.apply({ ...list, data: {} }, { dryRun: true }).then(
      () => false,
      () => true,
    );
  for (let attempt = 0; attempt < 100 && !(await refused()); attempt += 1) await sleep(200);
  // Each policy is read by itself.
  await sleep(2000);
};

/** Every request of every actor, on servers of its own: only with `npm run test:cluster -- --long walls`. */
const isLong = process.env.SQUADKIT_LONG === '1';

beforeAll(async () => {
  if (!isLong) return;

  servers = await startServers();
  const crds = await fill(servers);
  const notes: string[] = [];
  let plain = 0;
  for (const name of clusterNames) {
    await servers.startControllers(name);
    const cluster = servers.clusters[name];
    await cluster.waitFor(
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'generic-garbage-collector', namespace: 'kube-system' },
      },
      Boolean,
    );
    const served = await discover(cluster);
    const look = await lookAt(name, cluster, served);
    const attempts = [
      ...attemptsOf(served, look, bodiesOf(name === 'hub' ? crds : [])),
      ...(name === 'hub' ? hostile : []),
    ];
    const control = await sendAll(cluster, attempts, { dryRun: true });
    // Where a door takes no dry run, and where nobody listens behind it, the wall before it can still be tried.
    const valid = control.filter((tried) => isAccepted(tried) || tried.status === 400).map(({ attempt }) => attempt);
    notes.push(
      `${name} serves ${served.length} resources and subresources; ${look.objects.length} objects are ours; of ${attempts.length} writes ${valid.length} are worth trying: without policies ${counted(control)}`,
    );
    expect(valid.length / attempts.length).toBeGreaterThan(0.85);
    if (name === 'hub') plain = await cpuOfOrdinaryTraffic(servers, look);
    await build(name);
    if (name === 'hub') {
      const guarded = await cpuOfOrdinaryTraffic(servers, look);
      notes.push(
        `CPU of the API server for a write of Squadkit's: ${plain.toFixed(2)} ms without policies, ${guarded.toFixed(2)} ms with`,
      );
    }
    world[name] = {
      served,
      attempts: valid,
      becoming: await waysToBecome(name, cluster),
      before: await lookAt(name, cluster, served),
    };
  }
  console.log(notes.join('\n'));
}, 600_000);

afterAll(() => servers?.stop());

describe.runIf(isLong).each(clusterNames)('on %s', (name) => {
  // Guard rail: only-git-writes
  // Guard rail: only-git-installs
  // Guard rail: credentials-of-servers-are-closed
  test.each(actors[name].map((actor) => [actor.name, actor] as const))(
    '%s changes nothing',
    async (_, actor) => {
      const { clusters } = servers;
      const { served, attempts, before } = world[name];
      const tried = await sendAll(
        asActor(clusters[name], actor),
        attempts.filter((attempt) => !actor.may?.(attempt)),
      );
      // What a controller does because of it comes a moment later.
      if (tried.some(isAccepted)) await sleep(2000);
      const after = await lookAt(name, clusters[name], served);
      console.log(`${name}: ${actor.name}: ${tried.length} tried: ${counted(tried)}`);

      expect(tried.filter(({ message }) => message.includes('resulted in error')).map(read)).toEqual([]);
      expect(effects(before, after), tried.filter(isAccepted).map(read).join('\n')).toEqual([]);
    },
    600_000,
  );

  // A rule that cannot be evaluated refuses everybody, and would pass for a wall.
  test.each(actors[name].map((actor) => [actor.name, actor] as const))(
    '%s may do what the pages say',
    async (_, actor) => {
      const { attempts } = world[name];
      const allowed = attempts.filter((attempt) => actor.may?.(attempt));
      const tried = await sendAll(asActor(servers.clusters[name], actor), allowed, { dryRun: true });
      const denied = tried.filter(({ message }) => message.includes('ValidatingAdmissionPolicy'));
      console.log(`${name}: ${actor.name} may: ${allowed.length} tried: ${counted(tried)}`);

      expect(denied.map(read)).toEqual([]);
    },
  );

  // Guard rail: nobody-becomes-a-writer
  test.each(actors[name].map((actor) => [actor.name, actor] as const))('%s becomes nobody else', async (_, actor) => {
    const { becoming } = world[name];
    const isOwn = ({ namespace }: Attempt) => actor.groups.includes(`system:serviceaccounts:${namespace}`);
    const isPlatform = actor.name === 'the GitOps identity';
    const tried = await sendAll(
      asActor(servers.clusters[name], actor),
      becoming.filter((attempt) => !isOwn(attempt) && !(isPlatform && attempt.namespace !== 'kube-system')),
      { dryRun: true },
    );
    const allowed = await Promise.all(beyondAdmission.map((what) => may(servers.clusters[name], actor, what)));
    const isAdministrator = actor.groups.some((group) => administrators.has(group)) || isPlatform;
    // Kubernetes' own edit and admin impersonate every ServiceAccount of their namespaces: see package/install/README.md.
    const impersonates = actor.groups.some((group) => ['walls:edit', 'walls:admin'].includes(group));
    const expected = isAdministrator
      ? beyondAdmission
      : beyondAdmission.filter(({ resource }) => impersonates && resource === 'serviceaccounts');

    expect(tried.filter(isAccepted).map(read)).toEqual([]);
    expect(beyondAdmission.filter((_what, index) => allowed[index])).toEqual(expected);
  });

  test('while the list of writers is missing nobody writes, and only system:masters brings it back', async () => {
    const { clusters } = servers;
    const kept = (await clusters[name].get(list)) as KubernetesObject;
    await clusters[name].delete(list);
    await sleep(2000);
    const mallory = asActor(clusters[name], nobodyNamed(name));
    const mine = { ...list, data: Object.fromEntries(Object.keys(kept.data ?? {}).map((key) => [key, 'mallory'])) };
    await expect(mallory.create(mine)).rejects.toMatchObject({ status: 403 });
    // Everybody else goes on.
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'walls', namespace: 'default' } };
    await expect(mallory.apply(other, { dryRun: true })).resolves.toBeDefined();
    const back = policies(name).find(
      ({ kind, metadata }) => kind.endsWith('Binding') && metadata.name === 'squadkit-writers-return',
    );
    await clusters[name].delete(back as KubernetesObject);
    const returns = () =>
      mallory.apply(mine, { dryRun: true }).then(
        () => true,
        () => false,
      );
    expect(await eventually(returns)).toBe(true);
    await clusters[name].apply(back as KubernetesObject);
    expect(await eventually(async () => !(await returns()))).toBe(true);
    const tried = await sendAll(
      mallory,
      world[name].attempts.filter((attempt) => !nobodyNamed(name).may?.(attempt)),
      { dryRun: true },
    );
    expect(
      tried
        .filter(isAccepted)
        .filter(({ attempt }) => attempt.group === 'squadkit.io')
        .map(read),
    ).toEqual([]);

    await clusters[name].create({ ...list, data: kept.data ?? {} });
    await sleep(2000);
    world[name].before = await lookAt(name, clusters[name], world[name].served);
  });

  const walls = policies(name).filter(({ kind, spec }) => kind.endsWith('Binding') && isTriedHere(spec.policyName));
  test.each(walls.map((binding) => [binding.metadata.name, binding] as const))(
    'without %s it is noticed',
    async (_, binding) => {
      const { clusters } = servers;
      const witnesses = [
        nobodyNamed(name),
        ...actors[name].filter(({ name: who }) => /^(the GitOps identity|an SRE)$/.test(who)),
      ];
      const tryOut = async (until?: (tried: Tried) => boolean) => {
        const tried: Tried[] = [];
        for (const actor of witnesses) {
          const attempts = [...world[name].attempts, ...world[name].becoming].filter(
            (attempt) => !actor.may?.(attempt),
          );
          tried.push(
            ...(await sendAll(asActor(clusters[name], actor), attempts, { dryRun: true, ...(until && { until }) })),
          );
          if (until && tried.some(until)) break;
        }
        return tried.filter(isAccepted);
      };
      const keyOf = ({ attempt: { method, path, change } }: Tried) => `${method} ${path} ${change}`;
      const before = new Set((await tryOut()).map(keyOf));
      const isNew = (tried: Tried) => isAccepted(tried) && !before.has(keyOf(tried));
      await clusters[name].delete(binding);
      let found: Tried[] = [];
      for (let attempt = 0; attempt < 5 && found.length === 0; attempt += 1) {
        await sleep(2000);
        found = (await tryOut(isNew)).filter(isNew);
      }
      await clusters[name].apply(binding);
      await sleep(2000);
      console.log(`${name}: without ${binding.metadata.name}: ${found[0] ? read(found[0]) : 'nobody notices'}`);

      expect(found.length).toBeGreaterThan(0);
    },
    600_000,
  );
});

/** Those who start workloads, and one whom nothing else holds back. */
const builders = [
  {
    name: "the squad's deployer",
    namespace: 'galaxy-billing',
    user: 'system:serviceaccount:squadkit-deployers:galaxy-billing',
    groups: ['system:serviceaccounts'],
  },
  { name: 'a member, in engineering', namespace: 'quasar-catalog', user: 'zoe', groups: ['oidc:quasar'] },
  { name: 'an administrator', namespace: 'galaxy-billing', user: 'mallory', groups: ['walls:administrators'] },
];

describe.runIf(isLong)('what a squad can do to its neighbours', () => {
  const cases = casesIn('galaxy-billing');
  const doorsOf = (builder: (typeof builders)[number]) => casesIn(builder.namespace);

  // Guard rail: kubernetes-pods-keep-to-themselves
  // Guard rail: kubernetes-hosts-are-owned
  test.each(builders.map((builder) => [builder.name, builder] as const))(
    '%s reaches nobody, and does what is usual',
    async (_, builder) => {
      const cluster = asActor(servers.clusters.aqua, builder);
      // A pod of the test is no pod of the admission by Pod Security alone: what it lets pass is refused by us.
      const said = await Promise.all(
        doorsOf(builder).map(async (one) => ({ ...one, said: await tryCase(cluster, one) })),
      );
      const noRight = said.filter((one) => /cannot (create|patch) resource/.test(one.said ?? ''));
      const wrong = said.filter((one) => !noRight.includes(one) && one.isAllowed !== (one.said === undefined));
      console.log(`aqua: ${builder.name}: ${said.length} tried, ${noRight.length} of them without the right`);

      expect(
        wrong.map(({ resource, what, said: words }) => `${resource}: ${what}: ${words ?? 'it succeeded'}`),
      ).toEqual([]);
    },
  );

  const walls = ['squadkit-pods', 'squadkit-ingresses', 'squadkit-services', 'squadkit-volumes', 'squadkit-budgets'];
  test.each(walls)('without %s it is noticed', async (wall) => {
    const { aqua } = servers.clusters;
    const binding = policies('aqua').find(({ kind, metadata }) => kind.endsWith('Binding') && metadata.name === wall);
    const cluster = asActor(aqua, builders[2] as (typeof builders)[number]);
    await aqua.delete(binding as KubernetesObject);
    await sleep(2500);
    const said = await Promise.all(cases.map(async (one) => ({ ...one, said: await tryCase(cluster, one) })));
    await aqua.apply(binding as KubernetesObject);
    await sleep(1500);
    const open = said.filter((one) => !one.isAllowed && one.said === undefined);
    console.log(
      `aqua: without ${wall}: ${open.length} of ${cases.length} pass, for example ${open[0]?.resource}: ${open[0]?.what}`,
    );

    expect(open.length).toBeGreaterThan(0);
  });

  test('each field is refused in the words of its own rule', async () => {
    const { spec } = policies('aqua').find(
      ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === 'squadkit-pods',
    ) as KubernetesObject;
    const cluster = asActor(servers.clusters.aqua, builders[2] as (typeof builders)[number]);
    const said = await Promise.all(
      cases.filter(({ resource }) => resource === 'deployments').map((one) => tryCase(cluster, one)),
    );
    const unheard = spec.validations.filter(
      ({ message }: { message: string }) => !said.some((words) => words?.includes(message)),
    );

    expect(unheard.map(({ message }: { message: string }) => message)).toEqual([]);
  });
});

/** What is tried elsewhere: what workloads may be, what Squadkit itself may, and the return of the list, above. */
const isTriedHere = (policy: string) =>
  !/^squadkit-(identity-.*|pods|services|ingresses|volumes|budgets|writers-return)$/.test(policy);
