import type { Resource, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { markOf } from '../../../functions/ownership/mark.ts';
import { takeOver } from '../../../functions/providers/postgres/statements.ts';
import { simulate, simulatedHub } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const registry = exampleRegistry();
const service: KubernetesObject = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'billing', namespace: 'galaxy' },
  spec: {
    zones: [
      {
        name: 'frontier',
        components: [
          { name: 'spike', provider: 'postgres', postgres: { readers: true } },
          { name: 'aqua', provider: 'kubernetes' },
        ],
      },
    ],
  },
};
const settled = simulate(service, registry).observed;
const cautious = ['Observe', 'Create'];
const succeeded = 'crossplane.io/external-create-succeeded';

const objectOf = (observed: Record<string, Resource>, name: string) =>
  observed[`frontier.${name}`]?.resource as unknown as KubernetesObject;
const policiesIn = ({ desired }: RunFunctionResponse, name: string) =>
  (desired?.resources[`frontier.${name}`]?.resource as KubernetesObject | undefined)?.spec?.managementPolicies;

/** A managed resource that was asked for a moment ago, with what its provider says of what it found. */
const found = (observed: Record<string, Resource>, name: string, atProvider: object | undefined): void => {
  const object = objectOf(observed, name);
  object.metadata = { ...object.metadata, annotations: { ...object.metadata?.annotations } };
  delete object.metadata.annotations?.[succeeded];
  object.spec = { ...object.spec, managementPolicies: cautious };
  object.status = atProvider === undefined ? {} : { ...object.status, atProvider };
};
const owner = { hub: simulatedHub, squad: 'galaxy', service: 'billing', environment: 'production' };
const mark = markOf(owner);
const role = (value?: string, name = 'squadkit.mark') => ({
  configurationParameters: [
    { name: 'statement_timeout', value: '30s' },
    ...(value === undefined ? [] : [{ name, value }]),
  ],
});
const namespace = (labels: Record<string, string>) => ({ manifest: { metadata: { labels } } });
const ourLabels = { 'squadkit.io/mark': mark };
const labelsFromBefore = {
  'squadkit.io/squad': 'galaxy',
  'squadkit.io/service': 'billing',
  'squadkit.io/environment': 'production',
};

/** What provider-sql says of a mark that it only looks for. */
const gone = { type: 'Synced', status: 'False', message: 'observe failed: external resource does not exist' };
const withoutMark = (observed: Record<string, Resource>, wasThere = false): Record<string, Resource> => {
  const object = objectOf(observed, 'spike.mark');
  if (!wasThere) delete object.metadata?.annotations?.[succeeded];
  object.status = { conditions: [gone, ...(wasThere ? [{ type: 'Ready', status: 'True' }] : [])] };

  return observed;
};

/** What a control plane shows after the first wave: `states` says what was found, everything else was made. */
const after = (states: Record<string, object | undefined>): Record<string, Resource> => {
  const observed = copyOf(settled);
  for (const [name, atProvider] of Object.entries(states)) found(observed, name, atProvider);
  return observed;
};
/** The answer after the one that narrows what the provider may: a refusal applies nothing, so that comes first. */
const answerTo = (observed: Record<string, Resource>) => {
  const first = compose(requestFor(service, observed, registry));
  expect(first.results).toEqual([]);
  for (const [name, { resource }] of Object.entries(first.desired?.resources ?? {})) {
    const object = observed[name]?.resource as KubernetesObject | undefined;
    if (object) object.spec = { ...object.spec, ...(resource as KubernetesObject).spec };
  }

  return compose(requestFor(service, observed, registry));
};
const answer = (states: Record<string, object | undefined>) => answerTo(after(states));

/** Whoever is not exactly us: each differs from us in one thing. */
const others = [
  { ...owner, hub: 'other' },
  { ...owner, squad: 'quasar' },
  { ...owner, service: 'billing-app' },
  { ...owner, environment: 'engineering' },
  { ...owner, hub: `${simulatedHub}galaxy`, squad: '' },
];

