import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviations } from '../../../functions/evidence/live/compare.ts';
import { zoneSettings } from '../../../functions/providers/kubernetes/settings.ts';
import { limitsOf, quotaOf, sizeOf } from '../../../functions/providers/kubernetes/sizes.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { writers } from '../../control-plane/writers.ts';
import { type ClusterCase, clusterCases, manifestsFor, registryOf } from '../../support/clusters.ts';
import { containerOf } from '../support/container.ts';
import { eventually } from '../support/eventually.ts';
import { applyPlatform, makeReady } from '../support/platform.ts';
import { retire } from '../support/retire.ts';
import { kindOf, refusedKinds, roleOf } from '../walls/further-kinds.ts';

/**
 * What holds on clusters of other kinds (test/clusters), as real API servers take it: what a Zone may say, what is made of
 * it, what a distribution's own controllers write into the same namespace, and what squads may write besides.
 */
let controlPlane: ControlPlane;
const apiVersion = 'squadkit.io/v1alpha1';
const squad: KubernetesObject = { apiVersion, kind: 'Squad', metadata: { name: 'kinds' }, spec: { zoneSelector: {} } };
const serviceOfSize = (size: string): KubernetesObject => ({
  apiVersion,
  kind: 'Service',
  metadata: { name: 'all', namespace: 'kinds' },
  spec: { zones: [{ name: 'meadow', components: [{ name: 'aqua', provider: 'kubernetes', kubernetes: { size } }] }] },
});
const namespace = 'kinds-all';
const cases = clusterCases();
const cluster = () => controlPlane.meadow.aqua;
const squadkit = () => cluster().as('system:serviceaccount:squadkit-system:squadkit', ['system:serviceaccounts']);
const rbac = 'rbac.authorization.k8s.io';

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  await controlPlane.hub.apply(squad);
  await controlPlane.hub.waitFor(squad, (found) => isTrue(found, 'Ready'), { what: 'Ready' });
  await makeReady(controlPlane, serviceOfSize('small'));
});

afterAll(async () => {
  await retire(controlPlane, [serviceOfSize('small')], [squad]);
});

describe.each(cases)('$name', (kind) => {
  test('is registered by its Zone as the hub takes it', async () => {
    const zone = registryOf(kind).find(({ metadata }) => metadata?.name === 'frontier') as KubernetesObject & {
      status: unknown;
    };
    const { status: _, ...document } = zone;

    await expect(controlPlane.hub.apply(document, { dryRun: true })).resolves.toMatchObject({ kind: 'Zone' });
  });

  test.each(['NetworkPolicy', 'ResourceQuota', 'LimitRange'])(
    'gets a %s as its API server takes it',
    async (wanted) => {
      const [found] = Object.values(manifestsFor(kind)).filter((manifest) => manifest.kind === wanted);
      const { labels } = found?.metadata ?? {};
      const manifest = { ...found, metadata: { name: 'squadkit', namespace, labels } } as KubernetesObject;
      const taken = await squadkit().apply(manifest, { dryRun: true });
      // It writes quantities in its own way; what it adds would be a default that nobody has decided.
      expect(deviations(manifest.spec, taken.spec)).toEqual([]);
      expect(deviations(taken.spec, manifest.spec)).toEqual([]);
    },
  );
});

describe('what a Zone may say of a size', () => {
  const amounts = [1, 2, 3, 999, 1000, 1001, 1024, 1025, 2000, 2048, 5000, 8192, 65536];
  const sizes = Object.keys(sizeOf('small', 'production', { sizes: { small: {}, medium: {}, large: {} } })).flatMap(
    (field) => amounts.map((amount) => ({ [field]: amount })),
  );
  const taken = sizes.flatMap((small) => {
    const { success, data } = zoneSettings.shape.sizes.safeParse({ small });

    return success ? [{ small, size: sizeOf('small', 'production', { sizes: data }) }] : [];
  });

  test(`is found in the cluster again by evidence, in ${taken.length} of ${sizes.length} sizes`, async () => {
    expect(taken.length).toBeGreaterThan(60);
    for (const { small, size } of taken) {
      for (const [kind, spec] of [
        ['ResourceQuota', { hard: quotaOf(size) }],
        ['LimitRange', { limits: [limitsOf(size)] }],
      ] as const) {
        const manifest = { apiVersion: 'v1', kind, metadata: { name: 'squadkit', namespace }, spec };
        const { spec: written } = await squadkit().apply(manifest, { dryRun: true });
        expect(deviations(spec, written), `${kind} of ${JSON.stringify(small)}`).toEqual([]);
      }
    }
  });
});

