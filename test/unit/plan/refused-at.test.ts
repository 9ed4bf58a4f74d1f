import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { planOf } from '../../../functions/plan/plan.ts';
import { type Path, type RefusalReason, refusalReasons } from '../../../functions/round/refusal.ts';
import { load } from '../../../functions/tree/load.ts';
import { round } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { requestFor, resourceOf } from '../../support/request.ts';
import { exampleFile, exampleTree, type Files, squadkit } from '../../support/squadkit.ts';

const billing = exampleFile('squads/galaxy/billing.yaml');
const frontier = exampleFile('platform/zones/frontier.yaml');
const meadow = exampleFile('platform/zones/meadow.yaml');
const galaxy = exampleFile('platform/squads/galaxy.yaml');

/** A Service of squad galaxy: line 7 is its zone, line 9 its first component. */
const service = (...components: string[]): string =>
  [
    'apiVersion: squadkit.io/v1alpha1',
    'kind: Service',
    'metadata: { name: orders, namespace: galaxy }',
    'spec:',
    '  dataClass: internal',
    '  zones:',
    '    - name: frontier',
    '      components:',
    ...components.map((line) => `        ${line}`),
    '',
  ].join('\n');

const file = 'squads/galaxy/orders.yaml';

interface Case {
  name: string;
  reason: RefusalReason;
  /** What is put beside the examples, or changed in them. */
  files: Files;
  /** What `squadkit validate` prints before the sentence. */
  at: string;
  /** What stands there. */
  stands: string;
  /** How the sentence begins. */
  says: string;
}

