import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import { Cluster } from '../../control-plane/kubernetes.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { connects, type Policy } from '../../support/network-policies.ts';
import { containerOf } from '../support/container.ts';
import { eventually } from '../support/eventually.ts';
import { applyPlatform, makeReady, serviceOf, textOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

let controlPlane: ControlPlane;
const directory = mkdtempSync(join(tmpdir(), 'squadkit-roles-'));
const apiVersion = 'squadkit.io/v1alpha1';
const zone: KubernetesObject = { apiVersion, kind: 'Zone', metadata: { name: 'meadow' } };
const squad: KubernetesObject = {
  apiVersion,
  kind: 'Squad',
  metadata: { name: 'orbit' },
  spec: {
    ownerGroup: 'orbit-owners',
    guestGroup: 'orbit-guests',
    deployerGroup: 'orbit-pipelines',
    zoneSelector: {},
  },
};
const onlyCluster = (name: string, where: string, kubernetes: object = {}): KubernetesObject => ({
  apiVersion,
  kind: 'Service',
  metadata: { name, namespace: 'orbit' },
  spec: { zones: [{ name: where, components: [{ name: 'aqua', provider: 'kubernetes', kubernetes }] }] },
});
const dock = serviceOf('orbit', 'dock', 'meadow', { kubernetes: { allowFrom: ['quay'] } });
const quay = onlyCluster('quay', 'meadow');
const pier = onlyCluster('pier', 'frontier');
const namespace = 'orbit-dock';

const object = (version: string, kind: string, name: string, where = namespace): KubernetesObject => ({
  apiVersion: version,
  kind,
  metadata: { name, namespace: where },
});
const secret = object('v1', 'Secret', 'spike');
/** The cluster of dock and quay; pier, in production, is on the other one. */
const engineering = () => controlPlane.meadow.aqua;
const member = () => engineering().as('ada', ['oidc:orbit']);
const owner = (cluster = engineering()) => cluster.as('grace', ['oidc:orbit-owners']);
const guest = (cluster = engineering()) => cluster.as('guest', ['oidc:orbit-guests']);
const squadkit = () =>
  engineering().as('system:serviceaccount:squadkit-system:squadkit', [
    'system:serviceaccounts',
    'system:serviceaccounts:squadkit-system',
  ]);
const pipeline = () => engineering().as('pipeline', ['oidc:orbit-pipelines']);

/** What Pod Security `restricted` asks for, and nothing else. */
const restricted = { containers: [containerOf('web')] };
const pod = (name: string, spec: object = {}): KubernetesObject => ({
  ...object('v1', 'Pod', name),
  spec: { ...restricted, ...spec },
});
const deployment = (name: string, where: string, spec: object = {}): KubernetesObject => ({
  ...object('apps/v1', 'Deployment', name, where),
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { ...restricted, ...spec } },
  },
});
const service = (spec: object): KubernetesObject => ({
  ...object('v1', 'Service', 'web'),
  spec: { ports: [{ port: 80 }], ...spec },
});

beforeAll(async () => {
  controlPlane = connectControlPlane();
  const { hub } = controlPlane;
  await applyPlatform(controlPlane);
  // A cluster is of one Zone only, so it is meadow itself that is otherwise for a while.
  const example = readExamples('platform/zones').find(({ metadata }) => metadata.name === 'meadow') as KubernetesObject;
  const meadow = withLiveValues(example, controlPlane);
  for (const component of meadow.spec.components) {
    if (component.kubernetes) {
      component.kubernetes.ingressNamespaces = ['kube-public'];
      component.kubernetes.sizes = { small: { pods: 3 } };
    }
  }
  await hub.apply(meadow);
  await hub.apply(squad);
  for (const document of [zone, squad]) {
    await hub.waitFor(document, (found) => isTrue(found, 'Ready'), { what: 'Ready' });
  }
  await Promise.all([dock, quay, pier].map((document) => makeReady(controlPlane, document)));
});

