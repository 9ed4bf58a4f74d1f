import { expect, test } from 'vitest';
import { countGenerations } from '../../../functions/janitor/generations.ts';
import type { Session } from '../../../functions/janitor/session.ts';
import { markOf } from '../../../functions/ownership/mark.ts';

const mark = markOf({ hub: 'main', squad: 'galaxy', service: 'billing', environment: 'production' });
const role = (name: string) => ({ name, mark, belongs: true });
const sessionsOf = (name: string, count: number): Session[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ pid: index + 1, role: 16400, databaseNumber: 5, database: 'galaxy_billing', replicates: false },
    login: {
      ...{ name, mark, isSuperuser: false, isReplication: false },
      ...{ isMade: true, connects: true, belongs: true },
    },
  }));

test.each([
  {
    what: 'nothing of a login with one generation',
    roles: ['galaxy_billing_app', 'galaxy_billing_migrator'],
    want: {},
  },
  {
    what: 'both generations, with 0 of who has none',
    roles: ['galaxy_billing_app', 'galaxy_billing_app_2'],
    want: { galaxy_billing_app: 0, galaxy_billing_app_2: 3 },
  },
  {
    what: 'of a Service that is called like a login of another',
    roles: ['galaxy_shop_app', 'galaxy_shop_app_app', 'galaxy_shop_app_app_2'],
    want: { galaxy_shop_app_app: 0, galaxy_shop_app_app_2: 0 },
  },
])('counts $what', ({ roles, want }) => {
  expect(countGenerations(roles.map(role), sessionsOf('galaxy_billing_app_2', 3))).toEqual(want);
});

test('a role without a mark is nobody of ours, whatever it is called', () => {
  const roles = [role('galaxy_billing_app'), { ...role('galaxy_billing_app_2'), mark: 'squadkit_mine' }];

  expect(countGenerations(roles, [])).toEqual({});
});

test('a login that has ended is not counted, and so nothing is of the one that is left', () => {
  const roles = [{ ...role('galaxy_billing_app'), belongs: false }, role('galaxy_billing_app_2')];

  expect(countGenerations(roles, [])).toEqual({});
});
