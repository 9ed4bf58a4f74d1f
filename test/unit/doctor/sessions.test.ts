import { describe, expect, test } from 'vitest';
import type { Check } from '../../../functions/doctor/check.ts';
import type { Cluster } from '../../../functions/doctor/cluster.ts';
import { checkDeployment } from '../../../functions/doctor/deployment.ts';
import { checkSessions } from '../../../functions/doctor/sessions.ts';
import { hubManifests } from '../../../functions/evidence/register/manifests.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { type RegisteredComponent, readZone } from '../../../functions/zone/read.ts';
import { releasedVersion } from '../../../package/version.ts';
import { example } from '../../support/examples.ts';

const now = new Date('2026-11-28T12:00:00Z');
const frontier = readZone(example('Zone', 'frontier'));
const [spike, aqua] = frontier.components as [RegisteredComponent, RegisteredComponent];
const said = {
  ...{ lookedAt: '2026-11-28T11:59:30Z', tooMany: [], sessions: 3, ended: 1, staying: 0, prepared: 0 },
  generations: {},
};
const keys = ['username', 'password', 'endpoint', 'port'];

/** A hub on which the janitor says something. */
const hubThat = (text: string | undefined, more: Partial<Cluster> = {}): Cluster =>
  ({
    name: 'hub',
    get: async () => ({ object: { data: text === undefined ? undefined : { 'frontier.spike': text } } }),
    keysOf: async () => keys,
    ...more,
  }) as unknown as Cluster;
const checksOf = (hub: Cluster, component = spike): Promise<Check[]> =>
  Promise.all(checkSessions(hub, frontier, component, now));
const stateOf = async (hub: Cluster) =>
  (await checksOf(hub))
    .filter(({ state }) => state !== 'well')
    .map(({ state, because }) => `${state}: ${because.join()}`);

test('a server that is looked at is well, and a cluster has no sessions', async () => {
  expect(await stateOf(hubThat(JSON.stringify(said)))).toEqual([]);
  expect(await checksOf(hubThat(undefined), aqua)).toEqual([]);
});

test('a Zone that names no janitor is said to have none', async () => {
  const { janitor: _, ...settings } = spike.settings as { janitor?: object };
  const [check, ...others] = await checksOf(hubThat(undefined), { ...spike, settings });

  expect(others).toEqual([]);
  expect(check).toMatchObject({ state: 'weak', actor: 'Platform', what: 'sessions on frontier.spike' });
  expect(check?.because.join()).toMatch(/stay open: the Zone names no janitor/);
});

describe('what is not well is said', () => {
  test.each([
    ['says nothing', undefined, /the janitor says nothing of it/],
    ['says what is no answer', '{', /the janitor says nothing of it/],
    ['has not looked for long', { lookedAt: '2026-11-28T11:50:00Z' }, /not looked there since 2026-11-28T11:50/],
    ['has never looked', { lookedAt: undefined }, /since ever/],
    ['does not reach the server', { problem: 'the connection is refused' }, /the connection is refused/],
    [
      'may too much',
      { tooMany: ['CREATEDB', 'membership in pg_monitor'] },
      /needs not: CREATEDB, membership in pg_mon/,
    ],
    ['ends what does not end', { staying: 2 }, /2 sessions were told to end and did not/],
    ['sees what was prepared', { prepared: 1 }, /1 prepared transactions of roles that are gone/],
  ])('of a janitor that %s', async (_, change, wanted) => {
    const text = typeof change === 'object' ? JSON.stringify({ ...said, ...change }) : change;
    const [found, ...others] = await stateOf(hubThat(text));

    expect(others).toEqual([]);
    expect(found).toMatch(wanted);
    expect(found).toMatch(/^weak: /);
  });

  test('of its Secret, key by key', async () => {
    for (const key of keys) {
      const hub = hubThat(JSON.stringify(said), { keysOf: async () => keys.filter((other) => other !== key) });
      expect(await stateOf(hub)).toEqual([`wrong: it has no ${key}`]);
    }
    expect(await stateOf(hubThat(JSON.stringify(said), { keysOf: async () => 'not there' }))).toEqual([
      'missing: it is not there',
    ]);
  });

  test('and who may not look is told so', async () => {
    const hub = hubThat(undefined, { get: async () => ({ missing: 'not allowed' }) });
    expect(await stateOf(hub)).toEqual(['hidden: you may not read it']);
  });
});

describe('the Deployment', () => {
  const manifest = hubManifests.find(({ object }) => object.kind === 'Deployment');
  if (manifest === undefined) throw new Error('package/install/hub has no Deployment');
  const check = async (change: (object: KubernetesObject & { spec: never; status: object }) => void) => {
    const object = structuredClone(manifest.object) as never as KubernetesObject & { spec: never; status: object };
    object.status = { availableReplicas: 1, updatedReplicas: 1 };
    change(object);

    return checkDeployment({ get: async () => ({ object }) } as unknown as Cluster, manifest);
  };
  const container = ({ spec }: { spec: never }) =>
    (spec as { template: { spec: { containers: Record<string, unknown>[] } } }).template.spec.containers[0] as Record<
      string,
      unknown
    >;

  test.each([
    `registry.example.org/squadkit/janitor:${releasedVersion()}`,
    `10.88.0.1:5000/mirrors/squadkit/janitor:${releasedVersion()}`,
  ])('may come from %s', async (image) => {
    expect(await check((object) => Object.assign(container(object), { image }))).toMatchObject({ state: 'well' });
  });

  test.each<[string, (object: KubernetesObject & { spec: never; status: object }) => void]>([
    ['of another version', (object) => Object.assign(container(object), { image: 'ghcr.io/squadkit/janitor:v0.0.9' })],
    [
      'that is something else',
      (object) => Object.assign(container(object), { image: `ghcr.io/squadkit/other:${releasedVersion()}` }),
    ],
    [
      'of a digest that nobody knows',
      (object) =>
        Object.assign(container(object), { image: `ghcr.io/squadkit/janitor:${releasedVersion()}@sha256:abc` }),
    ],
    ['with a root that it writes', (object) => Object.assign(container(object), { securityContext: {} })],
    ['without a pod', (object) => Object.assign(object, { status: {} })],
    ['with none wanted', (object) => Object.assign(object.spec, { replicas: 0 })],
  ])('%s is not well', async (_, change) => {
    expect((await check(change)).state).toBe('wrong');
  });
});
