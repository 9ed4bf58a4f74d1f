import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { type Life, reconcile, settle } from '../../../support/life.ts';
import { squadWith, zonesWith } from '../../../support/registered.ts';

const begin = (): Life => {
  const life: Life = {
    composite: {
      ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service' },
      metadata: { name: 'billing', namespace: 'galaxy', generation: 1 },
      spec: {
        zones: [
          { name: 'frontier', components: [{ name: 'spike', provider: 'postgres', postgres: { readers: true } }] },
        ],
      },
    },
    ...{ observed: {}, had: new Set<string>() },
    registry: [...zonesWith({ postgres: {} }), squadWith('galaxy')],
  };
  settle(life);

  return life;
};

const role = (life: Life, local: string): Resource => life.observed[`frontier.spike.${local}`] as Resource;

/** What provider-sql shows of a Role of which it has set a password at that moment (v0.16.0, role/utils.go). */
const show = (life: Life, local: string, changed: string, connectionDetails: Resource['connectionDetails']): void => {
  const { resource } = role(life, local);
  const { status = {}, ...object } = resource as unknown as KubernetesObject;
  const atProvider = { ...(status.atProvider as object), lastPasswordChange: changed };
  life.observed[`frontier.spike.${local}`] = {
    ...role(life, local),
    resource: { ...object, status: { ...status, atProvider } } as unknown as Resource['resource'],
    connectionDetails,
  };
};

const triggerOf = (object: KubernetesObject | undefined): unknown =>
  (object?.spec?.forProvider as { passwordRotationTrigger?: string } | undefined)?.passwordRotationTrigger;

test.each(['app', 'migrator', 'readonly'])(
  'a password of %s that nobody knows is set again until it is known',
  (local) => {
    const life = begin();
    const known = role(life, local).connectionDetails;
    expect(known).toHaveProperty('password');

    for (const [changed, again] of [
      ['2026-11-29T22:24:16Z', '2026-11-29T22:24:17Z'],
      // It was set again, and got lost again.
      ['2026-11-29T22:31:59Z', '2026-11-29T22:32:00Z'],
    ] as const) {
      show(life, local, changed, {});
      const { desired, conditions } = reconcile(life);

      expect(triggerOf(desired[`frontier.spike.${local}`])).toBe(again);
      expect(conditions.Provisioned?.status).not.toBe(2);
    }

    show(life, local, '2026-11-29T22:40:00Z', known);
    const { desired, conditions } = reconcile(life);
    expect(triggerOf(desired[`frontier.spike.${local}`])).toBeUndefined();
    expect(conditions.Provisioned?.status).toBe(2);
  },
);

test('a login that has never had a password yet is waited for, and of the others nothing is asked', () => {
  const life = begin();
  const { desired } = reconcile(life);
  expect(Object.values(desired).filter((object) => triggerOf(object) !== undefined)).toEqual([]);

  const { resource, ...rest } = role(life, 'app');
  life.observed['frontier.spike.app'] = { ...rest, resource, connectionDetails: {} };
  expect(triggerOf(reconcile(life).desired['frontier.spike.app'])).toBeUndefined();
});
