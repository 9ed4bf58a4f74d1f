import type { Resource, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compose } from '../../../functions/compose.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { manyCases, seed } from '../../support/cases.ts';
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
const role = (mark?: string) => ({
  configurationParameters: [
    { name: 'statement_timeout', value: '30s' },
    ...(mark === undefined ? [] : [{ name: 'application_name', value: mark }]),
  ],
});
const namespace = (labels: Record<string, string>) => ({ manifest: { metadata: { labels } } });
const ourLabels = { 'squadkit.io/squad': 'galaxy', 'squadkit.io/service': 'billing' };

/** What a control plane shows after the first wave: `states` says what was found, everything else was made. */
const after = (states: Record<string, object | undefined>): Record<string, Resource> => {
  const observed = copyOf(settled);
  for (const [name, atProvider] of Object.entries(states)) found(observed, name, atProvider);
  return observed;
};
const answer = (states: Record<string, object | undefined>) => compose(requestFor(service, after(states), registry));

describe('what exists outside is', () => {
  test.each([
    { name: 'a role without a mark', states: { 'spike.app': role() }, taken: 'role galaxy_billing_app' },
    {
      name: 'a role of another Service',
      states: { 'spike.writer': role('squadkit galaxy/other') },
      taken: 'role galaxy_billing_writer',
    },
    {
      name: 'a role whose mark begins like ours',
      states: { 'spike.writer': role('squadkit galaxy/billing-app') },
      taken: 'role galaxy_billing_writer',
    },
    { name: 'an owner role without parameters', states: { 'spike.owner': {} }, taken: 'role galaxy_billing_owner' },
    {
      name: 'a database before an owner role made a moment ago',
      states: { 'spike.database': {} },
      taken: 'database galaxy_billing',
    },
    {
      name: 'a database before an owner role that has no database',
      states: { 'spike.owner': role('squadkit galaxy/billing'), 'spike.database': {} },
      taken: 'database galaxy_billing',
    },
    {
      name: 'a namespace without labels',
      states: { 'aqua.namespace': namespace({}) },
      taken: 'namespace galaxy-billing',
    },
    {
      name: 'a namespace of another squad',
      states: { 'aqua.namespace': namespace({ ...ourLabels, 'squadkit.io/squad': 'quasar' }) },
      taken: 'namespace galaxy-billing',
    },
    {
      name: 'a namespace of another Service',
      states: { 'aqua.namespace': namespace({ ...ourLabels, 'squadkit.io/service': 'catalog' }) },
      taken: 'namespace galaxy-billing',
    },
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

  test.each([
    { name: 'our role from before', states: { 'spike.app': role('squadkit galaxy/billing') }, local: 'spike.app' },
    {
      name: 'our owner role from before',
      states: { 'spike.owner': role('squadkit galaxy/billing') },
      local: 'spike.owner',
    },
    {
      name: 'our database from before',
      states: { 'spike.owner': role('squadkit galaxy/billing db'), 'spike.database': {} },
      local: 'spike.database',
    },
    { name: 'our namespace from before', states: { 'aqua.namespace': namespace(ourLabels) }, local: 'aqua.namespace' },
  ])('managed in full: $name', ({ states, local }) => {
    const response = answer(states);

    expect(response.results).toEqual([]);
    expect(policiesIn(response, local)).toEqual(objectOf(settled, local).spec?.managementPolicies);
    expect(policiesIn(response, local)).toContain(local === 'spike.app' ? '*' : 'Update');
  });

  test.each(['spike.app', 'spike.owner', 'spike.database', 'aqua.namespace'])(
    'ours without any mark if a creation of it began: %s',
    (local) => {
      const observed = after({ [local]: {} });
      const { annotations } = objectOf(observed, local).metadata ?? {};
      if (annotations) annotations['crossplane.io/external-create-pending'] = '2026-01-01T00:00:00Z';
      const response = compose(requestFor(service, observed, registry));

      expect(response.results).toEqual([]);
      expect(policiesIn(response, local)).toEqual(objectOf(settled, local).spec?.managementPolicies);
    },
  );

  test('ours without any mark if a version without marks has managed it in full', () => {
    const observed = after({
      'spike.app': role(),
      'spike.owner': {},
      'spike.database': {},
      'aqua.namespace': namespace({}),
    });
    for (const local of ['spike.app', 'spike.owner', 'spike.database', 'aqua.namespace']) {
      objectOf(observed, local).spec = { ...objectOf(settled, local).spec };
    }
    const response = compose(requestFor(service, observed, registry));

    expect(response.conditions.find(({ type }) => type === 'Accepted')?.reason).toBe('Accepted');
    for (const local of ['spike.app', 'spike.owner', 'spike.database', 'aqua.namespace']) {
      expect(policiesIn(response, local)).toEqual(objectOf(settled, local).spec?.managementPolicies);
    }
    const owner = response.desired?.resources['frontier.spike.owner']?.resource as KubernetesObject | undefined;
    expect(owner?.spec?.forProvider).toMatchObject({
      configurationParameters: [{ name: 'application_name', value: 'squadkit galaxy/billing db' }],
    });
  });
});

test('the refusal names everything that is taken, and how it is handed over', () => {
  const { results } = answer({
    'aqua.namespace': namespace({}),
    'spike.app': role(),
    'spike.database': {},
  });

  expect(results[0]?.message).toBe(
    "namespace galaxy-billing is taken: aqua in zone frontier has one that is not this Service's; likewise role galaxy_billing_app, database galaxy_billing. Platform: rename or drop it, or hand it over by kubectl label --overwrite namespace galaxy-billing squadkit.io/squad=galaxy squadkit.io/service=billing; or the squad gives its Service another name.",
  );
  expect(answer({ 'spike.app': role() }).results[0]?.message).toContain(
    "hand it over by ALTER ROLE galaxy_billing_app SET application_name = 'squadkit galaxy/billing'; ",
  );
  expect(answer({ 'spike.database': {} }).results[0]?.message).toContain(
    "hand it over by ALTER DATABASE galaxy_billing OWNER TO squadkit_admin, and ALTER ROLE galaxy_billing_owner SET application_name = 'squadkit galaxy/billing db'; ",
  );
});

test('a refused Service says no longer that it is under way', () => {
  const conditions = [
    { type: 'Provisioned', status: 'False', reason: 'Creating', message: '0 of 21 ready. Nobody has to act: wait.' },
    { type: 'Delivered', status: 'False', reason: 'Delivering', message: 'Not there yet. Nobody has to act: wait.' },
  ];
  const response = compose(
    requestFor({ ...service, status: { conditions } }, after({ 'spike.app': role() }), registry),
  );

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
  expect(policiesIn(first, 'spike.app')).toEqual(['*']);
  expect(policiesIn(first, 'spike.owner')).toEqual(cautious);

  for (const name of ['spike.app', 'spike.migrator']) {
    const object = objectOf(observed, name);
    object.spec = { ...object.spec, managementPolicies: ['*'] };
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
    return kind === 'Role' ? configurationParameters.filter(({ name }) => name === 'application_name') : [];
  });

  expect(marks).toHaveLength(6);
  for (const { value } of marks) expect(value).toMatch(/^[a-z0-9 /-]{1,63}$/);
});

/** What may be seen of a managed resource that has a name for itself. */
const states = ['absent', 'silent', 'made', 'begun', 'marked', 'foreign', 'other', 'decided'] as const;
const claimed = [
  'aqua.namespace',
  ...['owner', 'writer', 'reader', 'app', 'migrator', 'readonly', 'database'].map((name) => `spike.${name}`),
];

const settledClaims = Object.fromEntries(
  Object.entries(settled).filter(([name]) => claimed.includes(name.slice('frontier.'.length))),
);
const state = fc.oneof(
  ...states.map((arbitrary) => ({
    arbitrary: fc.constant(arbitrary),
    // Most states have a stranger or two, and some have none.
    weight: ['foreign', 'other'].includes(arbitrary) ? 1 : 4,
  })),
);

const inState = (name: string, state: (typeof states)[number], observed: Record<string, Resource>): void => {
  if (state === 'absent') {
    delete observed[`frontier.${name}`];
    return;
  }
  if (state === 'decided') return;
  const marked =
    name === 'aqua.namespace'
      ? namespace(ourLabels)
      : role(`squadkit galaxy/billing${name === 'spike.owner' ? ' db' : ''}`);
  const other = name === 'aqua.namespace' ? namespace({ 'squadkit.io/squad': 'galaxy' }) : role('squadkit galaxy/bill');
  const said = { silent: undefined, made: {}, begun: {}, marked, foreign: {}, other }[state];
  found(observed, name, said);
  const { annotations } = objectOf(observed, name).metadata ?? {};
  if (annotations && state === 'made') annotations[succeeded] = '2026-01-01T00:00:00Z';
  if (annotations && state === 'begun') annotations['crossplane.io/external-create-failed'] = '2026-01-01T00:00:00Z';
  if (annotations && state === 'begun') annotations['crossplane.io/external-create-pending'] = '2026-01-01T00:00:00Z';
};

test("whatever is found outside, nothing that may be a stranger's is ever updated or deleted", () => {
  fc.assert(
    fc.property(
      fc.record(Object.fromEntries(claimed.map((name) => [name, state]))),
      fc.subarray(
        Object.keys(settled)
          .map((name) => name.slice('frontier.'.length))
          .filter((name) => !claimed.includes(name)),
      ),
      (chosen, gone) => {
        // A copy of everything would be most of the time.
        const observed = { ...settled, ...copyOf(settledClaims) };
        for (const name of gone) delete observed[`frontier.${name}`];
        for (const name of claimed) inState(name, chosen[name] as (typeof states)[number], observed);
        const response = compose(requestFor(service, observed, registry));
        const isRefused = response.results[0]?.reason === 'NameTaken';
        const isFound = (name: string, ...as: string[]) => as.includes(chosen[name] ?? '');
        // A database has no mark: the owner role speaks for it.
        const isStranger = (name: string) =>
          name === 'spike.database'
            ? isFound(name, 'foreign', 'other', 'marked') && !isFound('spike.owner', 'marked')
            : isFound(name, 'foreign', 'other');
        const isUnclear = (name: string) => isStranger(name) || isFound(name, 'absent', 'silent');
        const strangers = claimed.filter(isStranger);

        const desired = Object.keys(response.desired?.resources ?? {});
        if (isRefused) {
          expect(strangers).not.toEqual([]);
          expect(desired).toEqual([]);
          return;
        }
        expect(desired).toEqual(expect.arrayContaining(Object.keys(observed)));
        for (const name of claimed.filter(isUnclear))
          expect([undefined, cautious]).toContainEqual(policiesIn(response, name));
        // Nothing is put into what is not known to be ours, and nothing new is made beside a stranger.
        const added = desired.filter((name) => observed[name] === undefined);
        const into = (pattern: RegExp) => added.filter((name) => pattern.test(name));
        if (isUnclear('aqua.namespace')) expect(into(/\.aqua\.(?!namespace|kubeconfig)/)).toEqual([]);
        if (isUnclear('spike.database'))
          expect(into(/\.spike\.(schema|[a-z]+-(connect|usage|tables|sequences))$/)).toEqual([]);
        if (isUnclear('spike.owner')) expect(into(/\.spike\.(database|migrator-in-owner)$/)).toEqual([]);
        if (strangers.some((name) => name !== 'spike.database' || !isFound('spike.owner', 'absent', 'silent'))) {
          expect(added).toEqual([]);
        }
      },
    ),
    { numRuns: manyCases, seed },
  );
});