const cases: Case[] = [
  {
    name: 'the namespace of no squad',
    reason: 'SquadNotFound',
    files: { 'orders.yaml': service('- {name: spike, provider: postgres}').replace('galaxy', 'nebula') },
    at: 'orders.yaml:3:38',
    stands: 'nebula }',
    says: 'squad nebula is not registered',
  },
  {
    name: 'a namespace of the cluster',
    reason: 'SquadNotFound',
    files: { 'orders.yaml': service('- {name: spike, provider: postgres}').replace('galaxy', 'kube-system') },
    at: 'orders.yaml:3:38',
    stands: 'kube-system }',
    says: 'namespace "kube-system" is not the namespace of a squad',
  },
  {
    name: 'a zone that nobody registered, named like the squad',
    reason: 'ZoneNotFound',
    files: { [file]: service('- {name: spike, provider: postgres}').replace('frontier', 'galaxy') },
    at: `${file}:7:13`,
    stands: 'galaxy',
    says: 'zone galaxy is not registered',
  },
  {
    name: 'the second zone, which the squad may not use',
    reason: 'ZoneNotAllowed',
    files: {
      [file]: `${service('- {name: spike, provider: postgres}')}    - name: meadow\n      components: [{ name: aqua, provider: kubernetes }]\n`,
    },
    at: `${file}:10:13`,
    stands: 'meadow',
    says: 'squad galaxy may not use zone meadow',
  },
  {
    name: 'a component that is written wrongly',
    reason: 'ComponentNotFound',
    files: { 'squads/galaxy/billing.yaml': billing.replace('name: aqua', 'name: aqau') },
    at: 'squads/galaxy/billing.yaml:10:17',
    stands: 'aqau #',
    says: 'zone frontier has no component aqau',
  },
  {
    name: 'a component of another provider',
    reason: 'ProviderMismatch',
    files: { [file]: service('- name: aqua', '  provider: postgres') },
    at: `${file}:10:21`,
    stands: 'postgres',
    says: 'component aqua of zone frontier is kubernetes, not postgres',
  },
  {
    name: 'data that the zone does not take',
    reason: 'DataClassNotAllowed',
    files: { [file]: service('- {name: spike, provider: postgres}').replace('internal', 'restricted') },
    at: `${file}:7:13`,
    stands: 'frontier',
    says: 'zone frontier does not accept restricted data',
  },
  {
    name: 'data that a component is not made for',
    reason: 'DataClassNotAllowed',
    files: {
      'platform/zones/frontier.yaml': frontier.replace('guarantees: { encryptedAtRest: true }', 'guarantees: {}'),
      [file]: service('- {name: spike, provider: postgres}', '- {name: aqua, provider: kubernetes}').replace(
        'internal',
        'confidential',
      ),
    },
    at: `${file}:10:18`,
    stands: 'aqua',
    says: 'aqua in zone frontier lacks encryption at rest',
  },
  {
    name: 'the second of two extensions',
    reason: 'ExtensionNotAllowed',
    files: {
      [file]: service(
        '- name: spike',
        '  provider: postgres',
        '  postgres:',
        '    extensions:',
        '      - pg_trgm',
        '      - postgis',
      ),
    },
    at: `${file}:14:17`,
    stands: 'postgis',
    says: 'extension postgis is not allowed',
  },
  {
    name: 'more connections than one Service may have',
    reason: 'LimitExceeded',
    files: {
      [file]: service('- name: spike', '  provider: postgres', '  postgres: { readers: true, connections: 61 }'),
    },
    at: `${file}:11:51`,
    stands: '61',
    says: '61 connections are too many',
  },
  {
    name: 'more connections without being asked than with',
    reason: 'SettingInvalid',
    files: { 'platform/zones/frontier.yaml': frontier.replace('default: 20', 'default: 61') },
    at: 'platform/zones/frontier.yaml:31:9',
    stands: 'connections:',
    says: 'spec.components[0].postgres.connections: the default may not be above max',
  },
  {
    name: 'more connections than the server has left',
    reason: 'LimitExceeded',
    files: {
      'platform/zones/frontier.yaml': frontier.replace('total: 950', 'total: 50'),
      [file]: service('- name: aqua', '  provider: kubernetes', '- name: spike', '  provider: postgres').concat(
        '          postgres:\n            connections: 40\n',
      ),
    },
    at: `${file}:14:26`,
    stands: '40',
    says: 'spike in zone frontier has 27 of 50 connections left, not 43',
  },
  {
    name: 'more Services than the squad may have',
    reason: 'LimitExceeded',
    files: {
      'platform/squads/galaxy.yaml': galaxy.replace('services: 20', 'services: 1'),
      [file]: service('- {name: spike, provider: postgres}'),
    },
    at: `${file}:3:38`,
    stands: 'galaxy',
    says: 'squad galaxy may have 1 Services and would have 2',
  },
  {
    name: 'the name of a Service',
    reason: 'NameNotAllowed',
    files: { [file]: service('- {name: spike, provider: postgres}').replace('orders', 'Orders') },
    at: `${file}:3:19`,
    stands: 'Orders',
    says: 'service name "Orders" is not allowed',
  },
  {
    name: 'the name of a Zone',
    reason: 'NameNotAllowed',
    files: { 'platform/zones/far.yaml': meadow.replace('name: meadow', 'name: far.off') },
    at: 'platform/zones/far.yaml:4:9',
    stands: 'far.off',
    says: 'zone name "far.off" is not allowed',
  },
  {
    name: 'the name of a Squad',
    reason: 'NameNotAllowed',
    files: { 'platform/squads/system.yaml': galaxy.replace('name: galaxy', 'name: kube-system') },
    at: 'platform/squads/system.yaml:4:9',
    stands: 'kube-system',
    says: 'squad name "kube-system" is not allowed',
  },
  {
    name: 'a zone twice',
    reason: 'SettingInvalid',
    files: {
      [file]: `${service('- {name: spike, provider: postgres}')}    - components: [{ name: aqua, provider: kubernetes }]\n      name: frontier\n`,
    },
    at: `${file}:11:13`,
    stands: 'frontier',
    says: 'frontier is listed twice in spec.zones',
  },
  {
    name: 'a component twice',
    reason: 'SettingInvalid',
    files: { [file]: service('- {name: spike, provider: postgres}', '- {name: spike, provider: postgres}') },
    at: `${file}:10:18`,
    stands: 'spike',
    says: 'spike is listed twice in components of zone frontier',
  },
  {
    name: 'the block of another provider',
    reason: 'SettingInvalid',
    files: { [file]: service('- name: spike', '  provider: postgres', '  kubernetes: {}') },
    at: `${file}:11:11`,
    stands: 'kubernetes: {}',
    says: 'spike in zone frontier has a block kubernetes but provider postgres',
  },
  {
    name: 'one server under two names',
    reason: 'ServerTaken',
    files: {
      'platform/zones/frontier.yaml': frontier.concat(
        frontier
          .slice(frontier.indexOf('    - name: spike'), frontier.indexOf('    - name: aqua'))
          .replace('spike', 'pike'),
      ),
      [file]: service('- {name: spike, provider: postgres}'),
    },
    at: 'platform/zones/frontier.yaml:56:13',
    stands: 'pike',
    says: 'pike in zone frontier is the same postgres as spike of the same zone',
  },
  {
    name: 'itself among its callers',
    reason: 'SettingInvalid',
    files: {
      [file]: service('- name: aqua', '  provider: kubernetes', '  kubernetes: { allowFrom: [billing, orders] }'),
    },
    at: `${file}:11:46`,
    stands: 'orders',
    says: 'allowFrom names orders itself',
  },
  {
    name: 'deployments by a group that the squad does not have',
    reason: 'SettingInvalid',
    files: {
      'platform/zones/frontier.yaml': frontier.replace(
        'groupPrefix: "oidc:"',
        'groupPrefix: "oidc:"\n        deployers: group',
      ),
    },
    at: 'squads/galaxy/billing.yaml:10:17',
    stands: 'aqua #',
    says: 'squad galaxy has no deployerGroup for aqua in zone frontier',
  },
  {
    name: 'data of production that is to be deleted',
    reason: 'SettingInvalid',
    files: { [file]: service('- name: spike', '  provider: postgres', '  postgres: { onRemoval: Delete }') },
    at: `${file}:11:34`,
    stands: 'Delete',
    says: 'onRemoval: Delete is not allowed at spike in zone frontier in production',
  },
  {
    name: 'pipelines that are people',
    reason: 'SettingInvalid',
    files: {
      'platform/squads/galaxy.yaml': galaxy.replace('  group: galaxy', '  group: galaxy\n  deployerGroup: galaxy'),
    },
    at: 'platform/squads/galaxy.yaml:7:18',
    stands: 'galaxy',
    says: 'deployerGroup of squad galaxy is also a group of people',
  },
  {
    name: 'a component of a zone without its block',
    reason: 'SettingInvalid',
    files: {
      'platform/zones/far.yaml': [
        'apiVersion: squadkit.io/v1alpha1',
        'kind: Zone',
        'metadata: { name: far }',
        'spec:',
        '  environment: engineering',
        '  region: eu-west-1',
        '  components:',
        '    - { name: aqua, provider: kubernetes }',
      ].join('\n'),
    },
    at: 'platform/zones/far.yaml:8:31',
    stands: 'kubernetes }',
    says: 'component aqua of zone far has no block kubernetes',
  },
];

