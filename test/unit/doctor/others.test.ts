import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../../functions/doctor/cluster.ts';
import { checkForeign, checkTokens } from '../../../functions/doctor/foreign.ts';
import { checkRights } from '../../../functions/doctor/rights.ts';
import { configurationManifests, hubManifests } from '../../../functions/evidence/register/manifests.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';

const writers = {
  gitopsUsers: 'system:serviceaccount:flux-system:kustomize-controller\nada\n',
  gitopsGroups: 'system:serviceaccounts:squadkit-delivery\n',
};
const listed = (objects: readonly KubernetesObject[], hidden: string[] = []): Cluster =>
  ({
    list: async (_: string, kind: string) =>
      hidden.includes(kind) ? undefined : objects.filter((one) => one.kind === kind),
    get: async () => ({ object: { apiVersion: 'v1', kind: 'ConfigMap', data: writers } }),
  }) as unknown as Cluster;

const shipped = hubManifests.map(({ object }) => object);
const rbac = 'rbac.authorization.k8s.io/v1';
const role = (rule: object): KubernetesObject => ({
  ...{ apiVersion: rbac, kind: 'ClusterRole', metadata: { name: 'given' } },
  rules: [rule],
});
const all = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
const zones = { apiGroups: ['squadkit.io'], resources: ['zones'], verbs: ['patch'] };
const bound = (subject: object, namespace?: string, name = 'given'): KubernetesObject => ({
  ...{ apiVersion: rbac, kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding' },
  metadata: { name: 'foreign', ...(namespace && { namespace }) },
  roleRef: { kind: 'ClusterRole', name },
  subjects: [subject],
});
const group = (name: string) => ({ kind: 'Group', name });
const account = (namespace: string, name: string) => ({ kind: 'ServiceAccount', namespace, name });

const said = async (rule: object, binding: KubernetesObject): Promise<string[]> =>
  (await checkRights(listed([...shipped, role(rule), binding]), hubManifests)).map(
    ({ what, state, because, actor }) => `${state} ${what}: ${because.join(', ')}; ${actor}`,
  );

describe('rights of others', () => {
  test('there are none on a hub that has what is shipped', async () => {
    expect(await said(all, bound(group('system:masters')))).toEqual(['well rights of others: ; Nobody']);
  });

  test.each<[string, object, KubernetesObject]>([
    ['everything for everybody', all, bound(group('system:authenticated'))],
    ['everything for nobody in particular', all, bound(group('system:unauthenticated'))],
    ['everything for who did not sign in', all, bound({ kind: 'User', name: 'system:anonymous' })],
    ['Secrets for all accounts', secrets, bound(group('system:serviceaccounts'))],
    ['Secrets for the accounts of a namespace', secrets, bound(group('system:serviceaccounts:default'))],
    ['Secrets of ours for everybody', secrets, bound(group('system:authenticated'), 'squadkit-system')],
    ['to write Zones for everybody', zones, bound(group('system:authenticated'), 'galaxy')],
    [
      'tokens for everybody',
      { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
      bound(group('system:authenticated')),
    ],
    [
      'to become others for everybody',
      { apiGroups: [''], resources: ['users'], verbs: ['impersonate'] },
      bound(group('system:authenticated')),
    ],
    ['to write Zones for somebody whom nobody named', zones, bound({ kind: 'User', name: 'eve' })],
    ['to write Zones for an account whom nobody named', zones, bound(account('default', 'default'))],
    ['the janitor more', zones, bound(account('squadkit-janitor', 'janitor'))],
    ['what the janitor has', zones, bound({ kind: 'User', name: 'ada' }, undefined, 'squadkit:janitor')],
  ])('%s', async (_, rule, binding) => {
    const [line, ...more] = await said(rule, binding);

    expect(more).toEqual([]);
    expect(line).toMatch(/^weak (Cluster)?RoleBinding \S+: it gives .*; Platform$/);
  });

  test.each<[string, object, KubernetesObject]>([
    ['everything for a person', all, bound({ kind: 'User', name: 'eve' })],
    ['to write Zones for whom the platform named', zones, bound({ kind: 'User', name: 'ada' })],
    ['to write Zones for the engine', zones, bound(account('flux-system', 'kustomize-controller'))],
    ['to write Zones for who lives beside the engine', zones, bound(account('flux-system', 'helm-controller'))],
    ['to write Zones for a controller of Kubernetes', zones, bound(account('kube-system', 'namespace-controller'))],
    ['Secrets of others for everybody', secrets, bound(group('system:authenticated'), 'default')],
    ['to look for everybody', { ...zones, verbs: ['get'] }, bound(group('system:authenticated'))],
    ['what auditors have', zones, bound({ kind: 'Group', name: 'audit' }, undefined, 'squadkit:auditor')],
  ])('may be: %s', async (_, rule, binding) => {
    expect(await said(rule, binding)).toEqual(['well rights of others: ; Nobody']);
  });

  test.each(['ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'])('%s may not be seen', async (kind) => {
    const [check] = await checkRights(listed(shipped, [kind]), hubManifests);

    expect(check?.state).toBe('hidden');
  });
});

const images = (name: string, spec: object): KubernetesObject => ({
  ...{ apiVersion: 'pkg.crossplane.io/v1beta1', kind: 'ImageConfig', metadata: { name } },
  spec: { ...spec },
});
const matching = (prefix: string) => ({ matchImages: [{ type: 'Prefix', prefix }] });
const foreign = async (...objects: KubernetesObject[]): Promise<string[]> =>
  (await checkForeign(listed([...configurationManifests.map(({ object }) => object), ...objects]))).map(
    ({ what, state, because }) => `${state} ${what}: ${because.join(', ')}`,
  );

test.each<[string, KubernetesObject]>([
  [
    'the mirror',
    images('squadkit-mirror-of-squadkit', {
      ...matching('ghcr.io/squadkit'),
      rewriteImage: { prefix: '10.0.0.1:5000/squadkit' },
    }),
  ],
  ['a mirror of something else', images('other', { ...matching('quay.io'), rewriteImage: { prefix: 'evil.example' } })],
  ['a Secret for a registry', images('other', { ...matching('ghcr.io'), registry: { authentication: {} } })],
])('%s is well', async (_, object) => {
  expect(await foreign(object)).toEqual(['well where packages come from: ', 'well what composes: ']);
});

test.each<[string, KubernetesObject]>([
  ['another mirror', images('other', { ...matching('ghcr.io/squadkit'), rewriteImage: { prefix: 'evil.example' } })],
  ['a mirror of everything', images('other', { ...matching(''), rewriteImage: { prefix: 'evil.example' } })],
  [
    'a mirror of one package',
    images('other', {
      ...matching('ghcr.io/squadkit/function-squadkit:v0'),
      rewriteImage: { prefix: 'evil.example/x' },
    }),
  ],
  [
    'the mirror with another path',
    images('squadkit-mirror-of-squadkit', {
      ...matching('ghcr.io/squadkit'),
      rewriteImage: { prefix: 'evil.example/other' },
    }),
  ],
  ['another runtime', images('other', { ...matching('xpkg.crossplane.io'), runtime: { configRef: { name: 'evil' } } })],
])('%s is not', async (_, object) => {
  expect((await foreign(object))[0]).toMatch(/^wrong ImageConfig /);
});

test('another Composition of our kinds is told, and one of others is not', async () => {
  const composition = (apiVersion: string): KubernetesObject => ({
    ...{ apiVersion: 'apiextensions.crossplane.io/v1', kind: 'Composition', metadata: { name: 'other' } },
    spec: { compositeTypeRef: { apiVersion, kind: 'Zone' } },
  });

  expect((await foreign(composition('squadkit.io/v1alpha1')))[1]).toMatch(/^wrong Composition other: /);
  expect((await foreign(composition('example.org/v1')))[1]).toBe('well what composes: ');
});

test('a token that never ends is told by its name, without it', async () => {
  const cluster = (tokens: unknown) => ({ tokensIn: async () => tokens }) as unknown as Cluster;
  const check = async (tokens: unknown) => (await checkTokens(cluster(tokens), ['squadkit-system']))[0];

  expect(await check([])).toMatchObject({ state: 'well' });
  expect(await check('not allowed')).toMatchObject({ state: 'hidden' });
  expect(await check([{ name: 'kept', account: 'janitor' }])).toMatchObject({
    state: 'weak',
    because: ['Secret kept holds a token of ServiceAccount janitor that never ends'],
  });
});
