import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { compose } from '../../../support/compose.ts';
import { example } from '../../../support/examples.ts';
import { manifestsOf, squadWith, zonesWith } from '../../../support/registered.ts';
import { copyOf, requestFor } from '../../../support/request.ts';

const everybody = { ownerGroup: 'heads', guestGroup: 'audit', deployerGroup: 'ci' };

const billingIn = (zone: string): KubernetesObject => ({
  ...example('Service', 'billing'),
  spec: {
    zones: [
      {
        name: zone,
        components: [
          { name: 'spike', provider: 'postgres' },
          { name: 'aqua', provider: 'kubernetes' },
        ],
      },
    ],
  },
});

const platform = (squad: object, kubernetes: object = {}) => [...zonesWith({ kubernetes }), squadWith('galaxy', squad)];

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

/** Every RoleBinding as a line: its name, its role, and to whom. */
const bindingsOf = (resources: Record<string, Resource>): string[] =>
  Object.values(manifestsOf(resources))
    .filter(({ kind }) => kind === 'RoleBinding')
    .map(({ metadata, roleRef, subjects }) => {
      const to = (subjects as Subject[]).map(({ kind, namespace, name }) =>
        [kind, namespace, name].filter((part) => part !== undefined).join(' '),
      );
      return `${metadata?.namespace} ${metadata?.name}: ${(roleRef as { name: string }).name} to ${to.join(', ')}`;
    })
    .sort();

const desired = (zone: string, registry: KubernetesObject[]) =>
  simulate(billingIn(zone), registry).response.desired?.resources ?? {};

describe('who may what in the namespace of a Service', () => {
  const account = 'ServiceAccount squadkit-deployers galaxy-billing';

  test.each<{ name: string; zone: string; squad: object; kubernetes?: object; want: string[] }>([
    {
      name: 'in production, a squad with one group',
      zone: 'frontier',
      squad: {},
      want: [
        `galaxy-billing deployer: squadkit:deployer to ${account}`,
        'galaxy-billing members-view: squadkit:view to Group oidc:galaxy',
      ],
    },
    {
      name: 'in production, a squad with all groups',
      zone: 'frontier',
      squad: everybody,
      want: [
        `galaxy-billing deployer: squadkit:deployer to ${account}`,
        'galaxy-billing guests-view: squadkit:view to Group oidc:audit',
        'galaxy-billing members-view: squadkit:view to Group oidc:galaxy',
        'galaxy-billing owners-view: squadkit:view to Group oidc:heads',
      ],
    },
    {
      name: 'in engineering, a squad with all groups',
      zone: 'meadow',
      squad: everybody,
      want: [
        `galaxy-billing deployer: squadkit:deployer to ${account}`,
        'galaxy-billing guests-view: squadkit:view to Group oidc:audit',
        'galaxy-billing members-edit: squadkit:edit to Group oidc:galaxy',
        'galaxy-billing owners-credentials: squadkit:credentials to Group oidc:heads',
        'galaxy-billing owners-edit: squadkit:edit to Group oidc:heads',
      ],
    },
    {
      name: 'where deployments go by group',
      zone: 'frontier',
      squad: everybody,
      kubernetes: { deployers: 'group', groupPrefix: 'idp/' },
      want: [
        'galaxy-billing deployer: squadkit:deployer to Group idp/ci',
        'galaxy-billing guests-view: squadkit:view to Group idp/audit',
        'galaxy-billing members-view: squadkit:view to Group idp/galaxy',
        'galaxy-billing owners-view: squadkit:view to Group idp/heads',
      ],
    },
  ])('$name', ({ zone, squad, kubernetes, want }) => {
    expect(bindingsOf(desired(zone, platform(squad, kubernetes)))).toEqual(want);
  });

  test('a role that another environment gives is another resource: a RoleBinding cannot change its role', () => {
    const [production, engineering] = ['frontier', 'meadow'].map((zone) =>
      Object.keys(desired(zone, platform(everybody))).map((name) => name.replace(`${zone}.`, '')),
    );

    expect(production).not.toContain('aqua.members-edit');
    expect(engineering).not.toContain('aqua.members-view');
  });
});

test('nothing with which a squad deploys lies in the namespace of a Service, where its pods could take it', () => {
  const inNamespace = Object.values(manifestsOf(desired('meadow', platform(everybody)))).filter(
    ({ metadata }) => metadata?.namespace === 'galaxy-billing',
  );

  expect(inNamespace.filter(({ kind }) => kind === 'ServiceAccount')).toEqual([]);
  expect(inNamespace.filter(({ type }) => type === 'kubernetes.io/service-account-token')).toEqual([]);
});

test('the example has at most 25 managed resources', () => {
  const { response } = simulate(example('Service', 'billing'), [
    example('Squad', 'galaxy'),
    example('Zone', 'frontier'),
  ]);

  const managed = Object.values(response.desired?.resources ?? {}).filter(
    ({ resource }) => resource?.kind !== 'Secret',
  );

  expect(managed.length).toBeGreaterThan(20);
  expect(managed.length).toBeLessThanOrEqual(25);
});