describe('a pod that states what people state', () => {
  const container = containerOf('web');
  const amounts = [undefined, '64Mi', '128Mi', '200Mi', '256Mi', '512Mi', '1Gi', '3Gi', '4Gi'];
  const shapes = amounts.flatMap((memory) =>
    amounts.slice(0, -2).flatMap((disk) =>
      [undefined, 'memory', 'both'].map((limited) => ({
        requests: { ...(memory && { memory }), ...(disk && { 'ephemeral-storage': disk }) },
        limits: {
          ...(limited && memory && { memory }),
          ...(limited === 'both' && disk && { 'ephemeral-storage': disk }),
        },
      })),
    ),
  );

  test(`is taken, in each of ${shapes.length} ways to state memory and disk`, async () => {
    for (const resources of shapes) {
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'shape', namespace },
        spec: { containers: [{ ...container, resources }] },
      };
      const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
      await expect(cluster().request('POST', path, pod), JSON.stringify(resources)).resolves.toBeDefined();
    }
  });
});

/** The policies know a namespace by its labels: without them they refuse nobody, and RBAC, which may too, proves nothing. */
const refusedByPolicy = /ValidatingAdmissionPolicy 'squadkit-(namespaces|labels)'.*commit it to Git/s;
const distributions = cases.filter(({ distribution }) => distribution !== undefined);

describe.each(distributions)('the controllers of $name', (kind) => {
  const { users, annotations, labels, finalizers, objects } = kind.distribution as NonNullable<
    ClusterCase['distribution']
  >;
  const [user = ''] = users;
  const controller = () => cluster().as(user, ['system:masters-of-the-distribution']);
  const here = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const manifests = objects.map(({ kind: what, name, role }): KubernetesObject => {
    const metadata = { name, namespace };
    if (what === 'RoleBinding') {
      return {
        apiVersion: `${rbac}/v1`,
        kind: what,
        metadata,
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role ?? 'view' },
        subjects: [{ apiGroup: rbac, kind: 'Group', name: `system:serviceaccounts:${namespace}` }],
      };
    }
    const limits = [{ type: 'Container', defaultRequest: { cpu: '10m' } }];

    return {
      apiVersion: 'v1',
      kind: what,
      metadata,
      spec: what === 'LimitRange' ? { limits } : { hard: { pods: '50' } },
    };
  });
  const all = { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'distribution' } };

  beforeAll(async () => {
    await cluster().apply({
      ...all,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
    });
  });
  afterAll(async () => {
    await cluster().patch(writers, { data: { distributionUsers: '' } });
    await cluster().delete(all);
  });

  test('mark the namespace without being asked', async () => {
    expect((await cluster().get(here))?.metadata.labels).toMatchObject({ 'squadkit.io/service': 'all' });
    const found = await controller().patch(here, { metadata: { annotations, labels } });

    expect(found.metadata.annotations).toMatchObject(annotations);
  });

  test('write nothing else as long as the platform has not named them', async () => {
    for (const manifest of manifests) await expect(controller().create(manifest)).rejects.toThrow(refusedByPolicy);
    if (finalizers.length > 0) {
      await expect(controller().patch(here, { metadata: { finalizers } })).rejects.toThrow(refusedByPolicy);
    }
  });

  test('write what is theirs once they are named, and it stays when Squadkit comes by again', async () => {
    await cluster().patch(writers, { data: { distributionUsers: `${users.join('\n')}\n` } });
    // A policy reads a changed list a moment later.
    await eventually(
      'the list is read',
      async () => (await controller().create(manifests[0] as KubernetesObject)) !== undefined,
    );
    for (const manifest of manifests.slice(1)) await controller().create(manifest);
    if (finalizers.length > 0) await controller().patch(here, { metadata: { finalizers } });

    await makeReady(controlPlane, serviceOfSize('medium'));
    const after = await cluster().get(here);
    expect(after?.metadata.annotations).toMatchObject(annotations);
    expect(after?.metadata.labels).toMatchObject({ ...labels, 'pod-security.kubernetes.io/enforce': 'restricted' });
    expect(after?.metadata.finalizers ?? []).toEqual(finalizers);
    for (const manifest of manifests) expect(await cluster().get(manifest)).toBeDefined();
    await makeReady(controlPlane, serviceOfSize('small'));
  });

  test.each<[string, () => Promise<unknown>]>([
    // Guard rail: kubernetes-locks-hold
    [
      'open no network',
      () =>
        controller().create({
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: 'np-default', namespace },
          spec: { podSelector: {}, ingress: [{}] },
        }),
    ],
    [
      'change no quota of Squadkit',
      () =>
        controller().patch(
          { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'squadkit', namespace } },
          { spec: { hard: { pods: '500' } } },
        ),
    ],
    [
      'take no mark away',
      () => controller().patch(here, { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }),
    ],
    [
      'name no other owner',
      () =>
        controller().patch(here, {
          metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'gone', uid: 'gone' }] },
        }),
    ],
  ])('%s', async (_, attempt) => {
    await expect(attempt()).rejects.toThrow(refusedByPolicy);
  });

  test('and what they wrote goes with them', async () => {
    for (const manifest of manifests) await controller().delete(manifest);
    await controller().patch(here, { metadata: { finalizers: null } });
  });
});