/** What a tree with one fault gets from `squadkit validate`, and what stands where it points. */
const validated = async (files: Files) => {
  const tree = exampleTree(files);
  const { status, error } = await squadkit(['validate', tree], { [`${tree}/`]: '' });
  const [line = '', ...more] = error.split('\n').filter((text) => text !== '');
  const [, path = '', row, column] = /^(\S+?):(\d+):(\d+): /.exec(line) ?? [];
  const text = readFileSync(join(tree, path), 'utf8').split('\n')[Number(row) - 1] ?? '';
  const { changes } = planOf({ target: load(tree).target, base: undefined });

  return {
    status,
    line,
    more,
    stands: text.slice(Number(column) - 1),
    reasons: changes.flatMap(({ refused }) => refused?.reason ?? []),
  };
};

test.each(cases)('$reason: $name, at $at', async ({ reason, files, at, stands, says }) => {
  const found = await validated(files);

  expect(found.line.slice(0, `${at}: ${says}`.length)).toBe(`${at}: ${says}`);
  expect(found.stands.slice(0, stands.length)).toBe(stands);
  expect(found.more).toEqual([]);
  expect(found.reasons).toContain(reason);
  expect(found.status).toBe(1);
});

const changed = (kind: string, name: string, change: (spec: Record<string, unknown>) => object): KubernetesObject[] =>
  exampleRegistry().map((object) =>
    object.kind === kind && object.metadata?.name === name
      ? { ...object, spec: { ...object.spec, ...change(object.spec ?? {}) } }
      : object,
  );

/** The zone's server has room for one Service. */
const narrow = changed('Zone', 'frontier', ({ components }) => ({
  components: (components as { name: string; postgres?: object }[]).map((component) =>
    component.postgres === undefined
      ? component
      : { ...component, postgres: { ...component.postgres, connections: { default: 20, max: 60, total: 30 } } },
  ),
}));

