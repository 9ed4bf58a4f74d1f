import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import { isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { repository } from '../../control-plane/state.ts';
import { applyFile } from '../../control-plane/steps/apply.ts';
import { pod } from '../attacks/pods.ts';
import { endDeliveries } from '../support/engines.ts';
import { applyPlatform, serviceOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

let controlPlane: ControlPlane;
let hub: Cluster;
const namespace = 'squadkit-delivery';
const flux = 'kustomize.toolkit.fluxcd.io/v1';
const source = 'source.toolkit.fluxcd.io/v1';
const squad: KubernetesObject = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Squad',
  metadata: { name: 'parcel' },
  spec: { zoneSelector: { matchLabels: {} } },
};
const of = (
  apiVersion: string,
  kind: string,
  name: string,
  where = namespace,
  rest: object = {},
): KubernetesObject => ({
  ...{ apiVersion, kind, metadata: { name, namespace: where } },
  ...rest,
});
const kustomization = of(flux, 'Kustomization', 'parcel');
const settings = of('v1', 'ConfigMap', 'squadkit-delivery');
const told = { engine: 'flux', source: 'platform', folder: 'squads' };
const deliverer = (name: string) =>
  hub.as(`system:serviceaccount:${namespace}:${name}`, [
    'system:serviceaccounts',
    `system:serviceaccounts:${namespace}`,
  ]);
/** Somebody with every right on the hub whom no list of writers names: only policies stand in the way. */
const administrator = () => hub.as('ada', ['example:administrators']);
const sre = () => hub.as('sam', ['squadkit:sre']);

const bound = (role: string, group: string): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: `delivery-scenario-${group.replace(/\W/g, '-')}` },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
});
const rights = [bound('cluster-admin', 'example:administrators'), bound('squadkit:sre-flux', 'squadkit:sre')];
const spec = {
  prune: true,
  interval: '10m',
  path: './elsewhere',
  sourceRef: { kind: 'GitRepository', name: 'platform' },
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  hub = controlPlane.hub;
  await applyPlatform(controlPlane);
  // The kinds are enough: what a Squad makes, and who may touch it, is seen without the engine.
  await applyFile(hub, join(repository, 'test/contract/crds/flux'));
  await hub.waitFor(
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'gitrepositories.source.toolkit.fluxcd.io' },
    },
    (found) => isTrue(found, 'Established'),
  );
  await applyFile(hub, join(repository, 'test/control-plane/gitops/flux-roles.yaml'));
  for (const folder of ['platform', 'flux']) await applyFile(hub, join(repository, 'package/install/gitops', folder));
  for (const right of rights) await hub.apply(right);
  await hub.apply(squad);
  await hub.waitFor(kustomization, (found) => found !== undefined, { what: 'made by its Squad' });
});

afterAll(async () => {
  await endDeliveries(hub, 'flux');
  for (const right of rights) await hub.delete(right);
  await retire(controlPlane, [], [squad]);
});

test('a Squad makes its deliverer, its right, and what the engine is told, and is Ready', async () => {
  await hub.waitFor(squad, (found) => isTrue(found, 'Ready'), { what: 'Ready' });

  expect((await hub.get(kustomization))?.spec).toMatchObject({
    serviceAccountName: 'parcel',
    path: './squads/parcel',
    deletionPolicy: 'Orphan',
  });
  expect(await hub.get(of('v1', 'ServiceAccount', 'parcel'))).toBeDefined();
});

describe('a deliverer', () => {
  // Guard rail: delivery-stays-in-its-squad
  test.each([
    { name: 'its Service', object: serviceOf('parcel', 'post', 'meadow'), may: true },
    { name: "another squad's Service", object: serviceOf('galaxy', 'stolen', 'frontier'), may: false },
    { name: 'a Squad', object: { ...squad, metadata: { name: 'thief' } }, may: false },
    { name: 'a Secret beside its Services', object: of('v1', 'Secret', 'mine', 'parcel'), may: false },
    { name: 'a deliverer', object: of('v1', 'ServiceAccount', 'second'), may: false },
    { name: 'a Kustomization', object: of(flux, 'Kustomization', 'second', namespace, { spec }), may: false },
  ])('writes $name: $may', async ({ object, may }) => {
    const attempt = deliverer('parcel').apply(object, { dryRun: true });

    if (may) expect((await attempt).metadata.name).toBe(object.metadata.name);
    else await expect(attempt).rejects.toThrow(/forbidden/i);
  });

  test('may write the status of no Service', async () => {
    const service = serviceOf('parcel', 'post', 'meadow');

    await expect(deliverer('parcel').apply({ ...service, status: {} }, { subresource: 'status' })).rejects.toThrow(
      /forbidden|not found/i,
    );
  });
});

