import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { isLong } from '../support/long.ts';
import { type Actor, actors, asActor } from '../walls/actors.ts';
import { beyondAdmission, isTheirs, may, mayBeyond } from '../walls/becoming.ts';
import { behind } from '../walls/behind.ts';
import { crdsOf, fillAqua, fillHub, policies } from '../walls/content.ts';
import { loginsOf } from '../walls/logins.ts';
import { effects, lookAt } from '../walls/look.ts';
import { type Stone, stonesOf } from '../walls/mutations.ts';
import { type Refused, refusalsOf, refusedOf, stillRefused } from '../walls/refused.ts';
import { counted, isAccepted, isThrough, oneByEachDoor, read, sendAll, type Tried } from '../walls/send.ts';
import { type ClusterName, clusterNames, type Servers, startServers } from '../walls/servers.ts';
import { cpuOfOrdinaryTraffic } from '../walls/traffic.ts';
import { withoutEach } from '../walls/without.ts';
import { behindWalls, eventually, list, nobodyNamed, type World } from '../walls/world.ts';

/** It has two API servers of its own, on which everything may be tried for real. */
let servers: Servers;
const world = {} as Record<ClusterName, World>;
/** What a policy refused, and whom: it is tried again when a part of the policy is away. */
const refused: Record<ClusterName, Refused[]> = { hub: [], aqua: [] };
/** With `--long` every resource of every rule is taken away too, and the cost of the policies is measured. */

beforeAll(async () => {
  servers = await startServers();
  const crds = crdsOf(servers.tool);
  await Promise.all([fillHub(servers, crds), fillAqua(servers)]);
  await Promise.all(
    clusterNames.map(async (name) => {
      world[name] = await behindWalls(servers, name, name === 'hub' ? crds : []);
    }),
  );
}, 600_000);

afterAll(() => servers?.stop());

const remember = (name: ClusterName, actor: Actor, answers: Tried[]) => {
  refused[name].push(...refusedOf(actor, answers));
};

/** Thousands of requests: only with `npm run test:cluster -- --long`; the neighbours' walls are tried every time. */
const whenLong = describe.runIf(isLong);

whenLong.each(clusterNames)('on %s', (name) => {
  const everybody = actors[name].map((actor) => [actor.name, actor] as const);

  // Guard rail: only-git-writes
  // Guard rail: only-git-installs
  // Guard rail: credentials-of-servers-are-closed
  test.each(everybody)('%s changes nothing', async (_, actor) => {
    const { clusters } = servers;
    const { served, attempts, before } = world[name];
    const forbidden = attempts.filter((attempt) => !actor.may?.(attempt) && !actor.either?.(attempt));
    const tried = await sendAll(asActor(clusters[name], actor), actor.isLike ? oneByEachDoor(forbidden) : forbidden);
    // What a controller does because of it comes a moment later.
    if (tried.some(isAccepted)) await sleep(1500);
    const after = await lookAt(name, clusters[name], served);
    world[name].before = after;
    remember(name, actor, tried);
    console.log(`${name}: ${actor.name}: ${tried.length} tried: ${counted(tried)}`);

    expect(tried.filter(({ message }) => message.includes('resulted in error')).map(read)).toEqual([]);
    expect(tried.filter((one) => isThrough(one) && !isAccepted(one)).map(read)).toEqual([]);
    expect(effects(before, after), tried.filter(isAccepted).map(read).join('\n')).toEqual([]);
  });

  // A rule that cannot be evaluated refuses everybody, and would pass for a wall.
  test.each(everybody.filter(([, { may: isAllowed }]) => isAllowed))(
    '%s may do what the pages say',
    async (_, actor) => {
      const allowed = world[name].attempts.filter((attempt) => actor.may?.(attempt) && !actor.either?.(attempt));
      const tried = await sendAll(asActor(servers.clusters[name], actor), allowed, { dryRun: true });
      console.log(`${name}: ${actor.name} may: ${allowed.length} tried: ${counted(tried)}`);

      expect(tried.filter(({ message }) => message.includes('ValidatingAdmissionPolicy')).map(read)).toEqual([]);
    },
  );

  // Guard rail: nobody-becomes-a-writer
  test.each(everybody)('%s becomes nobody else', async (_, actor) => {
    const tried = await sendAll(
      asActor(servers.clusters[name], actor),
      world[name].becoming.filter((attempt) => !isTheirs(actor, attempt)),
      { dryRun: true },
    );
    const allowed = await Promise.all(beyondAdmission.map((what) => may(servers.clusters[name], actor, what)));
    remember(name, actor, tried);

    expect(tried.filter(isAccepted).map(read)).toEqual([]);
    expect(beyondAdmission.filter((_what, index) => allowed[index])).toEqual(mayBeyond(actor));
  });

  test.runIf(name === 'hub')('a controller of Kubernetes does its work, and makes no token', async () => {
    const asController = asActor(servers.clusters.hub, {
      user: 'system:serviceaccount:kube-system:deployment-controller',
      groups: ['walls:administrators'],
    });
    const places = [
      ['crossplane-system', 'crossplane'],
      ['squadkit-janitor', 'janitor'],
      ['squadkit-backups', 'backup'],
    ] as const;
    const said = await Promise.all(
      places.flatMap(([namespace, account]) => {
        const core = `/api/v1/namespaces/${namespace}`;
        const post = (path: string, body: object) =>
          asController.request('POST', `${core}/${path}?dryRun=All`, body).then(
            () => `${namespace} ${path}: made`,
            ({ message }: Error) =>
              `${namespace} ${path}: ${message.includes('commit it to Git') ? 'refused' : message}`,
          );
        const annotations = { 'kubernetes.io/service-account.name': account };

        return [
          post('configmaps', { metadata: { name: 'walls' } }),
          post('secrets', {
            metadata: { name: 'walls', annotations },
            type: 'kubernetes.io/service-account-token',
          }),
          post(`serviceaccounts/${account}/token`, { spec: {} }),
        ];
      }),
    );

    expect(said).toEqual(
      places.flatMap(([namespace, account]) => [
        `${namespace} configmaps: made`,
        `${namespace} secrets: refused`,
        `${namespace} serviceaccounts/${account}/token: refused`,
      ]),
    );
  });

  test('while the list of writers is missing nobody writes, and only system:masters brings it back', async () => {
    const { clusters } = servers;
    const kept = (await clusters[name].get(list)) as KubernetesObject;
    await clusters[name].delete(list);
    const mallory = asActor(clusters[name], nobodyNamed(name));
    const mine = { ...list, data: Object.fromEntries(Object.keys(kept.data ?? {}).map((key) => [key, 'mallory'])) };
    const isMine = () =>
      mallory.create(mine).then(
        () => true,
        ({ status }: { status: number }) => status !== 403,
      );
    await sleep(1500);
    expect(await isMine()).toBe(false);
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
    const documents = world[name].attempts.filter(({ group }) => group === 'squadkit.io');
    const tried = await sendAll(mallory, documents, { dryRun: true });
    expect(tried.filter(isAccepted).map(read)).toEqual([]);

    await clusters[name].create({ ...list, data: kept.data ?? {} });
    await sleep(1500);
    world[name].before = await lookAt(name, clusters[name], world[name].served);
  });
});