/** A Service that asks its first zone for one component more. */
const withComponent = (service: KubernetesObject, component: object): KubernetesObject => {
  const [zone, ...others] = (service.spec as { zones: { components: object[] }[] }).zones;

  return {
    ...service,
    spec: { ...service.spec, zones: [{ ...zone, components: [...(zone?.components ?? []), component] }, ...others] },
  };
};

interface InCluster {
  reason: RefusalReason;
  /** Why `squadkit validate` cannot meet it. */
  because: string;
  given: KubernetesObject;
  registry?: KubernetesObject[];
  observed?: Record<string, Resource>;
  path: Path;
}

const inCluster: InCluster[] = [
  {
    reason: 'SettingInvalid',
    because: 'of one server under two names it is said of the Zone',
    given: withComponent(example('Service', 'billing'), { name: 'pike', provider: 'postgres' }),
    registry: changed('Zone', 'frontier', ({ components }) => ({
      components: (components as { name: string }[]).flatMap((component) =>
        component.name === 'spike' ? [component, { ...component, name: 'pike' }] : [component],
      ),
    })),
    path: ['spec', 'zones', 0, 'components', 2, 'name'],
  },
  {
    reason: 'SquadClosed',
    because: 'a tree alone does not say what is new, and what is there may go on',
    given: example('Service', 'billing'),
    registry: changed('Squad', 'galaxy', () => ({ lifecycle: 'Closed' })),
    path: ['metadata', 'namespace'],
  },
  {
    reason: 'ZoneClosed',
    because: 'a tree alone does not say what is new, and what is there may go on',
    given: example('Service', 'billing'),
    registry: changed('Zone', 'frontier', () => ({ lifecycle: 'Closed' })),
    path: ['spec', 'zones', 0, 'name'],
  },
  {
    reason: 'ComponentInUse',
    because: 'a tree alone does not say what was registered before',
    given: example('Zone', 'frontier'),
    registry: exampleRegistry().map((object) =>
      object.kind === 'Service'
        ? { ...object, spec: { zones: [{ name: 'frontier', components: [{ name: 'pike' }] }] } }
        : object,
    ),
    observed: { 'component.pike': resourceOf({ apiVersion: 'v1', kind: 'ClusterProviderConfig' }) },
    path: ['spec', 'components'],
  },
  {
    reason: 'Reserving',
    because: 'only in a cluster do others ask at the same time',
    given: example('Service', 'billing'),
    registry: [
      ...narrow.filter(({ kind }) => kind !== 'Service'),
      {
        ...example('Service', 'billing'),
        metadata: { name: 'orders', namespace: 'galaxy' },
        status: { conditions: [{ type: 'Accepted', status: 'False', reason: 'LimitExceeded' }] },
      },
    ],
    path: ['spec', 'zones', 0, 'components', 0, 'postgres', 'connections'],
  },
  {
    reason: 'NameTaken',
    because: 'only a cluster has what is in the way of a Squad',
    given: example('Squad', 'galaxy'),
    registry: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'galaxy' } }],
    path: ['metadata', 'name'],
  },
  {
    reason: 'NameTaken',
    because: 'only a cluster has what is in the way of a Zone',
    given: example('Zone', 'frontier'),
    registry: [{ apiVersion: 'v1', kind: 'ClusterProviderConfig', metadata: { name: 'frontier.aqua' } }],
    path: ['spec', 'components', 1, 'name'],
  },
  {
    reason: 'NamespaceDeleted',
    because: 'only a cluster has namespaces',
    given: example('Squad', 'galaxy'),
    observed: {
      namespace: resourceOf({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'galaxy', deletionTimestamp: '2026-01-01T00:00:00Z' },
      }),
    },
    path: ['metadata', 'name'],
  },
];

test.each(inCluster)('$reason is not for validate, because $because: it has its place all the same', (given) => {
  const { refusal } = round(requestFor(given.given, given.observed, given.registry), 0);

  expect(refusal?.reason).toBe(given.reason);
  expect(refusal?.path).toEqual(given.path);
});

/** Seen in a cluster only, each with its place: test/unit/ownership, squad and zone. HubNotNamed is of no document. */
const elsewhere: RefusalReason[] = [
  'DataGone',
  'ServerNotPrepared',
  'HubNotNamed',
  'NameUsedBefore',
  'SquadNotAccepted',
];

test('every reason of the closed list is among the cases', () => {
  const shown = new Set([...[...cases, ...inCluster].map(({ reason }) => reason), ...elsewhere]);

  expect([...shown].sort()).toEqual([...refusalReasons].sort());
});