describe('somebody with every right, whom no list names', () => {
  const account = { serviceAccountName: 'parcel' };
  const token = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const attempts: { name: string; attempt: () => Promise<unknown> }[] = [
    {
      name: 'takes a token of a deliverer',
      attempt: () =>
        administrator().request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/parcel/token`, token),
    },
    {
      name: 'has a token of a deliverer made',
      attempt: () => {
        const annotations = { 'kubernetes.io/service-account.name': 'parcel' };
        const secret = of('v1', 'Secret', 'theirs', namespace, { type: 'kubernetes.io/service-account-token' });
        return administrator().create({ ...secret, metadata: { ...secret.metadata, annotations } });
      },
    },
    { name: 'makes a deliverer', attempt: () => administrator().create(of('v1', 'ServiceAccount', 'comet')) },
    { name: 'changes a deliverer', attempt: () => administrator().delete(of('v1', 'ServiceAccount', 'parcel')) },
    {
      name: 'gives rights there',
      attempt: () =>
        administrator().create(
          of('rbac.authorization.k8s.io/v1', 'Role', 'tokens', namespace, {
            rules: [{ apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }],
          }),
        ),
    },
    {
      name: 'tells Flux of another folder',
      attempt: () => administrator().patch(kustomization, { spec: { path: './elsewhere' } }),
    },
    {
      name: 'tells Flux to act as the platform',
      attempt: () => administrator().patch(kustomization, { spec: { serviceAccountName: 'squadkit-platform' } }),
    },
    {
      name: 'tells Flux of one more folder',
      attempt: () =>
        administrator().create(
          of(flux, 'Kustomization', 'mine', namespace, { spec: { ...spec, serviceAccountName: 'squadkit-platform' } }),
        ),
    },
    {
      name: 'tells Flux of another repository',
      attempt: () =>
        administrator().patch(of(source, 'GitRepository', 'platform'), {
          spec: { url: 'https://elsewhere.example.org' },
        }),
    },
    {
      name: 'deletes all that Flux was told',
      attempt: () =>
        administrator().request('DELETE', `/apis/${flux}/namespaces/${namespace}/kustomizations?dryRun=All`),
    },
    {
      name: 'says another source of all squads',
      attempt: () => administrator().patch(settings, { data: { source: 'theirs' } }),
    },
    {
      name: 'runs a pod as a deliverer',
      attempt: () => administrator().create(of('v1', 'Pod', 'mine', namespace, { spec: pod({ spec: account }).spec })),
    },
    {
      name: 'tells Flux something where Flux lives',
      attempt: () => administrator().create(of(flux, 'Kustomization', 'mine', 'flux-system', { spec })),
    },
    {
      name: 'tells Flux something elsewhere, as nobody',
      attempt: () => administrator().create(of(flux, 'Kustomization', 'mine', 'default', { spec })),
    },
  ];

  // Guard rail: delivery-stays-in-its-squad
  test.each(attempts)('$name: refused by a policy', async ({ attempt }) => {
    await expect(attempt()).rejects.toThrow(/commit it to Git|ask an/);
  });

  test('tells Flux something elsewhere, as somebody of that namespace: that is theirs', async () => {
    const theirs = of(flux, 'Kustomization', 'theirs', 'default', { spec: { ...spec, serviceAccountName: 'default' } });
    await administrator().create(theirs);
    await administrator().delete(theirs);
  });
});

test('an SRE suspends a delivery and has it looked at, and changes nothing else', async () => {
  await sre().patch(kustomization, { spec: { suspend: true } });
  await sre().patch(kustomization, { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } } });
  await expect(sre().patch(kustomization, { spec: { path: './elsewhere' } })).rejects.toThrow(/commit it to Git/);
  await sre().patch(kustomization, { spec: { suspend: false } });
});

describe('ConfigMap squadkit-delivery', () => {
  test.each([
    { name: 'an engine that there is not', data: { ...told, engine: 'jenkins' } },
    { name: 'a source that is none', data: { ...told, source: 'https://elsewhere.example.org' } },
    { name: 'a folder outside', data: { ...told, folder: '../platform' } },
    { name: 'nothing', data: {} },
  ])('may not say $name', async ({ data }) => {
    await expect(hub.apply({ ...settings, data }, { dryRun: true })).rejects.toThrow(/use (engine|in folder)/);
  });

  test('goes, and what is delivered stays', async () => {
    const before = await hub.get(kustomization);
    await hub.delete(settings);
    await hub.patch(squad, { metadata: { annotations: { 'example.org/touched': 'yes' } } });
    await hub.waitFor(squad, (found) => isTrue(found, 'Ready') && isTrue(found, 'Synced'), { what: 'Ready' });
    await new Promise((resolve) => setTimeout(resolve, 5000));

    expect((await hub.get(kustomization))?.metadata.uid).toBe(before?.metadata.uid);
    expect((await hub.get(kustomization))?.spec).toEqual(before?.spec);
    await hub.apply({ ...settings, data: told });
  });
});