describe('what exists outside is', () => {
  test.each([
    { name: 'a role without a mark', states: { 'spike.app': role() }, taken: 'role galaxy_billing_app' },
    { name: 'an owner role without parameters', states: { 'spike.owner': {} }, taken: 'role galaxy_billing_owner' },
    {
      name: 'a role that says so where a role may write itself',
      states: { 'spike.app': role(mark, 'application_name') },
      taken: 'role galaxy_billing_app',
    },
    {
      name: 'a namespace without labels',
      states: { 'aqua.namespace': namespace({}) },
      taken: 'namespace galaxy-billing',
    },
    ...['squad', 'service', 'environment'].map((label) => ({
      name: `a namespace of version 0.1.0 with another ${label}`,
      states: { 'aqua.namespace': namespace({ ...labelsFromBefore, [`squadkit.io/${label}`]: 'other' }) },
      taken: 'namespace galaxy-billing',
    })),
    ...others.flatMap((other) => [
      {
        name: `a role of ${Object.values(other).join(' ')}`,
        states: { 'spike.writer': role(markOf(other)) },
        taken: 'role galaxy_billing_writer',
      },
      {
        name: `a namespace of ${Object.values(other).join(' ')}`,
        states: { 'aqua.namespace': namespace({ ...labelsFromBefore, 'squadkit.io/mark': markOf(other) }) },
        taken: 'namespace galaxy-billing',
      },
    ]),
  ])('not taken over: $name', ({ states, taken }) => {
    const { results, conditions, desired } = answer(states);

    expect(results[0]?.reason).toBe('NameTaken');
    expect(results[0]?.message.slice(0, 60)).toContain(`${taken} is taken: `);
    expect(conditions.map(({ type, reason }) => [type, reason])).toEqual(
      expect.arrayContaining([
        ['Accepted', 'NameTaken'],
        ['ActionNeeded', 'Platform'],
      ]),
    );
    expect(desired?.resources).toEqual({});
  });

  test('not taken over: a database without our mark', () => {
    const { results } = answerTo(withoutMark(after({ 'spike.database': {} })));

    expect(results[0]?.message).toContain('database galaxy_billing is taken: ');
  });

  test.each(['made', 'adopted'])('gone: a database that was %s, and has our mark no longer', (origin) => {
    const observed = withoutMark(after(origin === 'made' ? {} : { 'spike.database': {} }), true);
    const first = compose(requestFor(service, observed, registry));
    expect(first.results).toEqual([]);
    expect(policiesIn(first, 'spike.database')).toEqual(['Observe']);
    expect(policiesIn(first, 'spike.mark')).toEqual(['Observe']);

    const object = objectOf(observed, 'spike.database');
    object.spec = { ...object.spec, managementPolicies: ['Observe'] };
    expect(compose(requestFor(service, observed, registry)).results[0]).toMatchObject({
      reason: 'DataGone',
      message: `database galaxy_billing is gone: spike in zone frontier has none, or one that was made later. SRE: restore it; or hand over what is there by saying in it as a superuser ${takeOver({ database: 'galaxy_billing', adminRole: 'squadkit_admin', mark })}; or, to begin with an empty one, the squad takes spike out of the Service and then puts it back.`,
    });
  });

  test.each([
    { name: 'our role from before', states: { 'spike.app': role(mark) }, local: 'spike.app' },
    { name: 'our owner role from before', states: { 'spike.owner': role(mark) }, local: 'spike.owner' },
    { name: 'our database from before', states: { 'spike.database': {} }, local: 'spike.database' },
    { name: 'our namespace from before', states: { 'aqua.namespace': namespace(ourLabels) }, local: 'aqua.namespace' },
    {
      name: 'a role that version 0.1.0 made in production',
      states: { 'spike.app': role('squadkit galaxy/billing', 'application_name') },
      local: 'spike.app',
    },
    {
      name: 'a namespace that version 0.1.0 made',
      states: { 'aqua.namespace': namespace(labelsFromBefore) },
      local: 'aqua.namespace',
    },
  ])('managed in full: $name', ({ states, local }) => {
    const response = answer(states);

    expect(response.results).toEqual([]);
    expect(policiesIn(response, local)).toEqual(objectOf(settled, local).spec?.managementPolicies);
    expect(policiesIn(response, local)).toContain('Update');
  });

  test('marked, and managed in full: a database that version 0.1.0 left in production', () => {
    const observed = withoutMark(
      after({ 'spike.owner': role('squadkit galaxy/billing db', 'application_name'), 'spike.database': {} }),
    );
    delete observed['frontier.spike.mark'];
    const response = compose(requestFor(service, observed, registry));

    expect(policiesIn(response, 'spike.mark')).toEqual(cautious);
    expect(policiesIn(response, 'spike.database')).toEqual(['Observe', 'Update']);
  });

  test.each(['spike.app', 'spike.owner', 'aqua.namespace'])(
    'not ours because a creation of it began, or failed, or an administrator widened what the provider may: %s',
    (local) => {
      for (const annotation of ['external-create-pending', 'external-create-failed']) {
        const observed = after({ [local]: {} });
        const object = objectOf(observed, local);
        object.metadata = {
          ...object.metadata,
          annotations: { [`crossplane.io/${annotation}`]: '2026-01-01T00:00:00Z' },
        };
        object.spec = { ...object.spec, managementPolicies: ['*'] };

        // First it is narrowed again, then refused.
        expect(policiesIn(compose(requestFor(service, observed, registry)), local)).toEqual(['Observe']);
        object.spec = { ...object.spec, managementPolicies: ['Observe'] };
        expect(compose(requestFor(service, observed, registry)).results[0]?.reason).toBe('NameTaken');
      }
    },
  );
});

