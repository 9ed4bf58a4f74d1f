import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { repository } from '../../control-plane/state.ts';
import { asActor, programOfKubeSystem } from '../walls/actors.ts';
import { carriers } from '../walls/carriers.ts';
import { before } from '../walls/claims.ts';
import { fillAqua, policies } from '../walls/content.ts';
import { stonesOf } from '../walls/mutations.ts';
import { casesIn, idle, laterCasesIn, listedClass, type Said, tryCase, waiting } from '../walls/neighbours.ts';
import { serveRoutes } from '../walls/routes.ts';
import { type Servers, startServers } from '../walls/servers.ts';
import { withoutEach } from '../walls/without.ts';
import { build, eventually } from '../walls/world.ts';

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
  await servers.startControllers('aqua', [
    'job-controller',
    'disruption-controller',
    'endpoints-controller',
    'endpointslice-controller',
  ]);
  for (const namespace of ['galaxy-billing', 'quasar-catalog']) {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
    await servers.clusters.aqua.waitFor(account, Boolean);
    // A pod that waits for a gate may still be changed.
    await servers.clusters.aqua.apply(waiting(namespace));
    await servers.clusters.aqua.apply(idle(namespace));
    for (const object of Object.values(before(namespace))) await servers.clusters.aqua.apply(object);
  }
  await servers.clusters.aqua.patch(allowed, { data: { ingressClasses: `${listedClass}\n` } });
  await build(servers, 'aqua');
});

/** What the platform lets squads choose. */
const allowed = {
  ...{ apiVersion: 'v1', kind: 'ConfigMap' },
  metadata: { name: 'squadkit-allowed', namespace: 'squadkit-system' },
};

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