afterAll(async () => {
  rmSync(directory, { recursive: true });
  const left = [
    pod('plain'),
    object('apps/v1', 'Deployment', 'owned'),
    object('apps/v1', 'Deployment', 'shipped'),
    object('apps/v1', 'Deployment', 'again'),
    object('v1', 'Service', 'web'),
  ];
  for (const thing of left) await engineering().delete(thing);
  await retire(controlPlane, [dock, quay, pier], [squad]);
  await applyPlatform(controlPlane);
  // The squad could only go when nothing was left that gives access: its namespace on the hub takes all with it.
  await controlPlane.hub.waitFor(object('v1', 'Namespace', 'orbit'), (found) => found === undefined, { what: 'gone' });
  for (const cluster of [engineering(), controlPlane.aqua]) {
    const tokens = await cluster.list('v1', 'Secret', {
      namespace: 'squadkit-deployers',
      labelSelector: 'squadkit.io/squad=orbit',
    });
    expect(tokens).toEqual([]);
  }
});

describe('people, each by the group of their role', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a guest looks in engineering', () => guest().list('v1', 'Pod', { namespace })],
    ['a guest looks in production', () => guest(controlPlane.aqua).list('v1', 'Pod', { namespace: 'orbit-pier' })],
    ['an owner looks in production', () => owner(controlPlane.aqua).list('v1', 'Pod', { namespace: 'orbit-pier' })],
    ['an owner works in engineering', () => owner().apply(deployment('owned', namespace))],
    ['an owner reads the credentials of the database in engineering', () => owner().get(secret)],
    [
      'a guest reads the Services of the squad on the hub',
      () => controlPlane.hub.as('guest', ['orbit-guests']).list(apiVersion, 'Service', { namespace: 'orbit' }),
    ],
  ])('%s', async (_, attempt) => {
    await expect(attempt()).resolves.toBeDefined();
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a guest changes nothing in engineering', () => guest().apply(deployment('guest', namespace))],
    ['a guest gets into no pod', () => guest().request('POST', `/api/v1/namespaces/${namespace}/pods/x/exec`)],
    ['a guest reads no Secret', () => guest().get(secret)],
    ['a member reads no Secret', () => member().get(secret)],
    ['an owner lists no Secrets', () => owner().list('v1', 'Secret', { namespace })],
    ['an owner writes no Secret', () => owner().patch(secret, { data: {} })],
    ['an owner deploys nothing in production', () => owner(controlPlane.aqua).apply(deployment('owner', 'orbit-pier'))],
    [
      'an owner reads no Secret in production',
      () => owner(controlPlane.aqua).get(object('v1', 'Secret', 'spike', 'orbit-pier')),
    ],
    [
      "an owner reads no deployer's token",
      () => owner().get(object('v1', 'Secret', 'orbit-dock', 'squadkit-deployers')),
    ],
    ['an owner is nobody elsewhere', () => owner().list('v1', 'Pod', { namespace: 'default' })],
    [
      'an owner reads no Secret on the hub',
      () => controlPlane.hub.as('grace', ['orbit-owners']).list('v1', 'Secret', { namespace: 'orbit' }),
    ],
    ['a pipeline does nothing here, where deployments go by token', () => pipeline().list('v1', 'Pod', { namespace })],
  ])('%s', async (_, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ status: 403 });
  });
});

