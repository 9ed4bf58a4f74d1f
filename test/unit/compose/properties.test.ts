import type { Resource, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { providers } from '../../../functions/providers/index.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { cases, manyCases } from '../../support/cases.ts';
import { compose } from '../../support/compose.ts';
import { anyService, registryOfAll } from '../../support/every-provider.ts';
import { canonical } from '../../support/json.ts';
import { copyOf, requestFor } from '../../support/request.ts';
import { untold } from '../../support/told-status.ts';

const registry = registryOfAll();

/** A state on the way: some resources gone, some without status, some without their connection details. */
const damaged = (observed: Record<string, Resource>) =>
  fc
    .record({
      gone: fc.subarray(Object.keys(observed)),
      mute: fc.subarray(Object.keys(observed)),
      secretless: fc.subarray(Object.keys(observed)),
    })
    .map(({ gone, mute, secretless }) => {
      const state = copyOf(observed);
      for (const name of gone) delete state[name];
      for (const name of mute) if (state[name]?.resource) delete (state[name].resource as KubernetesObject).status;
      for (const name of secretless) if (state[name]) state[name].connectionDetails = {};
      return state;
    });

const serviceOnItsWay = anyService.chain((composite) =>
  damaged(simulate(composite, registry).observed).map((observed) => ({ composite, observed })),
);

const desired = (response: RunFunctionResponse) => Object.keys(response.desired?.resources ?? {}).sort();

test('a status says nothing that the page of Services does not tell of', () => {
  fc.assert(
    fc.property(serviceOnItsWay, ({ composite, observed }) => {
      const { desired: answered } = compose(requestFor(composite, observed, registry));
      const { conditions: _, ...status } = (answered?.composite?.resource?.status ?? {}) as Record<string, unknown>;
      expect(untold(status)).toEqual([]);
    }),
    { numRuns: manyCases },
  );
  expect(untold({ zones: [{ components: [{ unheard: 1 }] }] })).toEqual(['status.zones[].components[].unheard']);
});

// Guard rail: refusal-changes-nothing
test('any document is either refused or fully answered', () => {
  fc.assert(
    fc.property(
      fc.object({ key: fc.constantFrom('zones', 'name', 'components', 'provider', 'postgres', '__proto__') }),
      (spec) => {
        const composite = {
          apiVersion: 'squadkit.io/v1alpha1',
          kind: 'Service',
          metadata: { name: 'billing', namespace: 'galaxy' },
          spec,
        };
        const response = compose(requestFor(composite, {}, registry));
        expect(response.results.length === 1 || desired(response).length > 0).toBe(true);
        expect(response.conditions.map(({ type }) => type)).toEqual([
          'Accepted',
          'Provisioned',
          'Delivered',
          'ActionNeeded',
          'Reconciling',
          'Stalled',
        ]);
      },
    ),
    { numRuns: manyCases },
  );
});

describe('for any Service, in any state', () => {
  // Guard rail: refusal-changes-nothing
  test('what is observed is never dropped', () => {
    fc.assert(
      fc.property(serviceOnItsWay, ({ composite, observed }) => {
        const response = compose(requestFor(composite, observed, registry));
        expect(desired(response)).toEqual(expect.arrayContaining(Object.keys(observed)));
      }),
      { numRuns: cases },
    );
  });

  test('the same request gives the same answer, whatever the order of its keys and the time', () => {
    fc.assert(
      fc.property(serviceOnItsWay, ({ composite, observed }) => {
        const shuffled = Object.fromEntries(Object.entries(observed).reverse());
        const first = compose(requestFor(composite, observed, registry), 0);
        const second = compose(requestFor(composite, shuffled, registry), 86_400_000);
        expect(canonical({ ...first, meta: null })).toBe(canonical({ ...second, meta: null }));
      }),
      { numRuns: cases },
    );
  });

  test('it heals: from any state it comes to where it would have come from nothing', () => {
    fc.assert(
      fc.property(serviceOnItsWay, ({ composite, observed }) => {
        const fresh = simulate(composite, registry);
        const healed = simulate(composite, registry, observed);
        expect(desired(healed.response)).toEqual(desired(fresh.response));
        expect(healed.response.desired?.composite?.ready).toBe(1);
      }),
      { numRuns: cases },
    );
  });

  // Guard rail: names-never-meet
  test('everything lies in the namespace of the squad, is of an allowed kind, and uses the provider config of its zone', () => {
    const allowed = new Set([
      ...providers.flatMap(({ managedKinds }) => managedKinds.map(({ kind }) => kind)),
      'Secret',
      'RoleBinding',
    ]);
    fc.assert(
      fc.property(serviceOnItsWay, ({ composite, observed }) => {
        const { desired } = compose(requestFor(composite, observed, registry));
        for (const [name, { resource }] of Object.entries(desired?.resources ?? {})) {
          const object = resource as unknown as KubernetesObject;
          expect(object.metadata?.namespace).toBe('quasar');
          expect(allowed).toContain(object.kind);
          // On the hub itself.
          if (object.apiVersion === 'v1' || object.apiVersion === 'rbac.authorization.k8s.io/v1') continue;
          expect(object.spec?.providerConfigRef).toEqual({
            kind: 'ClusterProviderConfig',
            name: name.split('.').slice(0, 2).join('.'),
          });
        }
      }),
      { numRuns: cases },
    );
  });

  // Guard rail: secrets-stay-secret
  test('no secret value is anywhere but in a Secret', () => {
    fc.assert(
      fc.property(serviceOnItsWay, ({ composite, observed }) => {
        const canary = 'canary0123456789';
        for (const resource of Object.values(observed)) {
          for (const key of Object.keys(resource.connectionDetails)) {
            if (!['endpoint', 'host', 'port', 'username'].includes(key))
              resource.connectionDetails[key] = Buffer.from(canary);
          }
          // What has secrets is in order, so that they are used; everything else complains about them.
          if (Object.keys(resource.connectionDetails).length > 0) continue;
          const object = resource.resource as KubernetesObject;
          const error = `cannot connect to postgres://squadkit_admin:${canary}@spike:5432 as app:${canary}@tcp(reef:3306): password=${canary}`;
          object.status = { conditions: [{ type: 'Synced', status: 'False', message: error }] };
        }
        const response = compose(requestFor(composite, observed, registry));
        for (const resource of Object.values(response.desired?.resources ?? {})) {
          if ((resource.resource as KubernetesObject).kind === 'Secret') resource.resource = undefined;
        }
        const text = JSON.stringify(response);
        expect(text).not.toContain(canary);
        expect(text).not.toContain(Buffer.from(canary).toString('base64'));
      }),
      { numRuns: cases },
    );
  });
});
