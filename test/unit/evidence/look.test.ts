import { describe, expect, test } from 'vitest';
import { evidenceOf, limitsOf, serviceIn } from '../../../functions/evidence/evidence.ts';
import { deviations } from '../../../functions/evidence/live/compare.ts';
import { lookAt } from '../../../functions/evidence/live/look.ts';
import type { Live } from '../../../functions/evidence/subject.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { load } from '../../../functions/tree/load.ts';
import { exampleFile, exampleTree } from '../../support/squadkit.ts';
import { type FakeHub, hubOf } from './hub.ts';

const tree = exampleTree();
const { target } = load(tree);
const when = new Date('2026-11-24T12:00:00.123Z');

/** What a look at galaxy/billing says, on a hub that has been changed. */
const look = async (change: (hub: FakeHub) => void = () => {}, world = target) => {
  const hub = hubOf(target);
  change(hub);
  const live = await lookAt(hub, evidenceOf(world, serviceIn(world, 'galaxy/billing')), world, when);
  return { hub, live };
};

const failing = ({ verdicts }: Live): string[] =>
  Object.entries(verdicts).flatMap(([id, { verdict }]) => (verdict === 'does not hold' ? [id] : []));
const because = ({ verdicts }: Live, id: string): string => verdicts[id]?.because.join('; ') ?? '';
const condition =
  (type: string, status: string, more: object = {}) =>
  (object: KubernetesObject) => ({
    ...object,
    status: {
      ...object.status,
      conditions: [
        ...(object.status as { conditions: { type: string }[] }).conditions.filter((found) => found.type !== type),
        { type, status, ...more },
      ],
    },
  });
const gone = () => undefined;
/** The report of the janitor with something else about frontier's server. */
const withSaid = (report: KubernetesObject, change: object): KubernetesObject => {
  const { 'frontier.spike': text = '{}' } = report.data as Record<string, string>;

  return { ...report, data: { 'frontier.spike': JSON.stringify({ ...JSON.parse(text), ...change }) } };
};

/** The guard rails that hold because the Service is accepted as Git has it. */
const ofAService = [
  'zones-of-the-squad',
  'data-classes',
  'names-never-meet',
  'nothing-foreign-is-taken',
  'one-server-one-zone',
  'closed-takes-nothing',
  'postgres-extensions',
  'postgres-logins-rotate',
];

const manifestOf = (object: KubernetesObject) =>
  (object.spec as { forProvider: { manifest: { spec: Record<string, unknown>; metadata: { labels: object } } } })
    .forProvider.manifest;

test('everything holds that can be seen from the hub, at the time of the look', async () => {
  const { live } = await look();

  expect(failing(live)).toEqual([]);
  expect(Object.entries(live.verdicts).flatMap(([id, { verdict }]) => (verdict === 'holds' ? [] : [id]))).toEqual([
    'refusal-changes-nothing',
    'secrets-stay-secret',
    'only-crossplane-calls',
    'nobody-owns-their-guard-rails',
    'squad-names-are-not-reused',
    'kubernetes-pipelines-read-one-secret',
    'kubernetes-pods-keep-to-themselves',
    'kubernetes-services-stay-inside',
    'kubernetes-hosts-are-owned',
    'kubernetes-locks-hold',
    'kubernetes-squadkit-is-small',
  ]);
  expect(live).toMatchObject({ server: 'https://hub.example.org:6443', time: '2026-11-24T12:00:00Z', problems: [] });
  expect(because(live, 'kubernetes-default-deny')).toBe(
    '`network` of `aqua` in zone `frontier` is as Git wants it, and ready',
  );
});

test('a Zone without a janitor: the guard rail is not told, and evidence says what nobody looks at', () => {
  const frontier = exampleFile('platform/zones/frontier.yaml').replace(/ +janitor:.*\n/, '');
  const world = load(exampleTree({ 'platform/zones/frontier.yaml': frontier })).target;
  const { evidence } = evidenceOf(world, serviceIn(world, 'galaxy/billing'));

  expect(evidence.guardRails.map(({ id }) => id)).not.toContain('postgres-sessions-end');
  expect(limitsOf(evidence).join('\n')).toMatch(/Nobody ends sessions .* on `spike` in zone `frontier`/);
});