describe('a living zone', () => {
  const byToken = platform(everybody);
  const byGroup = platform(everybody, { deployers: 'group' });
  const tokens = [
    ...['frontier.aqua.deployer', 'frontier.aqua.deployer-token', 'frontier.aqua.kubeconfig'],
    ...['frontier.aqua.kubeconfig-reader', 'frontier.aqua.kubeconfig-readers'],
  ];
  const settled = (registry: KubernetesObject[], start = {}) => simulate(billingIn('frontier'), registry, start);

  test('that goes from token to group lets go of the token, and of nothing else', () => {
    const before = settled(byToken);
    const names = Object.keys(before.observed);
    const after = compose(requestFor(billingIn('frontier'), copyOf(before.observed), byGroup)).desired?.resources ?? {};

    expect(names).toEqual(expect.arrayContaining(tokens));
    expect(Object.keys(after).sort()).toEqual(names.filter((name) => !tokens.includes(name)).sort());
    expect(JSON.stringify(Object.keys(settled(byGroup, before.observed).observed))).not.toContain('token');
  });

  test('lets the token be deleted, not only forgotten', () => {
    for (const [name, { resource }] of Object.entries(settled(byToken).observed)) {
      const { kind, spec } = resource as KubernetesObject;
      if (tokens.includes(name) && kind === 'Object') expect(spec?.managementPolicies).toEqual(['*']);
    }
  });

  test('that goes back to token makes it anew, and is ready only with it', () => {
    const without = settled(byGroup);
    const first = compose(requestFor(billingIn('frontier'), copyOf(without.observed), byToken));
    const { response } = settled(byToken, without.observed);

    expect(first.desired?.composite?.ready).toBe(2);
    expect(first.desired?.resources['frontier.aqua.kubeconfig']).toBeUndefined();
    expect(Object.keys(response.desired?.resources ?? {})).toEqual(expect.arrayContaining(tokens));
    expect(response.desired?.composite?.ready).toBe(1);
  });

  test('that deploys by group has no token in any state, and says so', () => {
    const { response } = settled(byGroup);
    const composite = response.desired?.composite?.resource as KubernetesObject | undefined;
    const zones = composite?.status?.zones as { components: Record<string, unknown>[] }[] | undefined;
    const aqua = zones?.[0]?.components.find(({ name }) => name === 'aqua');

    expect(JSON.stringify(response.desired?.resources)).not.toContain('service-account-token');
    expect(aqua).toMatchObject({ deployerGroup: 'oidc:ci', server: 'https://aqua.example.org:6443' });
    expect(aqua).not.toHaveProperty('kubeconfigSecret');
    expect(response.conditions.find(({ type }) => type === 'Delivered')?.message).toContain(
      'access for deployments by group oidc:ci to namespace galaxy-billing on aqua',
    );
  });
});

describe('on the hub', () => {
  test.each([
    { name: 'a squad with one group', squad: {}, want: ['galaxy'] },
    { name: 'a squad with all groups', squad: everybody, want: ['galaxy', 'heads', 'audit', 'ci'] },
    { name: 'a squad whose members are its owners', squad: { ownerGroup: 'galaxy' }, want: ['galaxy'] },
  ])('$name reads its namespace', ({ squad, want }) => {
    const { response } = simulate(squadWith('galaxy', squad), []);

    expect(response.desired?.resources.reader?.resource).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: 'squadkit:reader' },
      subjects: want.map((group) => ({ kind: 'Group', name: group })),
    });
  });
});

describe('a pipeline that fetches its kubeconfig from the hub', () => {
  const rolesIn = (squad: object, kubernetes: object = {}) =>
    Object.entries(desired('frontier', platform(squad, kubernetes))).flatMap(([name, { resource }]) => {
      const object = resource as KubernetesObject;
      return object.apiVersion === 'rbac.authorization.k8s.io/v1' ? [[name, object] as const] : [];
    });

  // Guard rail: kubernetes-pipelines-read-one-secret
  test('reads this Secret by its name, as the deployerGroup and nobody else, and no other', () => {
    const [reader, readers, ...others] = rolesIn(everybody).map(([, object]) => object);

    expect(others).toEqual([]);
    expect(reader).toMatchObject({
      kind: 'Role',
      metadata: { name: 'billing.frontier.aqua.kubeconfig-reader', namespace: 'galaxy' },
      rules: [
        {
          apiGroups: [''],
          resources: ['secrets'],
          resourceNames: ['billing.frontier.aqua.kubeconfig'],
          verbs: ['get'],
        },
      ],
    });
    expect(reader?.rules).toHaveLength(1);
    expect(readers).toMatchObject({
      kind: 'RoleBinding',
      metadata: { name: 'billing.frontier.aqua.kubeconfig-readers', namespace: 'galaxy' },
      roleRef: { kind: 'Role', name: 'billing.frontier.aqua.kubeconfig-reader' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'ci' }],
    });
    expect(readers?.subjects).toHaveLength(1);
  });

  test.each<[string, object, object]>([
    ['without a deployerGroup', { ownerGroup: 'heads' }, {}],
    ['where deployments go by group', everybody, { deployers: 'group' }],
  ])('gets none %s', (_, squad, kubernetes) => {
    expect(rolesIn(squad, kubernetes)).toEqual([]);
  });
});
