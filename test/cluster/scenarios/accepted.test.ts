import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { eventually } from '../support/eventually.ts';
import { applyPlatform, composedOf, makeReady, serviceOf } from '../support/platform.ts';
import { record } from '../support/recorder.ts';

let controlPlane: ControlPlane;
const service = serviceOf('quasar', 'standing', 'meadow');
const namespace = 'quasar-standing';
const squad = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', metadata: { name: 'quasar' } };
const zone = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', metadata: { name: 'meadow' } };

/** The same document, asking for a zone that nobody has. */
const refused: KubernetesObject = {
  ...service,
  spec: { zones: [...service.spec.zones, { name: 'prairie', components: [{ name: 'spike', provider: 'postgres' }] }] },
};

/** Asks Crossplane to look now, as an SRE may. */
const nudge = async (document: KubernetesObject | typeof squad) =>
  controlPlane.hub
    .as('grace', ['squadkit:sre'])
    .patch(document, { metadata: { annotations: { 'crossplane.io/reconcile-requested-at': `${Date.now()}` } } });

const isStalled = (found: KubernetesObject | undefined) => isTrue(found, 'Stalled');
const isRead = (found: KubernetesObject | undefined) =>
  found?.status?.observedGeneration === found?.metadata.generation;

/** Whether people of that group may run a command in a pod of the Service. */
const mayExec = async (group: string): Promise<boolean> => {
  const review = await controlPlane.meadow.aqua
    .as('ada', [`oidc:${group}`])
    .request<KubernetesObject>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace, verb: 'create', resource: 'pods', subresource: 'exec' } },
    });

  return review.status.allowed;
};

const uidsOf = async () => (await composedOf(controlPlane, service)).map(({ metadata }) => metadata.uid).sort();

/** Warnings about the Service that Crossplane has made so far of what is refused. */
const warnings = async (): Promise<number> =>
  (await controlPlane.hub.list('v1', 'Event', { namespace: 'quasar' }))
    .filter(({ type, involvedObject }) => type === 'Warning' && involvedObject?.name === 'standing')
    .filter(({ message }) => String(message).includes('prairie'))
    .reduce((sum, { count }) => sum + (count ?? 1), 0);

let groupBefore: string | undefined;

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  groupBefore = (await controlPlane.hub.get(squad))?.spec.group;
});

afterAll(async () => {
  await controlPlane.hub.patch(squad, { spec: { group: groupBefore ?? null, deployerGroup: null } });
  await controlPlane.hub.delete(service).catch(() => undefined);
});

