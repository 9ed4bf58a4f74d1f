import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import type { Claim } from '../../../functions/ownership/claim.ts';
import { takenNames } from '../../../functions/service/claims.ts';

/** The database of a Service in a zone, as it has one of the same name in each. */
const databaseIn = (zone: string, claim: Partial<Claim>) => ({
  component: { component: 'spike', path: ['spec', 'zones', zone] },
  resources: {
    [`${zone}.spike.database`]: {
      object: { apiVersion: 'v1', kind: 'Database' },
      claim: { ...{ thing: 'database galaxy_billing', where: `spike in zone ${zone}`, free: 'drop it' }, ...claim },
    },
  },
});
const said = (message: string | undefined, ...databases: ReturnType<typeof databaseIn>[]): string | undefined => {
  const conditions = message === undefined ? [] : [{ type: 'Accepted', status: 'False', reason: 'DataGone', message }];
  const composite = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', status: { conditions } } as KubernetesObject;

  return takenNames(composite, databases as never)?.message;
};

test('what is gone in one zone is not said of another of which nobody can see now', () => {
  const message = said(undefined, databaseIn('frontier', { ownership: 'Lost' }));
  const away = { ownership: 'Ours', isOutOfSight: true } as const;
  expect(message).toMatch(/^database galaxy_billing is gone: spike in zone frontier has none/);

  expect(said(message, databaseIn('frontier', { ownership: 'Ours' }), databaseIn('meadow', away))).toBeUndefined();
  expect(said(message, databaseIn('frontier', away))).toBe(message);
});
