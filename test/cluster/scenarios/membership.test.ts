import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { applyPlatform, composedOf, makeReady, serviceOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
const service = serviceOf('galaxy', 'membership', 'frontier');

const asSuperuser = async (statement: string) => {
  const client = await controlPlane.postgres.connect();
  await client.query(statement);
  await client.end();
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  await asSuperuser('ALTER ROLE squadkit_admin RESET createrole_self_grant');
});

afterAll(async () => {
  await asSuperuser(`ALTER ROLE squadkit_admin SET createrole_self_grant = 'set, inherit'`);
  await controlPlane.hub.delete(service);
});

test('where the platform forgot createrole_self_grant, the administrator is made a member of the owner role', async () => {
  await makeReady(controlPlane, service);
  const composed = await composedOf(controlPlane, service);
  const grant = composed.find(({ metadata }) => metadata.name === 'membership.frontier.spike.admin-in-owner');

  expect(grant?.spec.forProvider).toMatchObject({ role: 'squadkit_admin', memberOf: 'galaxy_membership_owner' });
});