describe('a Service whose last change is refused', () => {
  test('is told as in progress from its first round on, and then as settled', async () => {
    const { hub } = controlPlane;
    record('new', await hub.create(service));
    const creating = await hub.waitFor(service, (found) => isTrue(found, 'Reconciling'), { what: 'Reconciling' });
    record('creating', creating);
    record('ready', await makeReady(controlPlane, service));
    const ready = await hub.waitFor(service, (found) => condition(found, 'Reconciling')?.status === 'False', {
      what: 'settled',
    });
    expect(isRead(ready)).toBe(true);
    expect(ready?.status.accepted).toMatchObject({ generation: ready?.metadata.generation });
    expect(ready?.status.accepted.spec.zones).toEqual(ready?.spec.zones);
  });

  // Guard rail: refusal-changes-nothing
  test('goes on with the one before it, without a warning each round', async () => {
    const { hub } = controlPlane;
    const before = await uidsOf();
    const { generation } = (await hub.get(service))?.metadata ?? {};
    await hub.apply(refused);
    const found = await hub.waitFor(service, (now) => isStalled(now) && isRead(now), { what: 'Stalled' });
    record('refused-after-ready', found);

    expect(condition(found, 'Stalled')).toMatchObject({ reason: 'ZoneNotFound' });
    expect(condition(found, 'Accepted')?.message).toContain(`(generation ${generation}) stays in force`);
    expect(isTrue(found, 'Synced') && isTrue(found, 'Ready')).toBe(true);
    expect(found?.status.accepted.generation).toBe(generation);
    expect(await uidsOf()).toEqual(before);

    // Events are written after what they tell of.
    let told = -1;
    const isAllTold = async () => {
      const before = told;
      told = await warnings();

      return told === before;
    };
    await eventually('no further warning comes', isAllTold, { interval: 2000 });
    for (let rounds = 0; rounds < 3; rounds += 1) {
      await nudge(service);
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
    expect(await warnings()).toBe(told);
  });

  // Guard rail: refusal-changes-nothing
  test('ends the rights of people whom the platform has taken out of the squad', async () => {
    const { hub } = controlPlane;
    const old = groupBefore ?? 'quasar';
    expect(await mayExec(old)).toBe(true);
    await hub.patch(squad, { spec: { group: 'newcomers' } });
    await hub.waitFor(squad, (found) => found?.status.accepted?.spec.group === 'newcomers', { what: 'accepted' });
    await nudge(service);
    await eventually('the old people are out', async () => !(await mayExec(old)));
    await eventually('the new people are in', () => mayExec('newcomers'));

    expect(isStalled(await hub.get(service))).toBe(true);
  });

  // Guard rail: refusal-changes-nothing
  test('heals what was lost', async () => {
    const { aqua } = controlPlane.meadow;
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'members-edit', namespace },
    };
    await aqua.delete(binding);
    await eventually('the right is back', async () => (await aqua.get(binding)) !== undefined);
  });

  // Guard rail: refusal-changes-nothing
  test('goes on while its Squad and its Zone are refused too', async () => {
    const { hub } = controlPlane;
    await hub.patch(squad, { spec: { deployerGroup: 'newcomers' } });
    record(
      'refused-after-ready',
      await hub.waitFor(squad, (found) => isStalled(found) && isRead(found), { what: 'a refused Squad' }),
    );
    const { components } = (await hub.get(zone))?.spec ?? {};
    await hub.patch(zone, { spec: { components: components.filter(({ name }: { name: string }) => name !== 'aqua') } });
    try {
      const stalled = await hub.waitFor(zone, (found) => isStalled(found) && isRead(found), { what: 'a refused Zone' });
      record('refused-after-ready', stalled);
      expect(condition(stalled, 'Stalled')?.reason).toBe('ComponentInUse');
      expect(isTrue(stalled, 'Ready')).toBe(true);

      await hub.apply(service);
      const right = await hub.waitFor(service, (found) => isTrue(found, 'Accepted') && isRead(found), {
        what: 'put right',
      });
      expect(right?.status.accepted.generation).toBe(right?.metadata.generation);
      await eventually('the right that was healed is known', () => mayExec('newcomers'));
    } finally {
      await hub.patch(zone, { spec: { components } });
      await hub.patch(squad, { spec: { deployerGroup: null } });
    }
    for (const document of [squad, zone]) {
      record(
        'ready',
        await hub.waitFor(document, (found) => isTrue(found, 'Accepted') && isRead(found), { what: 'Accepted' }),
      );
    }
  });
});

test('a Service that is refused in its first round is stalled, and nothing is in force', async () => {
  const { hub } = controlPlane;
  const first = { ...refused, metadata: { ...refused.metadata, name: 'never' } };
  await hub.create(first);
  try {
    const found = await hub.waitFor(first, isStalled, { what: 'Stalled' });
    record('refused-at-first', found);
    expect(found?.status.accepted).toBeUndefined();
    expect(condition(found, 'Stalled')?.reason).toBe('ZoneNotFound');
    expect(isTrue(found, 'Synced')).toBe(false);
  } finally {
    await hub.delete(first);
  }
});

test('a refused Service that is removed is gone, with everything that gives access', async () => {
  const { hub } = controlPlane;
  await hub.apply(refused);
  await hub.waitFor(service, isStalled, { what: 'Stalled' });
  await hub.delete(service);
  record('in-deletion', await hub.get(service));
  await hub.waitFor(service, (found) => found === undefined, { what: 'gone' });
  await eventually('nobody is in', async () => !(await mayExec('newcomers')));
});
