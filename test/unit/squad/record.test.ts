import { afterAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { exampleRegistry } from '../../support/examples.ts';
import { squadWith } from '../../support/registered.ts';
import { requestFor, resourceOf } from '../../support/request.ts';

const system: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'squadkit-system', uid: 'system' },
};
const service = (name: string): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name, namespace: 'comet' },
  spec: { zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres' }] }] },
});
const zones = exampleRegistry().filter(({ kind }) => kind === 'Zone');

const squad = (uid: string, spec: object = {}): KubernetesObject => {
  const { metadata, ...rest } = squadWith('comet', spec);
  return { ...rest, metadata: { ...metadata, uid } };
};
const refusalOf = (composite: KubernetesObject, around: KubernetesObject[]) => {
  const { refusal } = simulate(composite, [...zones, system, ...around]);
  return refusal === undefined ? undefined : { reason: refusal.reason, message: refusal.message };
};

/** What a Squad has left when the garbage collector has taken it away: the record without its controller. */
const leftBy = (composite: KubernetesObject, around: KubernetesObject[] = []): KubernetesObject => {
  const { observed } = simulate(composite, [...zones, system, ...around]);
  return observed.record?.resource as unknown as KubernetesObject;
};

const earlier = { group: 'first', ownerGroup: 'first-owners' };
const used = leftBy(squad('one', earlier), [service('billing'), service('catalog')]);
const id = (used.data as Record<string, string>).id ?? '';

const pasts = {
  none: [],
  'an open squad': [used],
  'a closed squad': [leftBy(squad('one', { ...earlier, lifecycle: 'Closed' }), [service('billing')])],
  'a squad that never had a Service': [leftBy(squad('one', earlier))],
  'an object of somebody else': [{ ...used, metadata: { ...used.metadata, labels: {} } }],
} satisfies Record<string, KubernetesObject[]>;
const peoples = {
  same: earlier,
  'same, fewer roles': { group: 'first' },
  'same, and guests': { ...earlier, guestGroup: 'visitors' },
  'same, and pipelines': { ...earlier, deployerGroup: 'visitors' },
  'other members': { ...earlier, group: 'others' },
  'the owners as members': { group: 'first-owners' },
  'nobody named': {},
} satisfies Record<string, object>;
const uids = { itself: 'one', 'a new one': 'two' };
const lifecycles = ['Open', 'Closed'] as const;
const words = { 'says nothing': undefined, 'inherits it': id, 'inherits another': 'aaaaaaaaaaaa' };

type Key<Table> = keyof Table & string;
const keysOf = <Table extends object>(table: Table) => Object.keys(table) as Key<Table>[];
const cases = keysOf(pasts).flatMap((past) =>
  keysOf(peoples).flatMap((people) =>
    keysOf(uids).flatMap((uid) =>
      lifecycles.flatMap((lifecycle) => keysOf(words).map((word) => ({ past, people, uid, lifecycle, word }))),
    ),
  ),
);

/** Whose names these are, as somebody would decide who has only the words of the design. */
const isAllowed = ({ past, people, uid, lifecycle, word }: (typeof cases)[number]): boolean => {
  if (!['an open squad', 'a closed squad'].includes(past) || uid === 'itself' || word === 'inherits it') return true;
  const isSame = ['same', 'same, fewer roles'].includes(people);

  return isSame && (past === 'an open squad' || lifecycle === 'Closed');
};

// Guard rail: squad-names-are-not-reused
describe(`a squad of a name that may have been used before: ${cases.length} cases`, () => {
  afterAll(() => console.log(`${cases.length} names used before: past x people x uid x lifecycle x word`));

  test.each(cases)('$past; $uid with people: $people, $lifecycle, $word', (given) => {
    const inherits = words[given.word];
    const spec = { ...peoples[given.people], lifecycle: given.lifecycle, ...(inherits !== undefined && { inherits }) };
    const refused = refusalOf(squad(uids[given.uid], spec), pasts[given.past]);

    if (isAllowed(given)) expect(refused).toBeUndefined();
    else {
      expect(refused?.reason).toBe('NameUsedBefore');
      expect(refused?.message).toMatch(
        /^squad name comet was used before, by group first: databases and namespaces of its Services billing/,
      );
      expect(refused?.message).toContain(`write inherits: "${id}" into its spec.`);
    }
  });
});