test('the refusal names everything that is taken, and how each name gets free', () => {
  const { results } = answer({ 'aqua.namespace': namespace({}), 'spike.app': role(), 'spike.writer': role() });

  expect(results[0]?.message).toBe(
    `namespace galaxy-billing is taken: aqua in zone frontier has one that is not this Service's; likewise role galaxy_billing_app, role galaxy_billing_writer. Platform: delete namespace galaxy-billing by kubectl delete namespace galaxy-billing once what it holds has moved, or hand it over by kubectl delete all,ingresses,networkpolicies,roles,rolebindings,serviceaccounts,secrets --all --namespace galaxy-billing, after which nothing runs there and nobody gets in, and then, by one of its emergencyGroups, kubectl label --overwrite namespace galaxy-billing squadkit.io/squad=galaxy squadkit.io/service=billing squadkit.io/mark=${mark}; rename role galaxy_billing_app by ALTER ROLE galaxy_billing_app RENAME TO galaxy_billing_app_of_before, or drop it; rename role galaxy_billing_writer by ALTER ROLE galaxy_billing_writer RENAME TO galaxy_billing_writer_of_before, or drop it; or the squad gives its Service another name.`,
  );
  // Whoever was given a role, or made it, would go on to act as it.
  expect(answer({ 'spike.app': role() }).results[0]?.message).not.toContain('hand it over');
  expect(answerTo(withoutMark(after({ 'spike.database': {} }))).results[0]?.message).toContain(
    `rename database galaxy_billing by ALTER DATABASE galaxy_billing RENAME TO galaxy_billing_of_before, or drop it, or hand it over by saying in it as a superuser ${takeOver({ database: 'galaxy_billing', adminRole: 'squadkit_admin', mark })}; or`,
  );
});