describe('kinds that a platform gives to squads besides', () => {
  const deployer = () =>
    cluster().as('system:serviceaccount:squadkit-deployers:kinds-all', [
      'system:serviceaccounts',
      'system:authenticated',
    ]);
  const may = async (group: string, resource: string, where = namespace): Promise<boolean> => {
    const review = await deployer().request<KubernetesObject>(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { namespace: where, verb: 'create', group, resource } },
      },
    );

    return review.status?.allowed === true;
  };
  const routes = roleOf({ what: 'routes', rule: kindOf('gateway.networking.k8s.io', 'httproutes') });
  afterAll(() => cluster().delete(routes));

  test('are added to what deployers may, in their namespace only, and taken away again', async () => {
    expect(await may('apps', 'deployments')).toBe(true);
    expect(await may('gateway.networking.k8s.io', 'httproutes')).toBe(false);
    await cluster().apply(routes);
    await eventually('deployers may', () => may('gateway.networking.k8s.io', 'httproutes'));
    expect(await may('gateway.networking.k8s.io', 'httproutes', 'default')).toBe(false);
    expect(await may('', 'secrets')).toBe(false);
    await cluster().delete(routes);
    await eventually('deployers may no longer', async () => !(await may('gateway.networking.k8s.io', 'httproutes')));
    expect(await may('apps', 'deployments')).toBe(true);
  });

  test.each<[string, string]>([
    ['gateway.networking.k8s.io', 'httproutes'],
    ['cert-manager.io', 'certificates'],
    ['monitoring.coreos.com', 'servicemonitors'],
    ['monitoring.coreos.com', 'prometheusrules'],
    ['external-secrets.io', 'externalsecrets'],
    ['argoproj.io', 'rollouts'],
    ['keda.sh', 'scaledobjects'],
    ['route.openshift.io', 'routes'],
    ['traefik.io', 'ingressroutes'],
    ['serving.knative.dev', 'services'],
    ['postgresql.cnpg.io', 'clusters'],
    ['keda.sh', 'scaledjobs'],
  ])('%s %s is taken', async (group, resource) => {
    const role = roleOf({ what: resource, rule: kindOf(group, resource) });

    await expect(cluster().apply(role, { dryRun: true })).resolves.toBeDefined();
  });

  // Guard rail: kubernetes-deployer
  test.each(refusedKinds)('$what is refused, whoever asks', async (kind) => {
    const toEdit = { ...kind, labels: { 'squadkit.io/aggregate-to-edit': 'true' } };
    for (const given of [kind, toEdit]) {
      await expect(cluster().apply(roleOf(given), { dryRun: true })).rejects.toThrow(
        "ValidatingAdmissionPolicy 'squadkit-further-kinds'",
      );
    }
  });

  test('are given by nobody but the platform, even by an administrator', async () => {
    const admin = cluster().as('somebody', ['system:admins']);
    const all = { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'somebody' } };
    await cluster().apply({
      ...all,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: 'somebody' }],
    });
    const given = roleOf({ what: 'routes', rule: kindOf('gateway.networking.k8s.io', 'httproutes') });
    const elsewhere = { ...given, metadata: { ...given.metadata, name: 'elsewhere' } };
    for (const role of [given, elsewhere]) {
      await eventually('an administrator is refused for what the role is', async () => {
        const error = await admin.create(role).catch((caught) => caught);
        return /ask an SRE|use a name that begins/.test(String(error));
      });
    }
    await cluster().delete(all);
  });
});