const aqau = { reason: 'ComponentNotFound' as const, says: 'zone frontier has no component aqau' };
const json = JSON.stringify(
  {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    metadata: { name: 'orders', namespace: 'galaxy' },
    spec: { zones: [{ name: 'frontier', components: [{ name: 'aqau', provider: 'kubernetes' }] }] },
  },
  null,
  2,
);

const shapes: Omit<Case, 'reason'>[] = [
  {
    ...aqau,
    name: 'flow style on one line',
    files: { [file]: service('- {name: spike, provider: postgres}', '- {provider: kubernetes, "name": "aqau"}') },
    at: `${file}:10:42`,
    stands: '"aqau"',
  },
  {
    ...aqau,
    name: 'the second document of a file',
    files: {
      [file]: `# two of them\n---\n${billing.replace('billing', 'first')}---\n${service('- name: aqau', '  provider: kubernetes')}`,
    },
    at: `${file}:23:17`,
    stands: 'aqau',
  },
  {
    ...aqau,
    name: 'an item of a List',
    files: {
      [file]: `apiVersion: v1\nkind: List\nitems:\n- ${service('- name: aqau', '  provider: kubernetes').trimEnd().replaceAll('\n', '\n  ')}\n`,
    },
    at: `${file}:12:19`,
    stands: 'aqau',
  },
  {
    ...aqau,
    name: 'lines that end as on Windows',
    files: { [file]: service('- name: aqau', '  provider: kubernetes').replaceAll('\n', '\r\n') },
    at: `${file}:9:17`,
    stands: 'aqau',
  },
  {
    ...aqau,
    name: 'JSON',
    files: { 'squads/galaxy/orders.json': json },
    at: 'squads/galaxy/orders.json:14:21',
    stands: '"aqau"',
  },
  {
    ...aqau,
    name: 'an alias is shown where it is used, for what it stands for may be right elsewhere',
    files: {
      [file]: service('- name: spike', '  provider: postgres')
        .replace('metadata: {', 'metadata: { annotations: { used: &used aqau },')
        .replace('name: spike', 'name: *used')
        .replace('provider: postgres', 'provider: kubernetes'),
    },
    at: `${file}:9:17`,
    stands: '*used',
  },
  {
    ...aqau,
    name: 'components of an alias',
    files: {
      [file]: `${service('- {name: spike, provider: postgres}').replace('components:', 'components: &both')}`,
      'squads/quasar/orders.yaml': [
        'apiVersion: squadkit.io/v1alpha1',
        'kind: Service',
        'metadata: { name: orders, namespace: quasar }',
        'spec:',
        '  zones:',
        '    - name: frontier',
        '      components: &both [{ name: spike, provider: postgres }]',
        '    - name: meadow',
        '      components: *both',
      ].join('\n'),
      'platform/zones/meadow.yaml': meadow.replace('name: spike', 'name: pike'),
      'squads/quasar/catalog.yaml': null,
    },
    at: 'squads/quasar/orders.yaml:9:19',
    stands: '*both',
    says: 'zone meadow has no component spike',
  },
  {
    ...aqau,
    name: 'a component that is merged in',
    files: {
      [file]: service(
        '- &base { name: spike, provider: postgres }',
        '- { <<: *base, name: aqau }',
        '- <<: *base',
      ).replace('- { <<: *base, name: aqau }', '- { name: aqua, provider: kubernetes }'),
    },
    at: `${file}:11:15`,
    stands: '*base',
    says: 'spike is listed twice',
  },
  {
    name: 'a field that approvals do not have',
    files: { 'approvals.yaml': exampleFile('approvals.yaml').replace('spec:', 'spec:\n  handle: {}') },
    at: 'approvals.yaml:9:3',
    stands: 'handle:',
    says: 'spec is not valid',
  },
];

describe('in any shape of a document', () => {
  test.each(shapes)('$name, at $at', async ({ files, at, stands, says }) => {
    const tree = exampleTree(files);
    const { error } = await squadkit(['validate', tree], { [`${tree}/`]: '' });
    const [path = '', line, column] = at.split(':');
    const text = readFileSync(join(tree, path), 'utf8').split('\n')[Number(line) - 1] ?? '';

    expect(error.slice(0, `${at}: ${says}`.length)).toBe(`${at}: ${says}`);
    expect(text.slice(Number(column) - 1).slice(0, stands.length)).toBe(stands);
  });
});
