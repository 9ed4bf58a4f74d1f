import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane, type ZoneServers } from '../../control-plane/control-plane.ts';
import { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, exampleService, makeReady, serviceOf, textOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
let deployer: Cluster;
const directory = mkdtempSync(join(tmpdir(), 'squadkit-deployer-'));
const namespace = 'galaxy-billing';

const deployment = (where: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: where },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
  },
});

const object = (apiVersion: string, kind: string, name: string, where = namespace): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: where },
});

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, exampleService('billing'));
  await makeReady(controlPlane, exampleService('catalog'));
  await makeReady(controlPlane, serviceOf('quasar', 'neighbour', 'frontier'));

  const secret = textOf(
    await controlPlane.hub.get(object('v1', 'Secret', 'billing.frontier.aqua.kubeconfig', 'galaxy')),
  );
  const path = join(directory, 'kubeconfig');
  writeFileSync(path, secret.kubeconfig as string, { mode: 0o600 });
  deployer = new Cluster(path);
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('the deployer, with the kubeconfig from the hub and nothing else', () => {
  test('deploys into its namespace', async () => {
    await deployer.apply(deployment(namespace));
    await deployer.apply({ ...object('v1', 'ConfigMap', 'settings'), data: { color: 'blue' } });

    expect(await deployer.list('apps/v1', 'Deployment', { namespace })).toHaveLength(1);
  });

  test('is restarted by what a platform runs for that, when its credentials were exchanged', async () => {
    const { aqua } = controlPlane;
    const name = 'system:serviceaccount:reloader:reloader';
    const subject = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'test:reloader' };
    const rights: KubernetesObject[] = [
      {
        ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: roleRef.name } },
        rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'update', 'patch'] }],
      } as KubernetesObject,
      {
        ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: roleRef.name } },
        ...{ roleRef, subjects: [subject] },
      } as KubernetesObject,
    ];
    for (const right of rights) await aqua.apply(right);
    try {
      // As Reloader does it, unless it is told otherwise: it changes a variable that nobody reads.
      const changed = deployment(namespace);
      changed.spec.template.spec.containers[0].env = [{ name: 'STAKATER_SPIKE_SECRET', value: 'another' }];
      await aqua.as(name, ['system:serviceaccounts', 'system:serviceaccounts:reloader']).patch(changed, changed);
      const found = await aqua.get(changed);
      expect(found?.spec.template.spec.containers[0].env[0].value).toBe('another');
    } finally {
      for (const right of rights) await aqua.delete(right);
    }
  });

  // Guard rail: kubernetes-restricted-pods
  test('writes down a deployment, but a pod that is not restricted does not start', async () => {
    const attempt = controlPlane.aqua.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'root', namespace },
      spec: { hostNetwork: true, containers: [{ name: 'root', image: 'root:1', securityContext: { runAsUser: 0 } }] },
    });

    await expect(attempt).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  const quota = { spec: { hard: { pods: '1000' } } };
  const binding = {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: namespace, namespace: 'squadkit-deployers' }],
  };
  test.each<[string, () => Promise<unknown>]>([
    // Guard rail: kubernetes-deployer
    ['read the database Secret', () => deployer.get(object('v1', 'Secret', 'spike'))],
    ['list Secrets', () => deployer.list('v1', 'Secret', { namespace })],
    ['write a Secret', () => deployer.apply({ ...object('v1', 'Secret', 'spike'), data: {} })],
    // Guard rail: kubernetes-quota
    ['change the quota', () => deployer.patch(object('v1', 'ResourceQuota', 'squadkit'), quota)],
    // Guard rail: kubernetes-quota
    ['change the limit range', () => deployer.patch(object('v1', 'LimitRange', 'squadkit'), { spec: { limits: [] } })],
    // Guard rail: kubernetes-default-deny
    ['open the network', () => deployer.delete(object('networking.k8s.io/v1', 'NetworkPolicy', 'squadkit'))],
    // Guard rail: kubernetes-default-deny
    ['add a network policy', () => deployer.apply(object('networking.k8s.io/v1', 'NetworkPolicy', 'open'))],
    // Guard rail: kubernetes-deployer
    [
      'bind a role',
      () => deployer.apply({ ...object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'more'), ...binding }),
    ],
    ['make a role', () => deployer.apply({ ...object('rbac.authorization.k8s.io/v1', 'Role', 'more'), rules: [] })],
    // Guard rail: kubernetes-deployer
    [
      'make a token of itself',
      () => deployer.request('POST', `/api/v1/namespaces/squadkit-deployers/serviceaccounts/${namespace}/token`, {}),
    ],
    [
      'make a token of its pods',
      () => deployer.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/default/token`, {}),
    ],
    // Guard rail: kubernetes-deployer
    ['read its own token', () => deployer.get(object('v1', 'Secret', namespace, 'squadkit-deployers'))],
    // Guard rail: kubernetes-restricted-pods
    [
      'relabel the namespace',
      () => deployer.patch(object('v1', 'Namespace', namespace), { metadata: { labels: { a: 'b' } } }),
    ],
    // Guard rail: kubernetes-own-namespace-only
    ['deploy into the namespace of another squad', () => deployer.apply(deployment('quasar-neighbour'))],
    // Guard rail: kubernetes-own-namespace-only
    ['read the namespace of another squad', () => deployer.list('v1', 'ConfigMap', { namespace: 'quasar-neighbour' })],
    ['see which namespaces there are', () => deployer.list('v1', 'Namespace')],
  ])('cannot %s', async (_, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ status: 403 });
  });
});

describe("the squad's people", () => {
  const member = (group: string, { aqua }: ZoneServers = controlPlane) => aqua.as('ada', [`oidc:${group}`]);

  // Guard rail: kubernetes-people
  test('look in production, and change nothing there', async () => {
    expect(await member('galaxy').list('apps/v1', 'Deployment', { namespace })).toBeInstanceOf(Array);
    await expect(member('galaxy').apply(deployment(namespace))).rejects.toMatchObject({ status: 403 });
    await expect(member('galaxy').list('v1', 'Secret', { namespace })).rejects.toMatchObject({ status: 403 });
  });

  // Guard rail: kubernetes-people
  test('work in engineering, without Secrets, rights, quota and network policies', async () => {
    const quasar = member('quasar', controlPlane.meadow);
    const where = 'quasar-catalog';
    await quasar.apply(deployment(where));
    await expect(quasar.list('v1', 'Secret', { namespace: where })).rejects.toMatchObject({ status: 403 });
    await expect(quasar.delete(object('v1', 'ResourceQuota', 'squadkit', where))).rejects.toMatchObject({
      status: 403,
    });
    await expect(
      quasar.delete(object('networking.k8s.io/v1', 'NetworkPolicy', 'squadkit', where)),
    ).rejects.toMatchObject({ status: 403 });
    await expect(
      quasar.apply({
        ...object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'more', where),
        roleRef: {},
        subjects: [],
      }),
    ).rejects.toMatchObject({ status: 403 });
  });

  // Guard rail: kubernetes-own-namespace-only
  test('are nobody in the namespace of another squad', async () => {
    await expect(member('quasar').list('apps/v1', 'Deployment', { namespace })).rejects.toMatchObject({ status: 403 });
  });

  // Guard rail: hub-read-only
  test('read their Services on the hub, and no Secret or managed resource', async () => {
    const galaxy = controlPlane.hub.as('ada', ['galaxy']);
    expect(await galaxy.list('squadkit.io/v1alpha1', 'Service', { namespace: 'galaxy' })).not.toEqual([]);
    await expect(galaxy.list('v1', 'Secret', { namespace: 'galaxy' })).rejects.toMatchObject({ status: 403 });
    await expect(
      galaxy.list('kubernetes.m.crossplane.io/v1alpha1', 'Object', { namespace: 'galaxy' }),
    ).rejects.toMatchObject({ status: 403 });
    await expect(galaxy.list('squadkit.io/v1alpha1', 'Service', { namespace: 'quasar' })).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe('what Squadkit itself may do on aqua', () => {
  // Guard rail: kubernetes-squadkit-is-small
  test('neither delete a namespace nor hand out more than its four roles', async () => {
    const squadkit = controlPlane.aqua.as('system:serviceaccount:squadkit-system:squadkit', [
      'system:serviceaccounts',
      'system:serviceaccounts:squadkit-system',
    ]);
    const more = {
      ...object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'more'),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'ServiceAccount', name: namespace, namespace: 'squadkit-deployers' }],
    };

    await expect(squadkit.delete(object('v1', 'Namespace', namespace))).rejects.toMatchObject({ status: 403 });
    await expect(squadkit.apply(more)).rejects.toMatchObject({ status: 403 });
    await expect(squadkit.list('v1', 'Secret')).rejects.toMatchObject({ status: 403 });
  });
});