test('no Secret is ever asked for', async () => {
  const { hub } = await look();

  expect(hub.asked.length).toBeGreaterThan(20);
  expect(hub.asked.filter(({ kind }) => kind === 'Secret')).toEqual([]);
});

describe('a port is known to the running server only', () => {
  const withPorts = (ports: number[]) => (hub: FakeHub) =>
    hub.change('Object', 'billing.frontier.aqua.network', (object) => {
      const { spec } = manifestOf(object);
      const [own, dns] = spec.egress as object[];
      spec.egress = [own, dns, ...ports.map((port) => ({ ports: [{ protocol: 'TCP', port }] }))];
      return object;
    });
  const replicas = exampleFile('platform/zones/frontier.yaml').replace('port: 5432', 'port: 6432');
  const elsewhere = load(exampleTree({ 'platform/zones/frontier.yaml': replicas })).target;

  test('and any will do', async () => {
    const same = load(
      exampleTree({
        'platform/zones/frontier.yaml': exampleFile('platform/zones/frontier.yaml').replace(/ +readEndpoint.*\n/, ''),
      }),
    ).target;

    expect(failing((await look(withPorts([7432]), same)).live)).toEqual([]);
  });

  test('with that of the replicas, which is known, or as the same', async () => {
    expect(failing((await look(withPorts([5432, 6432]), elsewhere)).live)).toEqual([]);
    expect(failing((await look(withPorts([7432, 6432]), elsewhere)).live)).toEqual([]);
    expect(failing((await look(withPorts([6432]), elsewhere)).live)).toEqual([]);
  });

  test('but not two of them', async () => {
    const { live } = await look(withPorts([7432, 8432]), elsewhere);

    expect(failing(live)).toEqual(['kubernetes-default-deny', 'kubernetes-locks-stay']);
  });
});