test('what Kubernetes makes of Jobs and Services is made, and a program in kube-system makes none of it', async () => {
  const { aqua } = servers.clusters;
  const namespace = 'galaxy-billing';
  const deployer = asActor(aqua, builders[0] as (typeof builders)[number]);
  const metadata = { name: 'usual', namespace };
  const job = { ...carriers.jobs?.({ what: '' }), metadata } as KubernetesObject;
  const service = {
    ...{ apiVersion: 'v1', kind: 'Service', metadata },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  };
  await deployer.apply(job);
  await deployer.apply(service);
  await aqua.waitFor(job, (found) => found?.status?.active === 1, { what: 'running' });
  const made = async (path: string, label: string) =>
    (
      await aqua.request<{ items: KubernetesObject[] }>(
        'GET',
        `/${path}?labelSelector=${encodeURIComponent(`${label}=usual`)}`,
      )
    ).items;
  const pods = await made(`api/v1/namespaces/${namespace}/pods`, 'batch.kubernetes.io/job-name');
  expect(pods.map((pod) => pod.metadata.finalizers)).toEqual([['batch.kubernetes.io/job-tracking']]);
  const slices = `apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  expect(await eventually(async () => (await made(slices, 'kubernetes.io/service-name')).length === 1)).toBe(true);

  const program = asActor(aqua, programOfKubeSystem);
  const cases = [...casesIn(namespace), ...laterCasesIn(namespace)].filter(({ resource }) =>
    ['endpoints', 'endpointslices', 'pods/binding'].includes(resource),
  );
  const said = await Promise.all(cases.map((one) => tryCase(program, one)));
  expect(said.map((words) => words?.includes('ValidatingAdmissionPolicy'))).toEqual([true, true, true]);
  await deployer.delete(service);
  await aqua.request('DELETE', `/apis/batch/v1/namespaces/${namespace}/jobs/usual?propagationPolicy=Background`);
});

test('only what counts pods of Jobs puts the finalizer of Jobs on them, and no other', async () => {
  const controller = { user: 'system:serviceaccount:kube-system:job-controller', groups: ['walls:administrators'] };
  const cluster = asActor(servers.clusters.aqua, controller);
  const make = (finalizers: string[]) =>
    cluster.apply(
      {
        ...carriers.pods?.({ what: '', finalizers }),
        metadata: { name: 'counted', namespace: 'galaxy-billing', finalizers },
      } as KubernetesObject,
      { dryRun: true },
    );

  await make(['batch.kubernetes.io/job-tracking']);
  await expect(make(['batch.kubernetes.io/job-tracking', 'example.org/hold'])).rejects.toThrow('leave finalizers out');
});

/** Makes a pod that a ReplicaSet of one has: of what nothing scales a budget does not know how many there should be. */
const makeScaled = async (name: string): Promise<KubernetesObject[]> => {
  const metadata = { name, namespace: 'galaxy-billing' };
  const labels = { app: name };
  const kind = { apiVersion: 'apps/v1', kind: 'ReplicaSet' };
  const pod = carriers.pods?.({ what: '', labels }) as KubernetesObject;
  const set = {
    ...{ ...kind, metadata },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: pod.metadata, spec: pod.spec } },
  } as unknown as KubernetesObject;
  const { metadata: owner } = (await servers.clusters.aqua.apply(set)) as KubernetesObject;
  const ownerReferences = [{ ...kind, name, uid: owner.uid, controller: true }];
  const owned = { ...pod, metadata: { ...pod.metadata, ...metadata, ownerReferences } } as KubernetesObject;
  await servers.clusters.aqua.apply(owned);

  return [set, owned];
};

test('the command of the page says which pods nobody can evict, because of two budgets or of one for a Job', async () => {
  const { aqua } = servers.clusters;
  const metadata = (name: string) => ({ name, namespace: 'galaxy-billing' });
  const budget = (name: string, app: string) => ({
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: metadata(name) },
    spec: { selector: { matchLabels: { app } }, maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  });
  const work = carriers.jobs?.({ what: '', labels: { app: 'work' } }) as KubernetesObject;
  const job = { ...work, metadata: metadata('work') };
  const budgets = [budget('first', 'twice'), budget('second', 'twice'), budget('once', 'once'), budget('work', 'work')];
  const scaled = [...(await makeScaled('twice')), ...(await makeScaled('once'))];
  for (const object of [...budgets, job]) await aqua.apply(object);
  await aqua.waitFor(job, (found) => found?.status?.active === 1, { what: 'running' });
  const { items } = await aqua.request<{ items: KubernetesObject[] }>(
    'GET',
    '/api/v1/namespaces/galaxy-billing/pods?labelSelector=app%3Dwork',
  );
  const ofJob = items[0]?.metadata.name as string;
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  for (const name of ['twice', 'once', ofJob]) {
    const path = `/api/v1/namespaces/galaxy-billing/pods/${name}/status`;
    await aqua.request('PATCH', path, { status }, 'application/merge-patch+json');
  }
  const page = readFileSync(join(repository, 'package/install/README.md'), 'utf8');
  const command = /```sh\n((?:(?!```)[\s\S])*eviction[\s\S]*?)```/.exec(page)?.[1] ?? '';
  const counted = /`(kubectl --context aqua annotate poddisruptionbudget [^`]*)`/.exec(page)?.[1] ?? '';
  const type = (words: string) =>
    spawnSync('bash', ['-c', words.replaceAll(' --context aqua', '')], {
      env: { ...process.env, KUBECONFIG: aqua.kubeconfigPath },
      encoding: 'utf8',
    });
  const typed = () => {
    const { stdout, stderr } = type(command);
    return { held: stdout.trim().split('\n').sort(), stderr };
  };
  const settles = async (held: string[]) => {
    let said = typed();
    await eventually(async () => {
      said = typed();
      return said.held.join() === held.join();
    });
    expect(said.held, said.stderr).toEqual(held);
    return said;
  };
  const { stderr } = await settles(['galaxy-billing twice', `galaxy-billing ${ofJob}`]);

  expect(stderr).toMatch(/more than one PodDisruptionBudget/);
  expect(stderr).toMatch(/violate the pod's disruption budget/);
  await aqua.delete(budget('second', 'twice'));
  await aqua.delete(budget('work', 'work'));
  // The controller counts for one of two at each change of a pod, whichever it finds first (disruption.go, getPdbForPod).
  const again = type(counted.replace('<name>', 'first').replace('<namespace>', 'galaxy-billing'));
  expect(again.status, again.stderr).toBe(0);
  await settles(['']);
  for (const object of [...budgets, ...scaled, job]) await aqua.delete(object);
});

test('what the platform lists is allowed, and nobody removes the list', async () => {
  const { aqua } = servers.clusters;
  const cluster = asActor(aqua, administrator);
  const cases = casesIn('galaxy-billing').filter(({ what }) =>
    ['say tailscale.com/expose', 'be of class internal', 'be of class internal by its annotation'].includes(what),
  );
  const said = () => Promise.all(cases.map((one) => tryCase(cluster, one)));
  const { data } = (await aqua.get(allowed)) as KubernetesObject;
  await aqua.patch(allowed, {
    data: { ingressClasses: '', serviceAnnotations: `${data?.serviceAnnotations}tailscale.com/*` },
  });
  expect(await eventually(async () => (await said()).every((words) => words === undefined))).toBe(true);
  await aqua.patch(allowed, { data });
  expect(await eventually(async () => (await said()).every((words) => words !== undefined))).toBe(true);

  const emergency = asActor(aqua, { user: 'grace', groups: ['squadkit:sre', 'walls:administrators'] });
  const path = '/api/v1/namespaces/squadkit-system/configmaps/squadkit-allowed?dryRun=All';
  const remove = () => emergency.request('DELETE', path);
  await expect(remove()).rejects.toThrow('leave ConfigMap squadkit-system/squadkit-allowed');
  const [binding] = stonesOf(policies('aqua'), { withRules: false }).filter(
    ({ policy }) => policy === 'squadkit-allowed',
  );
  const goes = () =>
    remove().then(
      () => true,
      () => false,
    );
  await binding?.remove(aqua);
  expect(await eventually(goes)).toBe(true);
  await binding?.restore(aqua);
  expect(await eventually(async () => !(await goes()))).toBe(true);
});

const walls = /^squadkit-(pods|pods-nodes|finalizers|services|services-annotations|ingresses|volumes|budgets)$/;

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
  const said = (await tryAll(administrator)).filter(({ resource }) => ['deployments', 'jobs'].includes(resource));
  const unheard = spec.validations.filter(
    ({ message }: { message: string }) => !said.some((one) => one.said?.includes(message)),
  );

  expect(unheard.map(({ message }: { message: string }) => message)).toEqual([]);
});