/** What workloads may be is taken away in neighbours.test.ts, and the return of the list above. */
const isTriedHere = ({ policy }: Stone) =>
  !/^squadkit-(allowed|pods|finalizers|services|services-annotations|ingresses|volumes|budgets|writers-return)$/.test(
    policy,
  );

whenLong('without a part of the walls', () => {
  test.concurrent.each(clusterNames)(
    'it is noticed on %s',
    async (name) => {
      const cluster = servers.clusters[name];
      const all = stonesOf(policies(name), { withRules: isLong }).filter(isTriedHere);
      const stones = all.filter((stone) => stone.isServed(world[name].served));
      for (const stone of all) if (!stones.includes(stone)) console.log(`${name}: not served: ${stone.name}`);
      const refusals = await stillRefused(servers, name, refused[name]);
      const noticed = await withoutEach(cluster, stones, refusalsOf(refusals), isThrough, read);
      for (const { stone, through, instead } of noticed) {
        console.log(`${name}: without ${stone.name}: ${through ?? `nobody: ${instead.join(', ')}`}`);
      }
      const unnoticed = noticed.filter(({ through }) => through === undefined).map(({ stone }) => stone.name);
      console.log(`${name}: of ${stones.length} parts of the walls ${stones.length - unnoticed.length} are missed`);

      expect(unnoticed.sort()).toEqual(Object.keys(behind[name]).sort());
      const pairs = Object.entries(behind[name]).map(([back, front]) => {
        const [own, other] = [back, front].map((wanted) => stones.find((stone) => stone.name === wanted)) as [
          Stone,
          Stone,
        ];
        return { own, other: { ...other, name: `${front}, before ${back}` } };
      });
      const seen = await withoutEach(
        cluster,
        pairs.map(({ other }) => other),
        refusalsOf(refusals),
        isThrough,
        read,
        (tried, stone) => pairs.some(({ own, other }) => other === stone && own.isIn(tried)),
      );
      for (const { stone, through } of seen) console.log(`${name}: without ${stone.name}: ${through ?? 'unseen'}`);
      expect(seen.filter(({ through }) => through === undefined).map(({ stone }) => stone.name)).toEqual([]);
    },
    900_000,
  );
});

whenLong('after all of it', () => {
  test('those who may still log in, and do what they are there for', async () => {
    const said = await loginsOf(servers);

    expect(said.filter(({ want, got }) => want !== got)).toEqual([]);
  });

  test.runIf(isLong)('a write of Squadkit costs little more with the policies than without', async () => {
    const { hub } = servers.clusters;
    const withPolicies = await cpuOfOrdinaryTraffic(servers, world.hub.before);
    for (const policy of policies('hub')) await hub.delete(policy);
    await sleep(2000);
    const without = await cpuOfOrdinaryTraffic(servers, world.hub.before);
    console.log(
      `CPU of the API server for a write of Squadkit's: ${without.toFixed(2)} ms without policies, ${withPolicies.toFixed(2)} ms with`,
    );

    expect(withPolicies).toBeLessThan(10 * without);
  });
});