describe('whoever may write pods', () => {
  test('gets one that runs as nobody in particular', async () => {
    const created = await member().create(pod('plain'));

    expect(created.spec.serviceAccountName).toBe('default');
    expect(created.spec.containers[0].resources).toEqual({
      limits: { memory: '4Gi', 'ephemeral-storage': '5Gi' },
      requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '100Mi' },
    });
  });

  describe('where the platform has made another ServiceAccount', () => {
    const powerful = object('v1', 'ServiceAccount', 'powerful');
    beforeAll(() => engineering().apply(powerful));
    afterAll(() => engineering().delete(powerful));

    test.each<[string, () => Promise<unknown>, RegExp]>([
      [
        'as another ServiceAccount',
        () => member().create(pod('a', { serviceAccountName: 'powerful' })),
        /ServiceAccount/,
      ],
      ['by the older field', () => member().create(pod('b', { serviceAccount: 'powerful' })), /ServiceAccount/],
      [
        'by a Deployment',
        () => member().apply(deployment('c', namespace, { serviceAccountName: 'powerful' })),
        /ServiceAccount/,
      ],
      [
        'by a CronJob',
        () =>
          member().create({
            ...object('batch/v1', 'CronJob', 'd'),
            spec: {
              schedule: '* * * * *',
              jobTemplate: {
                spec: {
                  template: { spec: { ...restricted, restartPolicy: 'Never', serviceAccountName: 'powerful' } },
                },
              },
            },
          }),
        /ServiceAccount/,
      ],
    ])('runs none %s', async (_, attempt, message) => {
      await expect(attempt()).rejects.toThrow(message);
      await expect(attempt()).rejects.toMatchObject({ status: 403 });
    });
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "runs none as a deployer's ServiceAccount, which is elsewhere",
      () => member().create(pod('e', { serviceAccountName: 'orbit-dock' })),
      /serviceaccount "orbit-dock" not found/,
    ],
    // Guard rail: kubernetes-pods-keep-to-themselves
    ['chooses no node', () => member().create(pod('f', { nodeName: 'control-plane' })), /leave nodeName out/],
    // Guard rail: kubernetes-pods-keep-to-themselves
    [
      'pushes nobody off a node',
      () => member().create(pod('g', { priorityClassName: 'system-node-critical' })),
      /pushes the pods of others/,
    ],
    // Guard rail: kubernetes-pods-keep-to-themselves
    [
      'goes to no node of the control plane',
      () =>
        member().create(
          pod('h', { tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }] }),
        ),
      /for the control plane/,
    ],
    [
      'tolerates not everything',
      () => member().create(pod('i', { tolerations: [{ operator: 'Exists' }] })),
      /names the taint/,
    ],
    [
      'takes not all memory',
      () =>
        member().create(
          pod('j', { containers: [{ ...restricted.containers[0], resources: { limits: { memory: '5Gi' } } }] }),
        ),
      /maximum memory usage per Container is 4Gi/,
    ],
    [
      'sends the ingress nowhere else',
      () => member().create(service({ type: 'ExternalName', externalName: 'kubernetes.default' })),
      /ClusterIP/,
    ],
    // Guard rail: kubernetes-services-stay-inside
    ['opens no port of the nodes', () => member().create(service({ type: 'NodePort' })), /ClusterIP|exceeded quota/],
    // Guard rail: kubernetes-services-stay-inside
    ['gets no load balancer', () => member().create(service({ type: 'LoadBalancer' })), /ClusterIP|exceeded quota/],
    ["takes nobody's address", () => member().create(service({ externalIPs: ['192.0.2.1'] })), /meant for others/],
  ])('%s', async (_, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message);
  });

  test('gets a Service inside the cluster', async () => {
    expect((await member().create(service({}))).spec.type).toBe('ClusterIP');
  });

  test('gets as many pods as the zone says, and Squadkit still writes into the full namespace', async () => {
    const names = ['full-1', 'full-2', 'full-3'];
    const attempts = await Promise.allSettled(names.map((name) => member().create(pod(name))));
    const refused = attempts.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused).toHaveLength(1);
    expect(String(refused[0]?.reason)).toMatch(/exceeded quota: squadkit.*pods=1.*limited: pods=3/);

    const written: KubernetesObject[] = [
      object('v1', 'Secret', 'full'),
      {
        ...object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'full'),
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'squadkit:view' },
        subjects: [],
      },
    ];
    for (const thing of written) await squadkit().create(thing);
    for (const thing of written) await squadkit().delete(thing);
    for (const name of names) await engineering().delete(pod(name));
  });
});

