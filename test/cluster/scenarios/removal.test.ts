import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, composedOf, makeReady, serviceOf, textOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
let superuser: Client;
const service = serviceOf('galaxy', 'orders', 'frontier');
const namespace = 'galaxy-orders';
const withoutDatabase: KubernetesObject = {
  ...service,
  spec: { zones: [{ name: 'frontier', components: [{ name: 'aqua', provider: 'kubernetes' }] }] },
};
const remote = (apiVersion: string, kind: string, name: string, where = namespace) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: where },
});
const secret = remote('v1', 'Secret', 'spike');

/** Logins that are a member of something, or may connect to the database. */
const enabled = async (): Promise<string[]> => {
  const { rows } = await superuser.query(
    `SELECT rolname FROM pg_roles WHERE rolname LIKE 'galaxy_orders%' AND rolcanlogin
     AND (oid IN (SELECT member FROM pg_auth_members) OR has_database_privilege(oid, 'galaxy_orders', 'CONNECT'))
     ORDER BY 1`,
  );
  return rows.map(({ rolname }) => rolname);
};

/** What the app is told with a password; empty if it gets in. */
const refusalOf = (password: string | undefined): Promise<string> =>
  controlPlane.postgres
    .connect({ database: 'galaxy_orders', user: 'galaxy_orders_app', password: password as string })
    .then((client) => client.end())
    .then(
      () => '',
      (error) => (error as Error).message,
    );

/** A query as the app, with what is in the Secret on aqua now. */
const asApp = async <Row>(sql: string): Promise<Row[]> => {
  const binding = textOf(await controlPlane.aqua.get(secret));
  const client = await controlPlane.postgres.connect({
    database: binding.database as string,
    user: binding.username as string,
    password: binding.password as string,
  });
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
};

