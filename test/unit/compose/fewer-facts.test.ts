import type { Resource } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { cases } from '../../support/cases.ts';
import { compose } from '../../support/compose.ts';
import { anyService, registryOfAll } from '../../support/every-provider.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { canonical } from '../../support/json.ts';
import { manifestsOf } from '../../support/registered.ts';
import { copyOf, requestFor } from '../../support/request.ts';

type Observed = Record<string, Resource>;

const objectOf = (resource: Resource | undefined) => resource?.resource as unknown as KubernetesObject;

const registry = registryOfAll();

/** What is published instead of a detail and is none of that name. */
const none = ['', '\n', 'x\n', '\0'];
const oddOf = (key: string): string[] => {
  if (key === 'endpoint' || key === 'host') return [...none, ' ', 'https://x/@y', '::1%eth0', 'a b', '10.0.0.256'];

  return key === 'port' ? [...none, 'abc', '0', '65536', '1e3', '-1', ' 5432', '05432'] : none;
};
const noText = [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80]];

/** Fewer facts: what is not there, says nothing, fails, was adopted, or publishes nothing, or something odd. */
const withFewer = (observed: Observed) => {
  const names = Object.keys(observed);
  return fc
    .record({
      gone: fc.subarray(names),
      mute: fc.subarray(names),
      failing: fc.subarray(names),
      adopted: fc.subarray(names),
      secretless: fc.subarray(names),
      odd: fc.subarray(names),
      which: fc.nat({ max: 99 }),
    })
    .map((lost) => {
      const state = copyOf(observed);
      for (const name of names) {
        const object = objectOf(state[name]);
        const is = (of: string[]) => of.includes(name);
        if (is(lost.adopted)) delete object.metadata?.annotations?.['crossplane.io/external-create-succeeded'];
        if (is(lost.mute)) delete object.status;
        if (is(lost.failing) && object.status)
          object.status = {
            ...object.status,
            conditions: [{ type: 'Synced', status: 'False', message: 'connection refused' }],
          };
        const resource = state[name] as Resource;
        if (is(lost.secretless)) resource.connectionDetails = {};
        if (!is(lost.odd)) continue;
        for (const [index, key] of Object.keys(resource.connectionDetails).entries()) {
          const all = [...oddOf(key).map((text) => Buffer.from(text)), ...noText.map((values) => Buffer.from(values))];
          if ((lost.which + index) % 3 > 0) resource.connectionDetails[key] = all[lost.which % all.length] as Buffer;
        }
      }
      for (const name of lost.gone) delete state[name];
      return state;
    });
};

/** Whether all that stands in one value stands in another too: every field, and every entry of a list. */
const holds = (value: unknown, other: unknown): boolean => {
  if (Array.isArray(other))
    return Array.isArray(value) && other.every((entry) => value.some((own) => canonical(own) === canonical(entry)));
  if (typeof other !== 'object' || other === null) return true;
  if (typeof value !== 'object' || value === null) return false;

  return Object.entries(other).every(
    ([key, inner]) => Object.hasOwn(value, key) && holds((value as Record<string, unknown>)[key], inner),
  );
};

const mayUpdate = ({ spec }: KubernetesObject): boolean =>
  Array.isArray(spec?.managementPolicies) &&
  ['*', 'Update'].some((policy) => (spec.managementPolicies as string[]).includes(policy));

const onItsWay = anyService.chain((composite) => {
  const settled = simulate(composite, registry).observed;

  return withFewer(settled).map((observed) => ({ composite, settled, observed }));
});

describe('for any Service, of which less is known than was', () => {
  test('nothing is made narrower that is there: neither on a cluster nor on the hub', () => {
    fc.assert(
      fc.property(onItsWay, ({ composite, settled, observed }) => {
        const whole = manifestsOf(compose(requestFor(composite, settled, registry)).desired?.resources ?? {});
        const fewer = compose(requestFor(composite, observed, registry)).desired?.resources ?? {};
        for (const [name, manifest] of Object.entries(manifestsOf(fewer))) {
          if (!mayUpdate(objectOf(fewer[name])) || whole[name] === undefined) continue;
          expect(holds(manifest, whole[name]), name).toBe(true);
        }
        for (const [name, resource] of Object.entries(observed)) {
          const { apiVersion, kind, data } = objectOf(resource);
          if (apiVersion !== 'v1' || kind !== 'Secret') continue;
          // What was good stays as it is, value by value.
          expect(objectOf(fewer[name]).data, name).toEqual(data);
        }
      }),
      { numRuns: cases * 3 },
    );
  });
});

const billing = example('Service', 'billing');
const locks = ['namespace', 'network', 'quota', 'limits'].map((local) => `frontier.aqua.${local}`);

/** A hub that was built again: the namespace is there and ours, and the database's server does not answer. */
const rebuilt = (): Observed => {
  const observed = Object.fromEntries(
    Object.entries(copyOf(simulate(billing, exampleRegistry()).observed)).filter(
      ([name]) => name.startsWith('frontier.spike.') || locks.includes(name) || name === 'frontier.aqua.secret.spike',
    ),
  );
  for (const [name, resource] of Object.entries(observed)) {
    const object = objectOf(resource);
    if (name.startsWith('frontier.spike.')) {
      delete object.metadata?.annotations?.['crossplane.io/external-create-succeeded'];
      object.status = { conditions: [{ type: 'Synced', status: 'False', message: 'connection refused' }] };
      resource.connectionDetails = {};
    }
  }
  delete observed['frontier.spike.binding'];
  const secret = objectOf(observed['frontier.aqua.secret.spike']);
  delete secret.spec?.references;

  return observed;
};

const policiesOf = (observed: Observed, name: string) =>
  objectOf(compose(requestFor(billing, observed)).desired?.resources[name]).spec?.managementPolicies;

test('on a hub that was built again, nothing takes the database away from what runs', () => {
  expect(policiesOf(rebuilt(), 'frontier.aqua.network')).toEqual(['Observe', 'Create']);
  expect(policiesOf(rebuilt(), 'frontier.aqua.secret.spike')).toEqual(['Observe', 'Create', 'Delete']);
});

test('once the address and the credentials are known, both are kept true again', () => {
  const settled = copyOf(simulate(billing, exampleRegistry()).observed);

  expect(policiesOf(settled, 'frontier.aqua.network')).toEqual(['Observe', 'Create', 'Update']);
  expect(policiesOf(settled, 'frontier.aqua.secret.spike')).toEqual(['*']);

  // A Secret that is there and was not changed is Synced and not Ready (provider-kubernetes v1.2.1, handleObservation).
  const found = objectOf(settled['frontier.aqua.secret.spike']);
  delete found.spec?.references;
  delete found.metadata?.annotations;
  found.status = { conditions: [{ type: 'Synced', status: 'True' }] };
  expect(policiesOf(settled, 'frontier.aqua.secret.spike')).toEqual(['*']);
});

test('a Secret that cannot be filled yet still ends with its Service', () => {
  const observed = rebuilt();
  delete observed['frontier.aqua.secret.spike'];
  const { desired } = compose(requestFor(billing, observed));

  expect(objectOf(desired?.resources['frontier.aqua.secret.spike']).spec?.managementPolicies).toContain('Delete');
});
