import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { report } from '../../../functions/backup/report.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import { accounts } from '../../control-plane/kubernetes-servers.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { backups, changed, fields, mistyped, recipient, wrongShapes } from '../../support/backups.ts';
import { example } from '../../support/examples.ts';

const namespace = 'squadkit-backups';
const [billing, ledger] = ['galaxy-billing-0123456789abcdef', 'galaxy-ledger-fedcba9876543210'] as const;

let hub: Cluster;
/** Everybody here may do everything, so that what refuses is the policy and no lack of rights. */
const everything = (users: string[]): KubernetesObject => ({
  ...{
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'backups:everything' },
  },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: users.map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name })),
});

/** Where it is said what came of a drill, and pods that say it or would like to. */
const proof = `${billing}-drill`;
const drills = {
  ...{ own: `${proof}-29401234-abcde`, otherwise: `${ledger}-drill-29401234-abcde` },
  ...{ asBackup: `${proof}-29401235-abcde`, ofBackup: `${billing}-29401236-abcde` },
};

/** The same of a restore: its pods are a Job's, and called so. */
const restored = `${billing}-t843l0-restore`;
const restores = {
  ...{ own: `${restored}-abcde`, otherwise: `${ledger}-t843l0-restore-abcde`, asCronJob: `${restored}-29401234-abcde` },
  ...{ asDrill: `${restored}-fghij`, ofDrill: `${proof}-fghij` },
};

const podSpec = {
  ...{ serviceAccountName: 'backup', restartPolicy: 'Never', automountServiceAccountToken: true },
  securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      ...{ name: 'backup', image: 'registry.example.org/nothing:v1' },
      resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '1Mi' } },
      securityContext: {
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        capabilities: { drop: ['ALL'] },
      },
    },
  ],
};
const pod = (name: string, serviceAccountName = 'backup'): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } },
  spec: { ...podSpec, serviceAccountName },
});
const configMap = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
});

const secret = (name: string): KubernetesObject => ({ ...configMap(name), kind: 'Secret' });

const statusOf = (answer: Promise<unknown>): Promise<number> =>
  answer.then(
    () => 200,
    (error: { status?: number }) => error.status ?? 0,
  );

/** A cluster as that pod of a ServiceAccount; without a name as somebody who only got a token of it. */
const asPod = async (name?: string, account = 'backup'): Promise<{ cluster: Cluster; token: string }> => {
  const { status } = await hub.request<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    {
      ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' },
      spec: name === undefined ? {} : { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name } },
    },
  );

  return { cluster: hub.with(status.token), token: status.token };
};

/** Says something under a key of a report, as that pod of a ServiceAccount. */
const sayer = (key: string) => async (name: string | undefined, account: string, place: string) =>
  statusOf((await asPod(name, account)).cluster.patch(configMap(place), { data: { [key]: 'mine' } }));

const own = `${billing}-29401234-abcde`;
/** Called as a pod of the CronJob is, and of another ServiceAccount. */
const disguised = `${billing}-29401235-abcde`;
const others = [
  `${ledger}-29401234-abcde`,
  `${billing}-x-29401234-abcde`,
  `${billing}-29401234-abcdef`,
  `${billing}29401234-abcde`,
  `${billing}-abcde`,
  `x-${billing}-29401234-abcde`,
];
const people = ['eve', 'system:serviceaccount:galaxy:default', 'system:serviceaccount:squadkit-delivery:galaxy'];

/** Lets so many pods be there at once. */
const allow = async (pods: string): Promise<void> => {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: namespace, namespace } };
  await hub.patch(quota, { spec: { hard: { pods } } });
  await hub.waitFor(quota, (found) => (found?.status as { hard?: { pods?: string } })?.hard?.pods === pods, {
    what: 'counted',
  });
};

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = connectControlPlane();
  hub = controlPlane.hub;
  for (const name of [billing, ledger, proof, restored]) await hub.apply(configMap(name));
  await hub.apply(secret(billing));
  await allow('20');
  for (const name of [own, ...others]) await hub.create(pod(name));
  await hub.create(pod(disguised, 'default'));
  for (const name of [drills.own, drills.otherwise, drills.ofBackup]) await hub.create(pod(name, 'drill'));
  await hub.create(pod(drills.asBackup));
  for (const name of Object.values(restores))
    await hub.create(pod(name, name === restores.asDrill ? 'drill' : 'restore'));
  await hub.apply(
    everything([
      ...[...people, accounts['provider-kubernetes'].user],
      ...['backup', 'drill', 'restore', 'default'].map((account) => `system:serviceaccount:${namespace}:${account}`),
    ]),
  );
});