/** A provider does not believe for half a minute that what it has just made is gone, and then looks again ever later. */
const eventually = async (what: string, isSo: () => Promise<boolean>, seconds = 180): Promise<number> => {
  const started = Date.now();
  while (Date.now() - started < seconds * 1000) {
    if (await isSo()) return (Date.now() - started) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what}: not so after ${seconds} s`);
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  superuser = await controlPlane.postgres.connect();
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, service);
  const binding = textOf(await controlPlane.aqua.get(remote('v1', 'Secret', 'spike.migrator')));
  const migrator = await controlPlane.postgres.connect({
    database: binding.database as string,
    user: binding.username as string,
    password: binding.password as string,
  });
  await migrator.query('CREATE TABLE app.parcel (id int)');
  await migrator.query('INSERT INTO app.parcel VALUES (1), (2), (3)');
  await migrator.end();
});

afterAll(async () => {
  await controlPlane.hub.delete(service);
  await superuser.end();
});

const locks = [
  remote('v1', 'Namespace', namespace),
  remote('v1', 'ResourceQuota', 'squadkit'),
  remote('v1', 'LimitRange', 'squadkit'),
  remote('networking.k8s.io/v1', 'NetworkPolicy', 'squadkit'),
];
const access = [
  secret,
  remote('v1', 'Secret', 'spike.migrator'),
  remote('v1', 'Secret', namespace, 'squadkit-deployers'),
  remote('v1', 'ServiceAccount', namespace, 'squadkit-deployers'),
  remote('rbac.authorization.k8s.io/v1', 'RoleBinding', 'deployer'),
  remote('rbac.authorization.k8s.io/v1', 'RoleBinding', 'members-view'),
];
const isThere = async (reference: (typeof locks)[number]) => {
  const found = await controlPlane.aqua.get(reference);
  return found !== undefined && found.metadata.deletionTimestamp === undefined;
};
const rowsOf = async () => {
  const client = await controlPlane.postgres.connect({ database: 'galaxy_orders' });
  const { rows } = await client.query('SELECT count(*)::int AS count FROM app.parcel');
  await client.end();
  return rows[0].count;
};

describe('a database taken out of a living Service', () => {
  // Guard rail: postgres-data-stays
  test('loses its logins and Secrets, and keeps its rows', async () => {
    const before = textOf(await controlPlane.aqua.get(secret)).password;
    expect(await enabled()).toEqual(['galaxy_orders_app', 'galaxy_orders_migrator']);
    await controlPlane.hub.apply(withoutDatabase);

    await eventually('logins may do nothing', async () => (await enabled()).length === 0);
    expect(await refusalOf(before)).toMatch(/permission denied for database/);
    await eventually(
      'Secrets are gone',
      async () => !(await isThere(secret)) && !(await isThere(access[1] as typeof secret)),
    );
    expect(await rowsOf()).toBe(3);
    await eventually('the Service has no trace of it', async () =>
      (await composedOf(controlPlane, service)).every(({ metadata }) => !metadata.name.includes('.spike.')),
    );

    await controlPlane.hub.apply(service);
    await eventually('the Secret is back', async () => Boolean(textOf(await controlPlane.aqua.get(secret)).password));
    await makeReady(controlPlane, service);
    expect(await asApp('SELECT count(*)::int AS count FROM parcel')).toEqual([{ count: 3 }]);
    expect(textOf(await controlPlane.aqua.get(secret)).password).not.toBe(before);
  });
});

describe('a Service that is deleted', () => {
  // Guard rail: postgres-data-stays
  // Guard rail: postgres-access-ends
  // Guard rail: kubernetes-locks-stay
  // Guard rail: kubernetes-access-ends
  test('loses all access within seconds, keeps data and locks, and comes back with new credentials', async () => {
    const before = textOf(await controlPlane.aqua.get(secret)).password;
    await controlPlane.hub.delete(service);

    const seconds = await eventually('access is gone', async () => {
      const there = await Promise.all(access.map(isThere));
      return !there.includes(true) && (await enabled()).length === 0;
    });
    expect(await refusalOf(before)).toMatch(/permission denied for database/);
    console.log(`access revoked after ${seconds.toFixed(1)} s`);
    await controlPlane.hub.waitFor(service, (found) => found === undefined, { what: 'gone' });
    await eventually('nothing of it is left on the hub', async () => {
      const left = await Promise.all([
        controlPlane.hub.list('kubernetes.m.crossplane.io/v1alpha1', 'Object', { namespace: 'galaxy' }),
        controlPlane.hub.list('postgresql.sql.m.crossplane.io/v1alpha1', 'Role', { namespace: 'galaxy' }),
        controlPlane.hub.list('v1', 'Secret', { namespace: 'galaxy' }),
      ]);
      return left.flat().every(({ metadata }) => !metadata.name.startsWith('orders.'));
    });

    expect(await rowsOf()).toBe(3);
    expect(await Promise.all(locks.map(isThere))).toEqual([true, true, true, true]);

    await makeReady(controlPlane, service);
    expect(await asApp('SELECT count(*)::int AS count FROM parcel')).toEqual([{ count: 3 }]);
    await asApp('INSERT INTO parcel VALUES (4)');
    expect(textOf(await controlPlane.aqua.get(secret)).password).not.toBe(before);
    expect(await refusalOf(before)).toMatch(/password authentication failed/);
  });
});

describe('a database that is to be deleted with its Service, outside production', () => {
  const scratch = serviceOf('quasar', 'scratch', 'meadow', { postgres: { onRemoval: 'Delete' } });

  test('is gone with all its roles', async () => {
    await makeReady(controlPlane, scratch);
    const server = await controlPlane.meadow.postgres.connect();
    const left = async (): Promise<string[]> => {
      const { rows } = await server.query(
        `SELECT datname AS name FROM pg_database WHERE datname = 'quasar_scratch'
         UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'quasar_scratch%'`,
      );
      return rows.map(({ name }) => name);
    };
    try {
      expect(await left()).toContain('quasar_scratch');
      await controlPlane.hub.delete(scratch);
      await eventually('database and roles are gone', async () => (await left()).length === 0, 180);
    } finally {
      await server.end();
    }
  });
});