test.each<{ name: string; change: (hub: FakeHub) => void; want: string[]; id: string; says: string }>([
  {
    name: 'network rules that somebody opened',
    change: (hub) =>
      hub.change('Object', 'billing.frontier.aqua.network', (object) => {
        manifestOf(object).spec.ingress = [{}];
        return object;
      }),
    want: ['kubernetes-default-deny', 'kubernetes-locks-stay'],
    id: 'kubernetes-default-deny',
    says: '`network` of `aqua` in zone `frontier` is not as Git wants it: `spec.forProvider.manifest.spec.ingress[0].from`',
  },
  {
    name: 'network rules that let out to one more address',
    change: (hub) =>
      hub.change('Object', 'billing.frontier.aqua.network', (object) => {
        const { spec } = manifestOf(object);
        spec.egress = [...(spec.egress as object[]), {}];
        return object;
      }),
    want: ['kubernetes-default-deny', 'kubernetes-locks-stay'],
    id: 'kubernetes-default-deny',
    says: '`network` of `aqua` in zone `frontier` is not as Git wants it: `spec.forProvider.manifest.spec.egress`',
  },
  {
    name: 'network rules that are gone',
    change: (hub) => hub.change('Object', 'billing.frontier.aqua.network', gone),
    want: ['kubernetes-default-deny', 'kubernetes-locks-stay'],
    id: 'kubernetes-default-deny',
    says: '`network` of `aqua` in zone `frontier` is not there',
  },
  {
    name: 'a namespace that was last seen without its label',
    change: (hub) =>
      hub.change('Object', 'billing.frontier.aqua.namespace', (object) => {
        const seen = structuredClone(manifestOf(object));
        (seen.metadata.labels as Record<string, string>)['pod-security.kubernetes.io/enforce'] = 'privileged';
        return { ...object, status: { ...object.status, atProvider: { manifest: seen } } };
      }),
    want: ['kubernetes-own-namespace-only', 'kubernetes-restricted-pods', 'kubernetes-locks-stay'],
    id: 'kubernetes-restricted-pods',
    says: '`namespace` of `aqua` in zone `frontier` was last seen otherwise where it lies: `metadata.labels.pod-security.kubernetes.io/enforce`',
  },
  {
    name: 'a right that is not synced',
    change: (hub) =>
      hub.change(
        'Object',
        'billing.frontier.aqua.members-view',
        condition('Synced', 'False', { reason: 'ReconcileError' }),
      ),
    want: ['kubernetes-people', 'kubernetes-own-namespace-only', 'kubernetes-access-ends'],
    id: 'kubernetes-people',
    says: '`members-view` of `aqua` in zone `frontier` has Synced=False (ReconcileError)',
  },
  {
    name: 'a change that nobody has looked at yet',
    change: (hub) =>
      hub.change('Database', 'billing.frontier.spike.database', (object) => ({
        ...object,
        metadata: { ...object.metadata, generation: 7 },
      })),
    want: ['postgres-own-database-only', 'postgres-connections', 'postgres-data-stays'],
    id: 'postgres-connections',
    says: '`database` of `spike` in zone `frontier` was changed a moment ago, and nobody has looked at it since',
  },
  {
    name: 'a database that would be dropped with its Service',
    change: (hub) =>
      hub.change('Database', 'billing.frontier.spike.database', (object) => ({
        ...object,
        spec: { ...object.spec, managementPolicies: ['*'] },
      })),
    want: ['postgres-own-database-only', 'postgres-connections', 'postgres-data-stays'],
    id: 'postgres-data-stays',
    says: '`database` of `spike` in zone `frontier` is not as Git wants it: `spec.managementPolicies`',
  },
  {
    name: 'a role that nobody keeps true',
    change: (hub) =>
      hub.change('Role', 'billing.frontier.spike.writer', (object) => ({
        ...object,
        metadata: {
          ...object.metadata,
          annotations: { ...object.metadata?.annotations, 'crossplane.io/paused': 'true' },
        },
      })),
    want: ['postgres-least-privilege'],
    id: 'postgres-least-privilege',
    says: '`writer` of `spike` in zone `frontier` is paused: nobody keeps it true',
  },
  {
    name: 'a way to the server that verifies nothing',
    change: (hub) =>
      hub.change('ClusterProviderConfig', 'frontier.spike', (object) => ({
        ...object,
        spec: { ...object.spec, sslMode: 'require' },
      })),
    want: ['postgres-verified-tls'],
    id: 'postgres-verified-tls',
    says: 'the way to `spike` in zone `frontier` is not as Git wants it: `spec.sslMode`',
  },
  {
    name: 'a quota that somebody raised',
    change: (hub) =>
      hub.change('ResourceQuota', 'squadkit', (object) => ({
        ...object,
        spec: { hard: { 'count/services.squadkit.io': '99' } },
      })),
    want: ['services-per-squad'],
    id: 'services-per-squad',
    says: '`quota` of squad `galaxy` is not as Git wants it: `spec.hard.count/services.squadkit.io`',
  },
  {
    name: 'a right on the hub for another group',
    change: (hub) =>
      hub.change('RoleBinding', 'squadkit-reader', (object) => ({
        ...object,
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'everybody' }],
      })),
    want: ['hub-read-only'],
    id: 'hub-read-only',
    says: '`reader` of squad `galaxy` is not as Git wants it: `subjects[0].name`',
  },
  {
    name: 'a protection that is gone',
    change: (hub) => hub.change('ClusterUsage', 'squadkit.zone.frontier', gone),
    want: ['in-use-stays'],
    id: 'in-use-stays',
    says: '`protection` of zone `frontier` is not there',
  },
  {
    name: 'a Service that is refused',
    change: (hub) =>
      hub.change('Service', 'billing', condition('Accepted', 'False', { message: 'zone frontier is closed.' })),
    want: ofAService,
    id: 'data-classes',
    says: 'the Service is not accepted: zone frontier is closed.',
  },
  {
    name: 'a Service that is not there',
    change: (hub) => hub.change('Service', 'billing', gone),
    want: ofAService,
    id: 'data-classes',
    says: 'the Service is not there',
  },
  {
    name: 'a Service that is another than in Git',
    change: (hub) =>
      hub.change('Service', 'billing', (object) => ({ ...object, spec: { ...object.spec, dataClass: 'public' } })),
    want: ofAService,
    id: 'data-classes',
    says: 'the Service on the hub is not what this tree says: `spec.dataClass` differ',
  },
  {
    name: 'a janitor that does not reach the server',
    change: (hub) =>
      hub.change('ConfigMap', 'squadkit-sessions', (report) => withSaid(report, { problem: 'it is away' })),
    want: ['postgres-sessions-end'],
    id: 'postgres-sessions-end',
    says: 'sessions on `spike` in zone `frontier`: it is away',
  },
  {
    name: 'a janitor that has not looked for an hour',
    change: (hub) =>
      hub.change('ConfigMap', 'squadkit-sessions', (report) => withSaid(report, { lookedAt: '2026-11-24T11:00:00Z' })),
    want: ['postgres-sessions-end'],
    id: 'postgres-sessions-end',
    says: 'the janitor has not looked there since 2026-11-24T11:00:00Z',
  },
  {
    name: 'a janitor that is not there',
    change: (hub) => hub.change('ConfigMap', 'squadkit-sessions', gone),
    want: ['postgres-sessions-end'],
    id: 'postgres-sessions-end',
    says: 'the janitor says nothing of it',
  },
])('$name', async ({ change, want, id, says }) => {
  const { live } = await look(change);

  expect(failing(live)).toEqual(want);
  expect(because(live, id)).toContain(says);
});