afterAll(async () => {
  await hub.delete(everything([]));
  for (const name of [own, disguised, ...others, ...Object.values(drills), ...Object.values(restores)])
    await hub.delete(pod(name));
  for (const name of [billing, ledger, proof, restored]) await hub.delete(configMap(name));
  await hub.delete(secret(billing));
  await allow('4');
});

// Guard rail: postgres-backed-up
describe('where backups are made', () => {
  test('a pod says what came of its own backup, by the program that says it', async () => {
    const { token } = await asPod(own);
    const directory = mkdtempSync(join(tmpdir(), 'squadkit-backup-'));
    writeFileSync(join(directory, 'token'), token);
    writeFileSync(join(directory, 'ca.crt'), hub.certificate);
    const way = {
      ...{ server: hub.server, tokenFile: join(directory, 'token'), authorityFile: join(directory, 'ca.crt') },
    };
    await report(way, { namespace, name: billing }, { failed: 'it was stopped', at: new Date() }, []);

    expect(((await hub.get(configMap(billing))) as { data?: object }).data).toHaveProperty('failed');
    await expect(report(way, { namespace, name: ledger }, { failed: 'x', at: new Date() }, [])).rejects.toThrow(/403/);
  });

  test.each(others)('pod %s says nothing of it', async (name) => {
    const { cluster } = await asPod(name);

    expect(await statusOf(cluster.patch(configMap(billing), { data: { last: 'mine' } }))).toBe(403);
  });

  test('nor does a pod of another ServiceAccount that is called so', async () => {
    const { cluster } = await asPod(disguised, 'default');

    expect(await statusOf(cluster.patch(configMap(billing), { data: { last: 'mine' } }))).toBe(403);
  });

  test('a pod says what came of its own drill, and no other pod does, nor a drill of a backup', async () => {
    const say = sayer('proven');
    const got = [
      await say(drills.own, 'drill', proof),
      await say(drills.own, 'drill', billing),
      await say(drills.otherwise, 'drill', proof),
      await say(drills.ofBackup, 'drill', billing),
      await say(drills.asBackup, 'backup', proof),
      await say(own, 'backup', proof),
      await say(undefined, 'drill', proof),
    ];

    expect(got).toEqual([200, 403, 403, 403, 403, 403, 403]);
  });

  test('a pod says what came of its own restore, and no other pod does, nor a restore of a drill', async () => {
    const say = sayer('restored');
    const got = [
      await say(restores.own, 'restore', restored),
      await say(restores.own, 'restore', proof),
      await say(restores.own, 'restore', billing),
      await say(restores.otherwise, 'restore', restored),
      await say(restores.asCronJob, 'restore', restored),
      await say(restores.ofDrill, 'restore', proof),
      await say(restores.asDrill, 'drill', restored),
      await say(own, 'backup', restored),
      await say(undefined, 'restore', restored),
    ];

    expect(got).toEqual([200, 403, 403, 403, 403, 403, 403, 403, 403]);
  });

  test('nor does somebody with a token of its ServiceAccount', async () => {
    const { cluster } = await asPod();

    expect(await statusOf(cluster.patch(configMap(billing), { data: { last: 'mine' } }))).toBe(403);
  });

  test('a pod, whatever rights it had, changes nothing else', async () => {
    const { cluster } = await asPod(own);
    const metadata = (change: object) => cluster.patch(configMap(billing), { metadata: change });
    const attempts: [string, () => Promise<unknown>][] = [
      ['labels', () => metadata({ labels: { a: 'b' } })],
      ['labels of Squadkit', () => metadata({ labels: { 'squadkit.io/squad': 'galaxy' } })],
      ['annotations', () => metadata({ annotations: { a: 'b' } })],
      ['finalizers', () => metadata({ finalizers: ['example.org/mine'] })],
      ['owners', () => metadata({ ownerReferences: [{ apiVersion: 'v1', kind: 'Secret', name: 'a', uid: 'b' }] })],
      ['its login', () => cluster.patch(secret(billing), { stringData: { password: 'mine' } })],
      ['its own removed', () => cluster.request('DELETE', `/api/v1/namespaces/${namespace}/configmaps/${billing}`)],
      ['another ConfigMap', () => cluster.create(configMap('mine'))],
      ['another pod', () => cluster.create(pod(`${billing}-1-fghij`))],
      ['a Secret', () => cluster.create(secret('mine'))],
      [
        'a token',
        () =>
          cluster.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/backup/token`, {
            ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
          }),
      ],
    ];
    const got = await Promise.all(attempts.map(async ([what, attempt]) => [what, await statusOf(attempt())]));

    expect(got).toEqual(attempts.map(([what]) => [what, 403]));
  });

  const jobSpec = { template: { spec: podSpec } };
  const kinds: [string, KubernetesObject][] = [
    ['ConfigMap', configMap('mine')],
    ['Secret', secret('mine')],
    [
      'CronJob',
      {
        ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'mine', namespace } },
        spec: { schedule: '15 2 * * *', jobTemplate: { spec: jobSpec } },
      },
    ],
    ['Job', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'mine', namespace }, spec: jobSpec }],
    ['Pod', pod('mine')],
    ['ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'mine', namespace } }],
    [
      'RoleBinding',
      {
        ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'mine', namespace } },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }],
      } as KubernetesObject,
    ],
  ];
  const provider = accounts['provider-kubernetes'];
  const made = ['ConfigMap', 'Secret', 'CronJob', 'Job'];
  const cases = [
    ...people.map((user) => ({ user, groups: ['system:serviceaccounts'] })),
    { user: provider.user, groups: provider.groups },
  ].flatMap((actor) => kinds.map(([kind, object]) => ({ ...actor, kind, object })));
  console.log(`${cases.length} attempts of ${people.length + 1} actors who may do everything`);

  test.each(cases)('$user makes a $kind there: only the provider does, and only what is composed', async (one) => {
    const attempt = hub.as(one.user, one.groups).apply(one.object, { fieldManager: 'attempt', dryRun: true });

    expect(await statusOf(attempt)).toBe(one.user === provider.user && made.includes(one.kind) ? 200 : 403);
  });
});

describe('the namespace where backups are made', () => {
  const path = `/api/v1/namespaces/${namespace}`;
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  const merge = 'application/merge-patch+json';
  const deeds: [string, (cluster: Cluster) => Promise<unknown>][] = [
    ['is relabelled', (cluster) => cluster.request('PATCH', `${path}?dryRun=All`, { metadata: { labels } }, merge)],
    ['is deleted', (cluster) => cluster.request('DELETE', `${path}?dryRun=All`)],
  ];
  const cases = people.flatMap((user) => deeds.map(([what, deed]) => ({ user, what, deed })));

  test.each(cases)('$what by nobody, neither by $user who may do everything', async ({ user, deed }) => {
    expect(await statusOf(deed(hub.as(user, [])))).toBe(403);
  });
});

describe('who may look there', () => {
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
  const resources = [
    ...['cronjobs', 'jobs'].map((resource) => ({ group: 'batch', resource })),
    ...['configmaps', 'pods', 'secrets', 'serviceaccounts'].map((resource) => ({ group: '', resource })),
    ...['log', 'exec', 'attach', 'ephemeralcontainers'].map((subresource) => ({
      ...{ group: '', resource: 'pods', subresource },
    })),
    { group: '', resource: 'serviceaccounts', subresource: 'token' },
    { group: 'rbac.authorization.k8s.io', resource: 'rolebindings' },
  ];
  type Question = { resource: string; subresource?: string; verb: string };
  /** Whoever has a Role there, and no other right. */
  const holder = (role: string): KubernetesObject => ({
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
    metadata: { name: `backups:${role.replace('squadkit:', '')}`, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `holder of ${role}` }],
  });
  const holders = ['squadkit:backup', 'squadkit:backups'].map(holder);
  const lookers: [string, string[], (one: Question) => boolean][] = [
    [
      'an SRE',
      ['squadkit:sre'],
      ({ resource, subresource = '', verb }) =>
        ['cronjobs', 'jobs', 'configmaps', 'pods', 'rolebindings'].includes(resource) &&
        ['', 'log'].includes(subresource) &&
        ['get', 'list', 'watch'].includes(verb),
    ],
    ['a member of a squad', ['galaxy'], () => false],
    ['who delivers for a squad', ['system:serviceaccounts', 'system:serviceaccounts:squadkit-delivery'], () => false],
    [
      'a pod that backs up',
      ['holder of squadkit:backup'],
      ({ resource, verb }) => resource === 'configmaps' && verb === 'patch',
    ],
    [
      'provider-kubernetes',
      ['holder of squadkit:backups'],
      ({ resource, verb }) =>
        ['cronjobs', 'jobs', 'configmaps', 'secrets'].includes(resource) &&
        ['get', 'create', 'update', 'patch', 'delete'].includes(verb),
    ],
  ];
  const questions = lookers.flatMap(([who, groups, may]) =>
    resources.flatMap((one) => verbs.map((verb) => ({ who, groups, ...one, verb, allowed: may({ ...one, verb }) }))),
  );
  console.log(`${questions.length} questions of ${lookers.length} who may look, or may not`);

  beforeAll(async () => {
    for (const one of holders) await hub.apply(one);
  });
  afterAll(async () => {
    for (const one of holders) await hub.delete(one);
  });

  test('an SRE sees why a backup failed, and no Secret; others have what they need, or nothing', async () => {
    const answers = await Promise.all(
      questions.map(async ({ groups, who: _, allowed: __, ...resourceAttributes }) => {
        const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
        const { status } = await hub.as('somebody', groups).request<{ status: { allowed: boolean } }>('POST', path, {
          ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
          spec: { resourceAttributes: { ...resourceAttributes, namespace } },
        });

        return status.allowed;
      }),
    );

    expect(questions.map((question, index) => ({ ...question, allowed: answers[index] }))).toEqual(questions);
  });
});

describe('what a Zone says of backups, before an API server', () => {
  /** Zone frontier with that block, asked for by a dry run. */
  const ask = async (block: object, guarantees: object = {}): Promise<string> => {
    const zone = structuredClone(example('Zone', 'frontier')) as unknown as KubernetesObject;
    const { components } = zone.spec as { components: { postgres?: object }[] };
    Object.assign(components[0]?.postgres as object, { backups: block, guarantees });
    const metadata = { name: 'gorge' };
    const path = '/apis/squadkit.io/v1alpha1/zones?dryRun=All&fieldValidation=Strict';

    return hub.request('POST', path, { ...zone, metadata }).then(
      () => 'taken',
      ({ message }: Error) => message,
    );
  };
  const right = Object.entries(fields).flatMap(([path, { right: values }]) => values.map((value) => ({ path, value })));

  test.each(right)('$path: $value is taken', async ({ path, value }) => {
    expect(await ask(changed(path, value))).toBe('taken');
  });

  // What only the function finds: a letter that is another. What is null is left out by the API server.
  const isTheFunctions = (value: unknown): boolean =>
    value === null ||
    Number.isNaN(value) ||
    JSON.stringify(value) === JSON.stringify([mistyped]) ||
    JSON.stringify(value) === JSON.stringify([recipient.slice(0, -1)]);
  const wrong = wrongShapes.filter(({ value }) => !isTheFunctions(value));

  test.each(wrong)('$path: $value is refused, and no secret shown', async ({ path, value }) => {
    const said = await ask(changed(path, value));

    expect(said).not.toBe('taken');
    expect(said).not.toMatch(/canary|AGE-SECRET-KEY-1Q/i);
  });

  test('backups of both kinds are refused', async () => {
    expect(await ask(backups, { backups: { schedule: '15 2 * * *', retentionDays: 14 } })).toContain(
      'exclude each other',
    );
  });
});