describe('the identity with which Squadkit comes, if somebody steals it', () => {
  const labels = { 'squadkit.io/squad': 'orbit', 'squadkit.io/service': 'prior' };
  const prior: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orbit-prior' } };
  const token = (where: string): KubernetesObject => ({
    ...object('v1', 'Secret', 'stolen', where),
    type: 'kubernetes.io/service-account-token',
    metadata: {
      name: 'stolen',
      namespace: where,
      annotations: { 'kubernetes.io/service-account.name': 'default' },
    },
  });
  beforeAll(() => engineering().apply(prior));
  afterAll(() => engineering().delete(prior));

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'makes no token in kube-system',
      () => squadkit().create(token('kube-system')),
      /only into namespaces of Services/,
    ],
    [
      'makes no token in the namespace of a Service',
      () => squadkit().create(token(namespace)),
      /makes tokens only for/,
    ],
    // Guard rail: kubernetes-squadkit-is-small
    [
      'binds no role in kube-system',
      () =>
        squadkit().create({
          ...object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'stolen', 'kube-system'),
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'squadkit:credentials' },
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory' }],
        }),
      /only into namespaces of Services/,
    ],
    [
      'deletes no Secret in kube-system',
      async () => {
        const there = { ...object('v1', 'Secret', 'precious', 'kube-system') };
        await engineering().apply(there);
        await squadkit()
          .delete(there)
          .finally(() => engineering().delete(there));
      },
      /only into namespaces of Services/,
    ],
    [
      'relabels no namespace of others',
      () =>
        squadkit().patch(
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } },
          { metadata: { labels } },
        ),
      /named and labelled/,
    ],
    // Guard rail: kubernetes-squadkit-is-small
    [
      'takes over no namespace that was there before',
      () => squadkit().patch(prior, { metadata: { labels } }),
      /takes nothing over/,
    ],
    [
      'makes no namespace of another name',
      () => squadkit().create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mallory', labels } }),
      /named and labelled/,
    ],
  ])('%s', async (_, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message);
    await expect(attempt()).rejects.toMatchObject({ status: 403 });
  });

  test('makes no ServiceAccount in kube-system', async () => {
    await expect(squadkit().create(object('v1', 'ServiceAccount', 'stolen', 'kube-system'))).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe('the network policies that each cluster holds, by analysis', () => {
  const held = async (cluster: Cluster) => ({
    policies: (await cluster.list('networking.k8s.io/v1', 'NetworkPolicy')).map(
      ({ metadata, spec }): Policy => ({ namespace: metadata.namespace ?? '', spec }),
    ),
    namespaces: (await cluster.list('v1', 'Namespace')).map(({ metadata }) => ({
      name: metadata.name,
      labels: metadata.labels ?? {},
    })),
  });

  test.each([
    { zone: 'meadow', from: 'orbit-quay', to: 'orbit-dock', want: true },
    { zone: 'meadow', from: 'orbit-dock', to: 'orbit-quay', want: false },
    { zone: 'meadow', from: 'orbit-dock', to: 'orbit-dock', want: true },
    { zone: 'meadow', from: 'kube-public', to: 'orbit-dock', want: true },
    { zone: 'meadow', from: 'default', to: 'orbit-dock', want: false },
    { zone: 'meadow', from: 'orbit-dock', to: 'default', want: false },
    { zone: 'frontier', from: 'kube-public', to: 'orbit-pier', want: false },
    { zone: 'frontier', from: 'orbit-pier', to: 'orbit-pier', want: true },
    // Guard rail: kubernetes-default-deny
  ])('$from to $to: $want', async ({ zone, from, to, want }) => {
    const port = { protocol: 'TCP', port: 8080 } as const;
    const { aqua } = zone === 'meadow' ? controlPlane.meadow : controlPlane;

    expect(connects({ namespace: from }, { namespace: to }, port, await held(aqua))).toBe(want);
  });
});

describe('a living zone that goes from token to group', () => {
  const account = object('v1', 'ServiceAccount', 'orbit-dock', 'squadkit-deployers');
  const token = object('v1', 'Secret', 'orbit-dock', 'squadkit-deployers');
  const kubeconfig = object('v1', 'Secret', 'dock.meadow.aqua.kubeconfig', 'orbit');
  const copy = object('v1', 'Secret', 'dock.meadow.aqua.deployer-token', 'orbit');

  const switchTo = async (deployers: 'token' | 'group') => {
    const { hub } = controlPlane;
    const components = (await hub.get(zone))?.spec.components as { kubernetes?: object }[];
    const changed = components.map((component) =>
      component.kubernetes ? { ...component, kubernetes: { ...component.kubernetes, deployers } } : component,
    );
    await hub.patch(zone, { spec: { components: changed } });
    // A Service looks at its zone at least every ten minutes; any change of it makes it look at once.
    await hub.patch(dock, { metadata: { annotations: { 'example.org/deployers': deployers } } });
  };
  const withKubeconfig = async (file: string): Promise<Cluster> => {
    const path = join(directory, file);
    writeFileSync(path, textOf(await controlPlane.hub.get(kubeconfig)).kubeconfig as string, { mode: 0o600 });
    return new Cluster(path);
  };
  const isGone = (found: KubernetesObject | undefined) => found === undefined;
  /** An API server knows a token for ten seconds after it has looked. */
  const isOut = (cluster: Cluster) =>
    eventually('the token is refused', () =>
      cluster.list('v1', 'Pod', { namespace }).then(
        () => false,
        ({ status }) => status === 401,
      ),
    );

  test('has no token any more, here or there, and the pipelines deploy; then it goes back', async () => {
    const { hub } = controlPlane;
    const aqua = engineering();
    const before = await withKubeconfig('before');
    await before.apply(deployment('shipped', namespace));

    await switchTo('group');
    for (const gone of [token, account]) await aqua.waitFor(gone, isGone, { what: 'gone from aqua' });
    for (const gone of [kubeconfig, copy]) await hub.waitFor(gone, isGone, { what: 'gone from the hub' });
    await aqua.waitFor(
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'deployer'),
      (binding) => binding?.subjects?.[0]?.name === 'oidc:orbit-pipelines',
      { what: 'bound to the group' },
    );
    await isOut(before);
    await eventually('the group deploys', async () => {
      await pipeline().apply(deployment('shipped', namespace));

      return true;
    });
    await expect(pipeline().get(secret)).rejects.toMatchObject({ status: 403 });
    await expect(member().list('v1', 'ServiceAccount', { namespace: 'squadkit-deployers' })).rejects.toMatchObject({
      status: 403,
    });
    const secrets = await aqua.list('v1', 'Secret', { namespace: 'squadkit-deployers' });
    expect(secrets.filter(({ metadata }) => metadata.labels?.['squadkit.io/service'] === 'dock')).toEqual([]);

    await switchTo('token');
    await hub.waitFor(kubeconfig, (found) => textOf(found).kubeconfig !== undefined, { what: 'there again' });
    const after = await withKubeconfig('after');
    await hub.waitFor(dock, (found) => isTrue(found, 'Ready'), { what: 'Ready' });
    await aqua.waitFor(
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'deployer'),
      (binding) => binding?.subjects?.[0]?.kind === 'ServiceAccount',
      { what: 'bound to the account' },
    );
    await eventually('the account deploys', async () => {
      await after.apply(deployment('again', namespace));

      return true;
    });
    await isOut(before);
    await expect(pipeline().apply(deployment('again', namespace))).rejects.toMatchObject({ status: 403 });
  });
});