test('what may not be read does not count as wrong', async () => {
  const { live } = await look((hub) => {
    hub.get = async () => ({ missing: 'not allowed' });
  });

  expect(failing(live)).toEqual([]);
  expect(Object.values(live.verdicts).filter(({ verdict }) => verdict === 'holds')).toEqual([]);
  expect(because(live, 'kubernetes-quota')).toBe(
    'you may not read `quota` of `aqua` in zone `frontier`; you may not read `limits` of `aqua` in zone `frontier`',
  );
  expect(live.service).toBeUndefined();
});

test('what fails is not made up for by what cannot be read', async () => {
  const { live } = await look((hub) => {
    const { get } = hub;
    hub.get = async (reference) =>
      reference.name.endsWith('.limits')
        ? { missing: 'not allowed' }
        : reference.name.endsWith('.quota')
          ? { missing: 'not there' }
          : get(reference);
  });

  expect(live.verdicts['kubernetes-quota']).toEqual({
    verdict: 'does not hold',
    because: ['`quota` of `aqua` in zone `frontier` is not there'],
  });
});

test.each([
  { name: 'the same', wanted: { a: [1, { b: 'c' }] }, found: { a: [1, { b: 'c' }] }, want: [] },
  { name: 'more than is wanted', wanted: { a: 1 }, found: { a: 1, b: 2 }, want: ['b'] },
  { name: 'more than nothing', wanted: { a: {} }, found: { a: { b: { c: 1, d: 2 } } }, want: ['a.b'] },
  { name: 'what is not there at all', wanted: { a: {} }, found: { a: { b: null } }, want: [] },
  { name: 'more in a list', wanted: { a: [{ b: 1 }] }, found: { a: [{ b: 1, c: 2 }] }, want: ['a[0].c'] },
  { name: 'less', wanted: { a: { b: 1, c: 2 } }, found: { a: { b: 1 } }, want: ['a.c'] },
  {
    name: 'less, where every object answers to the name',
    wanted: JSON.parse('{ "a": { "constructor": {} } }'),
    found: { a: {} },
    want: ['a.constructor'],
  },
  { name: 'a longer list', wanted: { a: [1] }, found: { a: [1, 2] }, want: ['a'] },
  {
    name: 'quantities that a cluster writes in its own way',
    wanted: { pods: '1000', cpu: '2', memory: '2048Mi', storage: '65536Gi' },
    found: { pods: '1k', cpu: '2000m', memory: '2Gi', storage: '64Ti' },
    want: [],
  },
  { name: 'more of a quantity', wanted: { pods: '1000' }, found: { pods: '1M' }, want: ['pods'] },
  { name: 'another order', wanted: { a: [1, 2] }, found: { a: [2, 1] }, want: ['a[0]', 'a[1]'] },
  { name: 'a list instead of a mapping', wanted: { a: { b: 1 } }, found: { a: [1] }, want: ['a'] },
  { name: 'nothing', wanted: { a: 1 }, found: undefined, want: [''] },
  {
    name: 'another value known at run time',
    wanted: { a: 1, b: 1 },
    found: { a: 5, b: 5 },
    other: { a: 2, b: 1 },
    want: ['b'],
  },
  { name: 'another type at run time', wanted: { a: 1 }, found: { a: '5' }, other: { a: 2 }, want: ['a'] },
])('compares $name', ({ wanted, found, other, want }) => {
  expect(deviations(wanted, found, other)).toEqual(want);
});

