import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { accounts } from '../../control-plane/kubernetes-servers.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { allGone } from '../gone/watched.ts';
import { eventually } from '../support/eventually.ts';
import { applyPlatform, makeReady, serviceOf } from '../support/platform.ts';
import { type SpareServer, startSpareServers } from '../support/spare.ts';

let controlPlane: ControlPlane;
/** The superuser on meadow's server, which is engineering's: there data may be deleted. */
let superuser: Client;

const seconds = 240;
/** A Service with a database in meadow and nothing else. */
const onlyDatabase = (name: string, postgres: object = { onRemoval: 'Delete' }): KubernetesObject => ({
  ...serviceOf('quasar', name, 'meadow'),
  spec: { zones: [{ name: 'meadow', components: [{ name: 'spike', provider: 'postgres', postgres }] }] },
});

const waitFor = (document: KubernetesObject, reason: string) =>
  controlPlane.hub.waitFor(document, (found) => condition(found, 'Accepted')?.reason === reason, {
    seconds,
    what: reason,
  });
const remove = async (document: KubernetesObject) => {
  await controlPlane.hub.delete(document);
  await controlPlane.hub.waitFor(document, (found) => found === undefined, { what: 'gone' });
};
const managed = (service: KubernetesObject, local: string, kind: string): KubernetesObject => ({
  apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
  kind,
  metadata: { name: `${service.metadata.name}.meadow.spike.${local}`, namespace: 'quasar' },
});
/** Whether a login is a member of no role: then it may do nothing. */
const isNoMember = async (login: string): Promise<boolean> => {
  const { rowCount } = await superuser.query(`SELECT 1 FROM pg_auth_members WHERE member = to_regrole($1)`, [login]);
  return rowCount === 0;
};

/** A database of somebody else with 42 rows, which the administrator could drop. */
const makeStrangers = async (name: string, inside: string[] = []): Promise<void> => {
  await superuser.query(`CREATE DATABASE ${name} OWNER squadkit_admin`);
  const client = await controlPlane.meadow.postgres.connect({ database: name });
  await client.query('CREATE TABLE kept AS SELECT generate_series(1, 42) AS id');
  for (const statement of inside) await client.query(statement);
  await client.end();
};
const rowsIn = async (name: string, table = 'kept'): Promise<number> => {
  const client = await controlPlane.meadow.postgres.connect({ database: name });
  const { rows } = await client.query(`SELECT count(*)::int AS rows FROM ${table}`);
  await client.end();
  return rows[0]?.rows;
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  superuser = await controlPlane.meadow.postgres.connect();
  await applyPlatform(controlPlane);
});

afterAll(async () => {
  await superuser.end();
});

// Guard rail: nothing-foreign-is-taken
describe('what failed to be created was never ours', () => {
  test('a database that a stranger made meanwhile survives the Service', async () => {
    const service = onlyDatabase('early');
    await superuser.query('ALTER ROLE squadkit_admin NOCREATEDB');
    await controlPlane.hub.apply(service);
    await controlPlane.hub.waitFor(
      managed(service, 'database', 'Database'),
      (found) => /permission denied/.test(condition(found, 'Synced')?.message ?? ''),
      { seconds, what: 'refused by PostgreSQL' },
    );
    await makeStrangers('quasar_early');
    await superuser.query('ALTER ROLE squadkit_admin CREATEDB');

    await waitFor(service, 'NameTaken');
    await remove(service);
    expect(await rowsIn('quasar_early')).toBe(42);
    await superuser.query('DROP DATABASE quasar_early');
  });

  test('a login that a stranger made meanwhile keeps its settings, and survives the Service', async () => {
    const service = onlyDatabase('late');
    await superuser.query('ALTER ROLE squadkit_admin NOCREATEROLE');
    await controlPlane.hub.apply(service);
    await controlPlane.hub.waitFor(
      managed(service, 'app', 'Role'),
      (found) => /permission denied/.test(condition(found, 'Synced')?.message ?? ''),
      { seconds, what: 'refused by PostgreSQL' },
    );
    await superuser.query('CREATE ROLE quasar_late_app LOGIN CONNECTION LIMIT 7');
    await superuser.query('GRANT quasar_late_app TO squadkit_admin WITH ADMIN OPTION');
    await superuser.query('ALTER ROLE squadkit_admin CREATEROLE');

    await waitFor(service, 'NameTaken');
    await remove(service);
    const { rows } = await superuser.query(`SELECT rolconnlimit FROM pg_roles WHERE rolname = 'quasar_late_app'`);
    expect(rows).toEqual([{ rolconnlimit: 7 }]);
    await superuser.query('DROP ROLE quasar_late_app');
  });
});

