import { Severity } from '@crossplane-org/function-sdk-typescript';
import { expect, test } from 'vitest';
import { conditionsAfterFault, functionOf } from '../../../functions/compose.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { refusalReasons } from '../../../functions/round/refusal.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { aqua, billing, changed, hubNamespace, in_, refusedDocuments, spike } from '../../said/refused.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

test.each(refusedDocuments)('$want', ({ want, given, registry }) => {
  const response = compose(requestFor(given, {}, registry));
  const result = response.results[0];

  expect(response.results).toHaveLength(1);
  expect(result?.severity).toBe(Severity.SEVERITY_FATAL);
  expect(`${result?.reason}: ${result?.message}`).toBe(want);
  expect(response.conditions[0]).toMatchObject({ type: 'Accepted', reason: result?.reason, message: result?.message });
});

test('a closed squad goes on with a Service that has something of everything it asks for', () => {
  const registry = changed('Squad', 'quasar', (spec) => ({ ...spec, lifecycle: 'Closed' }));
  const meadowAndFrontier = {
    ...billing([...in_('frontier', aqua), ...in_('meadow', spike)]),
    metadata: { name: 'billing', namespace: 'quasar' },
  };
  const database = { resource: { apiVersion: 'v1', kind: 'Database' }, connectionDetails: {}, ready: 0 };

  expect(compose(requestFor(meadowAndFrontier, {}, registry)).results[0]?.reason).toBe('SquadClosed');
  const one = { 'meadow.spike.database': database };
  expect(compose(requestFor(meadowAndFrontier, one, registry)).results[0]?.reason).toBe('SquadClosed');
  const both = { ...one, 'frontier.aqua.namespace': database };
  expect(compose(requestFor(meadowAndFrontier, both, registry)).results).toEqual([]);
});

test('a component that Services use cannot be taken out of its zone', () => {
  const zone = example('Zone', 'frontier');
  const { components, ...spec } = zone.spec as { components: { name: string }[] };
  const without = { ...zone, spec: { ...spec, components: components.filter(({ name }) => name !== 'spike') } };
  const config = { resource: { kind: 'ClusterProviderConfig' }, connectionDetails: {}, ready: 0 };
  const response = compose(requestFor(without, { 'component.spike': config, 'component.aqua': config }));

  expect(response.results[0]?.reason).toBe('ComponentInUse');
  expect(response.results[0]?.message).toBe(
    'component spike of zone frontier is used by galaxy/billing. Platform: put it back, or remove it from these Services first.',
  );
});

test.each([
  { name: 'it made it', metadata: { ownerReferences: [{ uid: 'of galaxy', controller: true }] } },
  { name: 'it was handed over', metadata: { labels: { 'squadkit.io/squad': 'galaxy' } } },
])("a namespace on the hub is the squad's if $name", ({ metadata }) => {
  const squad = example('Squad', 'galaxy');
  const given = { ...squad, metadata: { ...squad.metadata, uid: 'of galaxy' } };
  const { record } = compose(requestFor(given, {}, [])).desired?.resources ?? {};
  const response = compose(requestFor(given, record === undefined ? {} : { record }, [hubNamespace(metadata)]));

  expect(response.results).toEqual([]);
  expect(response.desired?.resources.namespace).toBeDefined();
});

test.each(['Service', 'Zone', 'Squad'])('without a name of the hub nothing is made of a %s', (kind) => {
  const name = { Service: 'billing', Zone: 'frontier', Squad: 'galaxy' }[kind] ?? '';
  const response = functionOf(undefined)(requestFor(example(kind, name)));

  expect(response.results[0]).toMatchObject({
    reason: 'HubNotNamed',
    message:
      'this hub has no name, and every mark needs one. Platform: set SQUADKIT_HUB in the DeploymentRuntimeConfig of the function, for example to main, and never change it.',
  });
  expect(response.desired?.resources).toEqual({});
});

test('every reason of the closed list is one that a test has seen', () => {
  const elsewhere = [
    'ComponentInUse',
    'NameUsedBefore',
    'SquadNotAccepted',
    'NamespaceDeleted',
    'DataGone',
    'ServerTaken',
    'ServerNotPrepared',
  ];
  const seen = new Set([...refusedDocuments.map(({ want }) => want.split(':')[0]), ...elsewhere, 'HubNotNamed']);

  expect([...refusalReasons].sort()).toEqual([...seen].sort());
});

test('a refused Service that exists keeps what was said of it', () => {
  const conditions = [
    { type: 'Provisioned', status: 'True', reason: 'Provisioned', message: 'All 21 resources are in place.' },
    { type: 'Delivered', status: 'True', reason: 'Delivered', message: 'There: Secret spike.' },
  ];
  const given = { ...billing(in_('prairie', spike)), status: { conditions } };
  const response = compose(requestFor(given));

  expect(response.conditions.map(({ type, reason, message }) => [type, reason, message])).toEqual([
    ['Accepted', 'ZoneNotFound', 'zone prairie is not registered. Squad: ask the platform which zones there are.'],
    ['Provisioned', 'Provisioned', 'All 21 resources are in place.'],
    ['Delivered', 'Delivered', 'There: Secret spike.'],
    ['ActionNeeded', 'Squad', 'zone prairie is not registered. Squad: ask the platform which zones there are.'],
    ['Reconciling', 'Stalled', ''],
    ['Stalled', 'ZoneNotFound', 'zone prairie is not registered. Squad: ask the platform which zones there are.'],
  ]);
});

test('after a fault of ours every condition is there, and it is the move of the SRE', () => {
  const message = 'Squadkit has a fault and changed nothing.';
  const conditions = conditionsAfterFault(requestFor(example('Service', 'billing')), message);

  expect(conditions.map(({ type, reason }) => [type, reason])).toEqual([
    ['Accepted', 'Refused'],
    ['Provisioned', 'Refused'],
    ['Delivered', 'Refused'],
    ['ActionNeeded', 'SRE'],
    ['Reconciling', 'Stalled'],
    ['Stalled', 'Fault'],
  ]);
});

test('a namespace that is deleted by force: the Squad says how to free it, and applies nothing', () => {
  const galaxy = example('Squad', 'galaxy');
  const observed = copyOf(simulate(galaxy, exampleRegistry()).observed);
  const namespace = observed.namespace?.resource as unknown as KubernetesObject;
  namespace.metadata = { ...namespace.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
  const { results, desired } = compose(requestFor(galaxy, observed));

  expect(results[0]?.message).toBe(
    `namespace galaxy is being deleted by force, and its logins stay. SRE: kubectl get managed -n galaxy -o name | xargs kubectl patch -n galaxy --type merge -p '{"metadata":{"finalizers":null}}', then apply its Services again.`,
  );
  expect(desired?.resources).toEqual({});

  galaxy.metadata = { ...galaxy.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
  expect(compose(requestFor(galaxy, observed)).results).toEqual([]);
});