test('a refused Service says no longer that it is under way', () => {
  const conditions = [
    { type: 'Provisioned', status: 'False', reason: 'Creating', message: '0 of 21 ready. Nobody has to act: wait.' },
    { type: 'Delivered', status: 'False', reason: 'Delivering', message: 'Not there yet. Nobody has to act: wait.' },
  ];
  const observed = after({ 'spike.app': role() });
  objectOf(observed, 'spike.app').spec = { ...objectOf(settled, 'spike.app').spec, managementPolicies: ['Observe'] };
  const response = compose(requestFor({ ...service, status: { conditions } }, observed, registry));

  expect(response.conditions.map(({ type, reason, message }) => `${type} ${reason}: ${message}`)).toEqual(
    expect.arrayContaining([
      'Provisioned Refused: Nothing is created while this is refused.',
      'Delivered Refused: Nothing is created while this is refused.',
    ]),
  );
});

test('before it is refused, what was made beside it is managed in full, and nothing is made any more', () => {
  const observed = Object.fromEntries(
    Object.entries(after({ 'spike.owner': role() })).filter(([name]) =>
      /\.(owner|writer|app|migrator|namespace)$/.test(name),
    ),
  );
  for (const name of ['spike.app', 'spike.migrator']) {
    const object = objectOf(observed, name);
    object.spec = { ...object.spec, managementPolicies: cautious };
  }
  const first = compose(requestFor(service, observed, registry));

  expect(first.results).toEqual([]);
  expect(first.conditions.find(({ type }) => type === 'Accepted')?.reason).toBe('NameTaken');
  expect(first.desired?.composite?.ready).not.toBe(1);
  expect(Object.keys(first.desired?.resources ?? {}).sort()).toEqual(Object.keys(observed).sort());
  expect(policiesIn(first, 'spike.app')).toEqual([...cautious, 'Update']);
  expect(policiesIn(first, 'spike.owner')).toEqual(['Observe']);

  for (const [name, managementPolicies] of Object.entries({
    'spike.app': [...cautious, 'Update'],
    'spike.migrator': [...cautious, 'Update'],
    'spike.owner': ['Observe'],
  })) {
    const object = objectOf(observed, name);
    object.spec = { ...object.spec, managementPolicies };
  }
  expect(compose(requestFor(service, observed, registry)).results[0]?.reason).toBe('NameTaken');
});

test('a Service is not ready before its limits are in force', () => {
  const ready = (observed: Record<string, Resource>) =>
    compose(requestFor(service, observed, registry)).desired?.composite?.ready;
  expect(ready(settled)).toBe(1);

  const cautiously = copyOf(settled);
  objectOf(cautiously, 'spike.app').spec = { ...objectOf(settled, 'spike.app').spec, managementPolicies: cautious };
  expect(ready(cautiously)).not.toBe(1);

  const lagging = copyOf(settled);
  const object = objectOf(lagging, 'spike.app');
  object.metadata = { ...object.metadata, generation: (object.metadata?.generation ?? 0) + 1 };
  expect(ready(lagging)).not.toBe(1);
});

test('a mark is stored by PostgreSQL as it is: short enough, without comma, equals sign and quotes', () => {
  const longest = structuredClone(service);
  longest.metadata = { name: 'b'.repeat(30), namespace: 'g'.repeat(20) };
  const squad = {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Squad',
    metadata: { name: 'g'.repeat(20) },
    spec: { zoneSelector: {} },
  };
  const marks = Object.values(simulate(longest, [...registry, squad]).observed).flatMap(({ resource }) => {
    const { kind, spec } = resource as unknown as KubernetesObject;
    const { configurationParameters = [] } = (spec?.forProvider ?? {}) as {
      configurationParameters?: { name: string; value: string }[];
    };
    return kind === 'Role' ? configurationParameters.filter(({ name }) => /mark|application_name/.test(name)) : [];
  });

  expect(marks).toHaveLength(12);
  for (const { value } of marks) expect(value).toMatch(/^[a-z0-9 /_-]{1,63}$/);
});