// Guard rail: nothing-foreign-is-taken
test('a database that was dropped while the Service lives is said to be gone; who takes its name keeps it', async () => {
  const service = onlyDatabase('swap');
  await makeReady(controlPlane, service);
  await superuser.query('DROP DATABASE quasar_swap WITH (FORCE)');
  await makeStrangers('quasar_swap');
  const gone = await waitFor(service, 'DataGone');

  expect(condition(gone, 'ActionNeeded')).toMatchObject({ reason: 'SRE' });
  expect(condition(gone, 'Accepted')?.message).toMatch(/^database quasar_swap is gone: spike in zone meadow /);
  await eventually('it is only looked at', async () => {
    const found = await controlPlane.hub.get(managed(service, 'database', 'Database'));
    return JSON.stringify(found?.spec.managementPolicies) === '["Observe"]';
  });
  await remove(service);
  expect(await rowsIn('quasar_swap')).toBe(42);
  await superuser.query('DROP DATABASE quasar_swap');
});

// Guard rail: nothing-foreign-is-taken
test('a database that was left, dropped and made by a stranger is not taken for ours, whatever an SRE lets the provider do', async () => {
  const { hub } = controlPlane;
  const service = onlyDatabase('left');
  const kept = onlyDatabase('left', {});
  await makeReady(controlPlane, kept);
  await remove(kept);
  await allGone(controlPlane, kept);
  await superuser.query('DROP DATABASE quasar_left');
  await makeStrangers('quasar_left');
  await hub.apply(service);
  await waitFor(service, 'NameTaken');

  // As somebody whom no admission policy holds back.
  const crossplane = hub.as(accounts.crossplane.user, accounts.crossplane.groups);
  await crossplane.patch(managed(service, 'database', 'Database'), { spec: { managementPolicies: ['*'] } });
  await eventually('it is narrowed again', async () => {
    const found = await hub.get(managed(service, 'database', 'Database'));
    return JSON.stringify(found?.spec.managementPolicies) === '["Observe"]';
  });
  await remove(service);
  await allGone(controlPlane, service);
  expect(await rowsIn('quasar_left')).toBe(42);
  await superuser.query('DROP DATABASE quasar_left');
});

// Guard rail: nothing-foreign-is-taken
test('roles that reset themselves come back with their Service, without anybody', async () => {
  const service = onlyDatabase('reset', {});
  await makeReady(controlPlane, service);
  for (const role of ['owner', 'writer']) {
    await superuser.query(`SET ROLE quasar_reset_${role}`);
    await superuser.query(`ALTER ROLE quasar_reset_${role} RESET ALL`);
    await superuser.query('RESET ROLE');
  }
  await remove(service);
  await eventually('its logins may do nothing', () => isNoMember('quasar_reset_app'));
  await makeReady(controlPlane, service);
  await remove(service);
});

test("looking into a stranger's database runs nothing of his as the administrator", async () => {
  await makeStrangers('quasar_evil', [
    'CREATE SCHEMA evil',
    'CREATE TABLE evil.calls (caller text)',
    `CREATE FUNCTION evil.log(name, text) RETURNS boolean LANGUAGE plpgsql SECURITY INVOKER AS $$
       BEGIN INSERT INTO evil.calls VALUES (current_user); RETURN true; END $$`,
    'CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = text, FUNCTION = evil.log)',
    'GRANT ALL ON SCHEMA evil TO PUBLIC',
    'GRANT ALL ON evil.calls TO PUBLIC',
    'ALTER DATABASE quasar_evil SET search_path = evil, pg_catalog',
  ]);
  const service = onlyDatabase('evil');
  await controlPlane.hub.apply(service);
  await waitFor(service, 'NameTaken');
  expect(await rowsIn('quasar_evil', 'evil.calls')).toBe(0);

  await remove(service);
  expect(await rowsIn('quasar_evil', 'public.kept')).toBe(42);
  await superuser.query('DROP DATABASE quasar_evil');
});

