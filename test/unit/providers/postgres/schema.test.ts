import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { afterAll, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { simulate } from '../../../../functions/simulation/simulate.ts';
import { compose } from '../../../support/compose.ts';
import { example, exampleRegistry } from '../../../support/examples.ts';
import { edit, type Life, reconcile, settle } from '../../../support/life.ts';
import { copyOf, requestFor } from '../../../support/request.ts';

const billing = example('Service', 'billing');
const settled = simulate(billing, exampleRegistry()).observed;
const local = (name: string): string => `frontier.spike.${name}`;
const objectOf = (observed: Record<string, Resource>, name: string): KubernetesObject =>
  observed[local(name)]?.resource as unknown as KubernetesObject;

const answerTo = (observed: Record<string, Resource>): Record<string, KubernetesObject> =>
  Object.fromEntries(
    Object.entries(compose(requestFor(billing, observed)).desired?.resources ?? {}).map(([name, { resource }]) => [
      name,
      resource as unknown as KubernetesObject,
    ]),
  );

const ownerIn = (desired: Record<string, KubernetesObject>): unknown =>
  (desired[local('schema')]?.spec?.forProvider as { role?: string } | undefined)?.role;

/** What one round leaves on the hub, with what the providers say when they have done it. */
const apply = (
  observed: Record<string, Resource>,
  desired: Record<string, KubernetesObject>,
  names: string[],
): void => {
  for (const name of names) {
    const before = observed[local(name)] ?? settled[local('writer-usage')];
    observed[local(name)] = { ...(before as Resource), resource: structuredClone(desired[local(name)]) as never };
    const object = objectOf(observed, name);
    object.metadata = { ...object.metadata, generation: 2 };
    object.status = {
      conditions: ['Ready', 'Synced'].map((type) => ({ type, status: 'True', observedGeneration: 2 })),
    };
  }
};

/** A database as version 0.1.0 has made it: the schema is the owner role's, which needs no grant. */
const earlier = (): Record<string, Resource> => {
  const observed = copyOf(settled);
  delete observed[local('owner-usage')];
  const { spec } = objectOf(observed, 'schema');
  if (spec) spec.forProvider = { ...(spec.forProvider as object), role: 'galaxy_billing_owner' };

  return observed;
};

test('a schema of version 0.1.0 is handed over step by step, so that its owner role can use it at every moment', () => {
  const observed = earlier();
  const first = answerTo(observed);
  expect(ownerIn(first)).toBe('galaxy_billing_owner');
  expect(first[local('owner-usage')]).toBeUndefined();
  expect(first[local('owner-in-writer')]?.spec?.forProvider).toEqual({
    role: 'galaxy_billing_owner',
    memberOf: 'galaxy_billing_writer',
  });

  apply(observed, first, ['owner-in-writer']);
  const second = answerTo(observed);
  expect(ownerIn(second)).toBe('squadkit_admin');
  expect(second[local('owner-usage')]).toBeUndefined();

  // The new owner is asked for, and the provider has not said that it is so.
  const asked = copyOf(observed);
  apply(asked, second, ['schema']);
  objectOf(asked, 'schema').metadata = { ...objectOf(asked, 'schema').metadata, generation: 3 };
  expect(answerTo(asked)[local('owner-usage')]).toBeUndefined();

  apply(observed, second, ['schema']);
  const third = answerTo(observed);
  expect(third[local('owner-usage')]?.spec?.forProvider).toMatchObject({ privileges: ['CREATE', 'USAGE'] });
  expect(third[local('owner-in-writer')]).toBeDefined();

  apply(observed, third, ['owner-usage']);
  expect(ownerIn(answerTo(observed))).toBe('squadkit_admin');
  expect(answerTo(observed)[local('owner-in-writer')]).toBeDefined();
});

test('a new database has no such steps', () => {
  expect(settled[local('owner-in-writer')]).toBeUndefined();
  expect(ownerIn(answerTo(settled))).toBe('squadkit_admin');
});

test('a schema of version 0.1.0 is handed over also while the document is refused', () => {
  const life: Life = { composite: billing, observed: {}, had: new Set(), registry: exampleRegistry() };
  settle(life);
  const { spec } = objectOf(life.observed, 'schema');
  if (spec) spec.forProvider = { ...(spec.forProvider as object), role: 'galaxy_billing_owner' };
  delete life.observed[local('owner-usage')];
  const zones = billing.spec?.zones as object[];
  edit(life, { zones: [...zones, { name: 'prairie', components: [] }] });

  const owners = [1, 2, 3].map(() => {
    const { desired, isFatal, conditions } = reconcile(life);
    expect(isFatal).toBe(false);
    expect(conditions.Accepted?.status).toBe(3);
    return ownerIn(desired);
  });
  expect(owners).toEqual(['galaxy_billing_owner', 'squadkit_admin', 'squadkit_admin']);
  expect(objectOf(life.observed, 'owner-usage').spec?.managementPolicies).toEqual(['*']);
});

const memberships = [
  { login: 'app', membership: 'app-in-writer' },
  { login: 'migrator', membership: 'migrator-in-owner' },
  { login: 'readonly', membership: 'readonly-in-reader' },
];
/** What the provider has said of a login that came back, and which Secret of its name there is. */
const returns = memberships.flatMap((one) =>
  (['True', 'False', undefined] as const).flatMap((synced) =>
    (['True', 'False'] as const).flatMap((ready) =>
      ['of this', 'of an earlier'].flatMap((generation) =>
        ['none', 'empty', 'with a password'].map((secret) => ({ ...one, synced, ready, generation, secret })),
      ),
    ),
  ),
);
const withReaders: KubernetesObject = {
  ...billing,
  spec: {
    zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres', postgres: { readers: true } }] }],
  },
};
const settledWithReaders = simulate(withReaders, exampleRegistry()).observed;

test.each(returns)(
  // The Secret of before is there until the provider may write one: then Synced is False, and Ready is True nevertheless.
  'a login $login that was left, Ready $ready, Synced $synced in $generation generation, Secret $secret',
  ({ login, membership, synced, ready, generation, secret }) => {
    const observed = copyOf(settledWithReaders);
    delete observed[local(membership)];
    const back = observed[local(login)] as Resource;
    const object = objectOf(observed, login);
    object.metadata = { ...object.metadata, generation: 5 };
    const at = generation === 'of this' ? 5 : 4;
    object.status = {
      ...object.status,
      conditions: [
        { type: 'Ready', status: ready, observedGeneration: at },
        ...(synced === undefined ? [] : [{ type: 'Synced', status: synced, observedGeneration: at }]),
      ],
    };
    const details =
      { none: {}, empty: { username: login }, 'with a password': { password: 'of-before' } }[secret] ?? {};
    back.connectionDetails = Object.fromEntries(
      Object.entries(details).map(([key, value]) => [key, Buffer.from(value)]),
    );

    const isGiven = compose(requestFor(withReaders, observed)).desired?.resources?.[local(membership)] !== undefined;
    expect(isGiven).toBe(
      synced === 'True' && ready === 'True' && generation === 'of this' && secret === 'with a password',
    );
  },
);

afterAll(() => console.log(`${returns.length} ways for a login to come back: who, Ready, Synced, generation, Secret`));
