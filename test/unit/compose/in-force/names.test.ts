import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { example, exampleRegistry } from '../../../support/examples.ts';
import { edit, type Life, reconcile, settle } from '../../../support/life.ts';
import { squadWith } from '../../../support/registered.ts';

const zones = exampleRegistry().filter(({ kind }) => kind === 'Zone');
const bad = {
  'a group that is none': { group: 'system:masters' },
  'pipelines that are people': { group: 'first', deployerGroup: 'first' },
  'a field of no kind': { group: 7 },
} satisfies Record<string, object>;

const squad = (uid: string, spec: object): KubernetesObject => {
  const { metadata, ...rest } = squadWith('comet', spec);
  return { ...rest, metadata: { ...metadata, uid, generation: 1 } };
};
const begin = (composite: KubernetesObject, around: KubernetesObject[] = []): Life => ({
  composite,
  observed: {},
  had: new Set(),
  registry: [...zones, ...around],
});
const recordIn = ({ observed }: Life) => observed.record?.resource as unknown as KubernetesObject;
const service: KubernetesObject = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'billing', namespace: 'comet' },
  spec: { zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] }] },
};
const earlier = { group: 'first', ownerGroup: 'owners' };
const wide = { zoneSelector: {} };

const past = begin(squad('one', earlier), [service]);
settle(past);
const used = recordIn(past);

describe.each(Object.entries(bad))('a Squad that is refused for %s', (_, spec) => {
  // Guard rail: squad-names-are-not-reused
  test('keeps the record of its name as it was, and makes it again', () => {
    const life = begin(squad('one', earlier), [service]);
    settle(life);
    const before = recordIn(life);
    edit(life, { ...wide, ...spec });
    expect(settle(life).isFatal).toBe(false);
    expect(recordIn(life)).toEqual(before);

    delete life.observed.record;
    const done = settle(life);
    expect(done.isFatal).toBe(false);
    const { data } = recordIn(life);
    expect(data).toEqual(before.data);
  });

  // Guard rail: squad-names-are-not-reused
  test.each(['is new', 'says what was never accepted', 'says so, and has everything'])(
    'takes no name that others have used: one that %s',
    (what) => {
      const stranger = begin(squad('two', { group: 'others' }));
      settle(stranger);
      const life = begin(squad('two', { group: 'others' }), [used, service]);
      if (what !== 'is new') life.composite = { ...life.composite, status: stranger.composite.status ?? {} };
      if (what.endsWith('everything')) {
        const { record: _record, ...observed } = stranger.observed;
        life.observed = observed;
      }
      const before = Object.keys(life.observed);

      for (const round of [{ group: 'others' }, spec]) {
        edit(life, { ...wide, ...round });
        const done = reconcile(life);
        expect(done.isFatal).toBe(true);
        expect(Object.keys(life.observed)).toEqual(before);
        expect(done.conditions.Stalled?.status).toBe(2);
      }
    },
  );

  test('takes no namespace of somebody else that came in the place of its own', () => {
    const life = begin(squad('one', earlier));
    settle(life);
    delete life.observed.namespace;
    life.registry = [
      ...life.registry,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'comet', uid: 'theirs' } },
    ];
    edit(life, { ...wide, ...spec });

    expect(reconcile(life).isFatal).toBe(true);
    expect(life.observed.namespace).toBeUndefined();
  });
});

describe('a Zone that is another than what was made for it says', () => {
  const frontier = example('Zone', 'frontier');
  const components = frontier.spec?.components as { name: string; provider: string }[];
  const other = {
    environment: { ...frontier.spec, environment: 'engineering' },
    provider: {
      ...frontier.spec,
      components: components.map((component) => ({
        ...components.find(({ provider }) => provider !== component.provider),
        name: component.name,
      })),
    },
  } satisfies Record<string, object>;

  // Guard rail: refusal-changes-nothing
  test.each(Object.entries(other))('by its %s is refused, and goes on as it was', (_, spec) => {
    const life = begin({ ...frontier, status: {}, metadata: { ...frontier.metadata, generation: 1 } });
    life.registry = exampleRegistry();
    settle(life);
    const before = structuredClone(life.observed);
    edit(life, spec as Record<string, unknown>);
    const done = settle(life);

    expect(done.isFatal).toBe(false);
    expect(done.conditions.Accepted).toMatchObject({ status: 3, reason: 'SettingInvalid' });
    expect(done.conditions.Accepted?.message).toContain('stays in force');
    expect(Object.keys(life.observed).sort()).toEqual(Object.keys(before).sort());
  });

  // Guard rail: refusal-changes-nothing
  test.each(Object.entries(other))('by its %s is so too where its status says that it was accepted', (_, spec) => {
    const life = begin({ ...frontier, status: {}, metadata: { ...frontier.metadata, generation: 1 } });
    life.registry = exampleRegistry();
    settle(life);
    const kindsOf = () =>
      Object.values(life.observed).map(({ resource }) => `${resource?.apiVersion} ${resource?.kind}`);
    // What only one of the two has would be missing, which is another wall.
    for (const name of Object.keys(life.observed)) if (!name.startsWith('component.')) delete life.observed[name];
    const before = kindsOf();
    life.composite = { ...life.composite, status: { ...life.composite.status, accepted: { generation: 1, spec } } };
    edit(life, spec as Record<string, unknown>);
    reconcile(life);

    expect(kindsOf()).toEqual(before);
  });
});