test('a refused Squad says it as it is told to people', () => {
  expect(refusalOf(squad('two', { group: 'others' }), [used])?.message).toBe(
    `squad name comet was used before, by group first: databases and namespaces of its Services billing, catalog may still be there. Platform: give the squad another name; or, if group others is to have all of that, write inherits: "${id}" into its spec.`,
  );
});

// Guard rail: squad-names-are-not-reused
test('whoever inherits has an id of its own, and passes on what was inherited', () => {
  const heir = leftBy(squad('two', { group: 'others', inherits: id }), [used]);

  expect(heir.data).toMatchObject({ group: 'others', used: 'true', services: 'billing\ncatalog' });
  expect((heir.data as Record<string, string>).id).not.toBe(id);
  // The words of the second squad, copied for a third, are not worth anything.
  expect(refusalOf(squad('three', { group: 'thirds', inherits: id }), [heir])?.reason).toBe('NameUsedBefore');
});

test('a record outlives its Squad: the namespace of the platform owns it too', () => {
  expect(used.metadata).toMatchObject({
    name: 'squad.comet',
    namespace: 'squadkit-system',
    labels: { 'squadkit.io/squad': 'comet' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'squadkit-system', uid: 'system' }],
  });
});

test('a squad that was there before records were counts as having had Services', () => {
  const { observed } = simulate(squad('one', earlier), [...zones, system]);
  const { record: _, ...withoutRecord } = observed;
  const request = requestFor(squad('one', earlier), withoutRecord, [...zones, system]);
  const { desired } = compose(request);
  const record = desired?.resources.record?.resource as unknown as KubernetesObject;

  expect(record.data).toMatchObject({ used: 'true', services: '' });
  expect(refusalOf(squad('two', { group: 'others' }), [record])?.message).toContain(
    'databases and namespaces of its Services may still be there',
  );
});

test('without the namespace of the platform nothing new is made for a squad, and what is there stays', () => {
  const composite = squad('one', earlier);
  const { observed } = simulate(composite, [...zones, system]);
  const answer = (there: typeof observed) => {
    const request = requestFor(composite, there, zones);
    request.requiredResources.system = { items: [] };
    return compose(request);
  };
  const nothing = answer({});
  const { record: _, ...withoutRecord } = observed;

  expect(Object.keys(nothing.desired?.resources ?? {})).not.toContain('namespace');
  expect(nothing.conditions.find(({ type }) => type === 'ActionNeeded')).toMatchObject({
    reason: 'Platform',
    message: 'The hub has no namespace squadkit-system: kubectl apply -k package/install/hub.',
  });
  expect(Object.keys(answer(withoutRecord).desired?.resources ?? {})).toEqual(
    expect.arrayContaining(Object.keys(withoutRecord)),
  );
});

/** What a Service sees of its Squad on a hub. */
const states = {
  accepted: { status: 'True', reason: 'Accepted' },
  'another squad of its name': { status: 'False', reason: 'NameUsedBefore' },
  'a namespace of somebody else': { status: 'False', reason: 'NameTaken' },
  'a refused edit': { status: 'False', reason: 'SettingInvalid' },
  unknown: { status: 'Unknown', reason: 'Creating' },
  'nothing yet': undefined,
} as const;

// Guard rail: squad-names-are-not-reused
describe('a Service of a squad whose name is not its own', () => {
  test.each(keysOf(states).flatMap((state) => ['new', 'there'].map((service) => ({ state, service }))))(
    '$state, the Service is $service',
    ({ state, service: kind }) => {
      const accepted = states[state];
      const conditions = accepted === undefined ? [] : [{ type: 'Accepted', ...accepted }];
      const registered = { ...squad('two', { group: 'others' }), status: { conditions } };
      const start =
        kind === 'new' ? {} : simulate(service('billing'), [...zones, squadWith('comet', earlier)]).observed;
      const { results } = compose(requestFor(service('billing'), start, [...zones, registered]));

      expect(results.map(({ reason }) => reason)).toEqual(
        ['accepted', 'a refused edit'].includes(state) ? [] : ['SquadNotAccepted'],
      );
    },
  );
});

test('in a request, a record that is not one text each is read as far as it is', () => {
  const request = requestFor(squad('two', { group: 'others' }), {}, [...zones, system]);
  const broken = { ...used, data: { id: 7, used: 'true', services: ['billing'], group: null } };
  request.requiredResources.record = { items: [resourceOf(broken as unknown as KubernetesObject)] };
  request.requiredResources.system = { items: [resourceOf(system)] };

  expect(compose(request).results[0]?.reason).toBe('NameUsedBefore');
});