// Guard rail: one-server-one-zone
describe('one server or cluster is one component of one zone', () => {
  const zone = (name: string, component: object): KubernetesObject => ({
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Zone',
    metadata: { name },
    spec: { environment: 'production', region: 'eu-west-1', components: [component] },
  });
  const registered = (name: string) =>
    controlPlane.hub.get({ apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', metadata: { name } });
  const closed = async (document: KubernetesObject) => {
    await controlPlane.hub.apply({ ...document, spec: { ...document.spec, lifecycle: 'Closed' } });
    await eventually('the zone can be deleted', async () => {
      await controlPlane.hub.delete(document).catch(() => undefined);
      return (await controlPlane.hub.get(document)) === undefined;
    });
  };
  const secretCalled = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'squadkit-system' },
  });
  const copySecret = async (from: string, name: string) => {
    const secret = await controlPlane.hub.get(secretCalled(from));
    await controlPlane.hub.apply({ ...secretCalled(name), data: secret?.data ?? {} });
  };

  test.each([
    { block: 'postgres', component: 'spike', from: 'spike-admin', ref: {} },
    { block: 'kubernetes', component: 'aqua', from: 'aqua-kubeconfig', ref: { key: 'kubeconfig' } },
  ])('a second zone that leads to the $block of another is refused, and says whose it is', async (given) => {
    const { block, component, from, ref } = given;
    await copySecret(from, `${block}-by-another-name`);
    const { components } = ((await registered('frontier'))?.spec ?? {}) as { components: Record<string, object>[] };
    const settings = components.find(({ provider }) => (provider as unknown) === block)?.[block];
    const other = zone(`other-${block}`, {
      name: 'mine',
      provider: block,
      [block]: {
        ...settings,
        credentialsSecretRef: { namespace: 'squadkit-system', name: `${block}-by-another-name`, ...ref },
      },
    });
    await controlPlane.hub.apply(other);
    const refused = await waitFor(other, 'ServerTaken');

    expect(condition(refused, 'Accepted')?.message).toMatch(
      block === 'postgres'
        ? /^mine in zone other-postgres leads to a server that is registered as main\/frontier\.spike/
        : new RegExp(`^mine in zone other-kubernetes is the same kubernetes as ${component} of zone frontier\\.`),
    );
    expect(isTrue(refused, 'Ready')).toBe(false);
    expect(isTrue(await registered('frontier'), 'Ready')).toBe(true);
    await remove(other);
    // Other scenarios count where the bytes of these are.
    await controlPlane.hub.delete(secretCalled(`${block}-by-another-name`));
  });

  test('a server without its administrator prepared is the move of the platform, and ready once that is typed', async () => {
    const [spare] = (await startSpareServers(controlPlane, ['huron'])) as [SpareServer];
    const document = zone('lake', spare.component);
    const admin = await spare.connect();
    await admin.query('ALTER ROLE squadkit_admin RESET ALL');
    await admin.query('REVOKE SET ON PARAMETER "squadkit.mark" FROM squadkit_admin');
    await controlPlane.hub.apply(document);
    const refused = await waitFor(document, 'ServerNotPrepared');
    const message = condition(refused, 'Accepted')?.message ?? '';
    expect(message).toMatch(/^huron in zone lake has an administrator who lacks settings\. Platform: as a superuser /);

    // Exactly as it says, as often as it says something.
    await eventually('the zone is ready', async () => {
      const found = await registered('lake');
      if (isTrue(found, 'Ready') && condition(found, 'Accepted')?.status === 'True') return true;
      const [, typed = ''] = (condition(found, 'Accepted')?.message ?? '').match(/as a superuser (.*)\.$/) ?? [];
      for (const statement of typed.split('; ').filter(Boolean)) await admin.query(statement);
      return false;
    });
    await admin.end();
    await closed(document);
    await spare.end();
  });
});
