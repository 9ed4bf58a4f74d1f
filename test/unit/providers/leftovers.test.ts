import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { example } from '../../support/examples.ts';
import { squadWith } from '../../support/registered.ts';
import { resourceOf } from '../../support/request.ts';

const closed = squadWith('galaxy', { lifecycle: 'Closed' });

/** The quota of a closed squad, counted: nothing new can come. */
const sealed = {
  quota: resourceOf({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'squadkit', namespace: 'galaxy' },
    status: { hard: { 'count/services.squadkit.io': '0' } },
  }),
};

const managed = (apiVersion: string, kind: string, namespace = 'galaxy'): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'billing.frontier.aqua.deployer', namespace, labels: { 'squadkit.io/squad': 'galaxy' } },
});
const object = managed('kubernetes.m.crossplane.io/v1alpha1', 'Object');
const role = managed('postgresql.sql.m.crossplane.io/v1alpha1', 'Role');

test.each<{ name: string; registry: KubernetesObject[]; isProtected: boolean; want: string }>([
  {
    name: 'nothing is left',
    registry: [],
    isProtected: false,
    want: 'Squad galaxy is closed: it has no Service, it can be deleted.',
  },
  {
    name: 'its Services are gone, and a provider still ends what they had',
    registry: [object, role],
    isProtected: true,
    want: 'Squad galaxy is closed: its Services are gone, and 2 things of them still being removed.',
  },
  {
    name: 'something of another squad is left',
    registry: [managed('kubernetes.m.crossplane.io/v1alpha1', 'Object', 'quasar')],
    isProtected: false,
    want: 'Squad galaxy is closed: it has no Service, it can be deleted.',
  },
])('a closed squad of which $name: protected $isProtected', ({ registry, isProtected, want }) => {
  const { response } = simulate(closed, registry, sealed);
  const names = Object.keys(response.desired?.resources ?? {});

  expect(response.conditions.find(({ type }) => type === 'Accepted')?.message).toBe(want);
  expect(names.includes('protection')).toBe(isProtected);
  expect(names.includes('namespace-protection')).toBe(isProtected);
});

test('the namespace says why it cannot go yet', () => {
  const { response } = simulate(closed, [object], sealed);

  expect(response.desired?.resources['namespace-protection']?.resource).toMatchObject({
    spec: { reason: 'squad galaxy has left 1 thing of its Services: wait until nothing is' },
  });
});

test('a zone that nobody uses any more keeps its credentials as long as they are needed', () => {
  const zone = example('Zone', 'meadow');
  const leaving = { ...zone, spec: { ...zone.spec, lifecycle: 'Closed' } };
  const [before, after] = [[object, role], []].map((registry) => simulate(leaving, registry).response);

  expect(before?.desired?.resources.protection?.resource).toMatchObject({
    spec: { reason: 'zone meadow has left 2 things of Services: wait until nothing is' },
  });
  expect(before?.conditions[0]?.message).toBe(
    'Zone meadow is closed: nobody uses it, and 2 things still being removed.',
  );
  expect(after?.desired?.resources.protection).toBeUndefined();
  expect(after?.conditions[0]?.message).toBe('Zone meadow is closed: nobody uses it, it can be deleted.');
});