test('while the Service is refused, the guard rails are about what was accepted last', async () => {
  const asked = load(
    exampleTree({
      'squads/galaxy/billing.yaml': exampleFile('squads/galaxy/billing.yaml').replace(
        /provider: kubernetes/,
        'provider: kubernetes\n          kubernetes: { size: large }',
      ),
    }),
  ).target;
  const isRefused = (accepted: object) => (hub: FakeHub) =>
    hub.change('Service', 'billing', (object) => {
      const refused = condition('Accepted', 'False', { message: 'It is refused. Generation 1 stays in force.' })(
        object,
      );
      return { ...refused, status: { ...refused.status, ...accepted } };
    });
  const { spec } = serviceIn(target, 'galaxy/billing').object;
  const { live } = await look(isRefused({ accepted: { generation: 1, spec } }), asked);

  expect(live.problems.join(' ')).toContain('stays in force');
  expect(failing(live)).not.toContain('kubernetes-quota');
  expect(failing((await look(isRefused({}), asked)).live)).toContain('kubernetes-quota');
});

describe('logins that were exchanged since', () => {
  const frontier = exampleFile('platform/zones/frontier.yaml').replace(
    / +adminRole:/,
    (indented) => `${indented.replace('adminRole:', 'credentials: { rotateEvery: 90d }')}\n${indented}`,
  );
  const rotating = load(exampleTree({ 'platform/zones/frontier.yaml': frontier })).target;
  const inForce = (hub: FakeHub, logins: string[]) =>
    hub.change('Service', 'billing', (service) => ({
      ...service,
      status: { ...service.status, zones: [{ name: 'frontier', components: [{ name: 'spike', logins }] }] },
    }));
  const exchange = (hub: FakeHub) => {
    inForce(hub, ['galaxy_billing_app_2', 'galaxy_billing_migrator']);
    for (const [kind, name] of [
      ['Role', 'billing.frontier.spike.app'],
      ['Grant', 'billing.frontier.spike.app-in-writer'],
    ] as const)
      hub.change(kind, name, (object) =>
        JSON.parse(
          JSON.stringify(object)
            .replaceAll('spike.app"', 'spike.app-2"')
            .replaceAll('spike.app-in-', 'spike.app-2-in-')
            .replaceAll('"galaxy_billing_app"', '"galaxy_billing_app_2"'),
        ),
      );
    // A hub keeps things by their names.
    for (const [key, object] of [...hub.objects])
      if (object.metadata?.name?.startsWith('billing.frontier.spike.app-2')) {
        hub.objects.delete(key);
        hub.objects.set(key.replace(/[.]app(-in-writer)?$/, '.app-2$1'), object);
      }
  };

  test('are as Git wants them, which does not know how often that was', async () => {
    const hub = hubOf(rotating);
    exchange(hub);
    const live = await lookAt(hub, evidenceOf(rotating, serviceIn(rotating, 'galaxy/billing')), rotating, when);
    expect(failing(live)).toEqual([]);
  });

  test('and may no more than the first', async () => {
    const hub = hubOf(rotating);
    exchange(hub);
    hub.change('Grant', 'billing.frontier.spike.app-2-in-writer', (object) => ({
      ...object,
      spec: { ...object.spec, forProvider: { role: 'galaxy_billing_app_2', memberOf: 'galaxy_billing_owner' } },
    }));
    const live = await lookAt(hub, evidenceOf(rotating, serviceIn(rotating, 'galaxy/billing')), rotating, when);

    expect(failing(live)).toEqual(['postgres-least-privilege', 'postgres-access-ends']);
  });
});
