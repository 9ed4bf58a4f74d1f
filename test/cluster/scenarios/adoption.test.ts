import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { accounts } from '../../control-plane/kubernetes-servers.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { allGone } from '../gone/watched.ts';
import { deleteAll } from '../support/delete-all.ts';
import { applyPlatform, composedOf, serviceOf, textOf } from '../support/platform.ts';
import { type SpareServer, startSpareServers } from '../support/spare.ts';

let controlPlane: ControlPlane;
let superuser: Client;
let admin: Client;

/** A provider looks once a minute, a refused Service is looked at once a minute. */
const seconds = 240;

const login = serviceOf('galaxy', 'login', 'frontier');
const ledger = serviceOf('galaxy', 'ledger', 'frontier');
const vault = serviceOf('galaxy', 'vault', 'frontier');
const cabin = serviceOf('galaxy', 'cabin', 'frontier');
const dome = serviceOf('galaxy', 'dome', 'frontier');
const services = [login, ledger, vault, cabin, dome];
const squad: KubernetesObject = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Squad',
  metadata: { name: 'meteor' },
  spec: { zoneSelector: {}, lifecycle: 'Closed' },
};
const namespaceOf = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** Everything about a role that an administrator can change, with the hash of its password. */
const roleNow = async (name: string) => {
  const { rows } = await superuser.query(
    `SELECT pg_authid.*, setconfig, (SELECT array_agg(roleid::regrole::text || ' ' || member::regrole::text ORDER BY 1)
       FROM pg_auth_members WHERE pg_authid.oid IN (roleid, member)) AS memberships
     FROM pg_authid LEFT JOIN pg_db_role_setting ON setrole = pg_authid.oid WHERE rolname = $1`,
    [name],
  );
  return rows;
};

/** Everything about a database that an administrator can change, and what is in it. */
const databaseNow = async (name: string) => {
  const { rows } = await superuser.query(
    `SELECT oid, datdba::regrole::text AS owner, datconnlimit, datallowconn, datistemplate, datacl::text FROM pg_database WHERE datname = $1`,
    [name],
  );
  const client = await controlPlane.postgres.connect({ database: name });
  const content = await client.query('SELECT * FROM account ORDER BY id');
  const schemas = await client.query(`SELECT nspname, nspacl::text FROM pg_namespace ORDER BY 1`);
  await client.end();
  return { ...rows[0], content: content.rows, schemas: schemas.rows };
};

const makeDatabase = async (name: string, owner: string) => {
  await superuser.query(`CREATE DATABASE ${name} OWNER ${owner}`);
  const client = await controlPlane.postgres.connect({ database: name });
  await client.query('CREATE TABLE account (id int PRIMARY KEY, amount int)');
  await client.query('INSERT INTO account VALUES (1, 10), (2, 20)');
  await client.query(`ALTER TABLE account OWNER TO ${owner}`);
  await client.end();
};

const rolesLike = async (pattern: string): Promise<string[]> => {
  const { rows } = await superuser.query('SELECT rolname FROM pg_roles WHERE rolname LIKE $1 ORDER BY 1', [pattern]);
  return rows.map(({ rolname }) => rolname);
};

/** Roles of ours that are a member of another: a login that is not may do nothing. */
const membersLike = async (pattern: string): Promise<string[]> => {
  const { rows } = await superuser.query(
    `SELECT DISTINCT member::regrole::text AS name FROM pg_auth_members WHERE member::regrole::text LIKE $1`,
    [pattern],
  );
  return rows.map(({ name }) => name);
};

const refused = (document: KubernetesObject) =>
  controlPlane.hub.waitFor(
    document,
    (found) => condition(found, 'Accepted')?.reason === 'NameTaken' && isTrue(found, 'Stalled'),
    { seconds, what: 'refused' },
  );
const messageOf = async (document: KubernetesObject) => condition(await refused(document), 'Accepted')?.message ?? '';
const ready = (document: KubernetesObject) =>
  controlPlane.hub.waitFor(document, (found) => isTrue(found, 'Ready') && isTrue(found, 'Accepted'), {
    seconds,
    what: 'Ready',
  });
const isGone = (document: KubernetesObject) =>
  controlPlane.hub.waitFor(document, (found) => found === undefined, { what: 'gone' });
const eventually = async (what: string, isSo: () => Promise<boolean>) => {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what}: not so after 60 s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};

/** By these somebody of before would get in, and a Secret would stay what it is. */
const lettingIn = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'mallory', namespace: 'galaxy-cabin' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory' }],
  },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'mallory', namespace: 'galaxy-cabin' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'spike', namespace: 'galaxy-cabin' },
    type: 'Opaque',
    stringData: { a: 'b' },
  },
] as KubernetesObject[];

/** What is foreign, as it was before anybody asked for its name. */
const before: Record<string, unknown> = {};
const now = async (): Promise<Record<string, unknown>> => ({
  login: await roleNow('galaxy_login_app'),
  ledger: await databaseNow('galaxy_ledger'),
  vault: await databaseNow('galaxy_vault'),
  cabin: await controlPlane.aqua.get(namespaceOf('galaxy-cabin')),
  dome: await controlPlane.aqua.get(namespaceOf('galaxy-dome')),
});

beforeAll(async () => {
  controlPlane = connectControlPlane();
  superuser = await controlPlane.postgres.connect();
  admin = await controlPlane.postgres.connect(controlPlane.postgres.admin);
  await applyPlatform(controlPlane);

  await superuser.query(`CREATE ROLE galaxy_login_app LOGIN CREATEDB CONNECTION LIMIT 7 PASSWORD 'a stranger has it'`);
  await superuser.query(`ALTER ROLE galaxy_login_app SET work_mem = '8MB'`);
  await superuser.query('CREATE ROLE stranger NOLOGIN');
  await makeDatabase('galaxy_ledger', controlPlane.postgres.admin.user);
  await makeDatabase('galaxy_vault', 'stranger');
  await controlPlane.aqua.create(namespaceOf('galaxy-cabin') as KubernetesObject);
  for (const object of lettingIn) await controlPlane.aqua.create(object);
  await controlPlane.aqua.create({
    ...namespaceOf('galaxy-dome'),
    metadata: { name: 'galaxy-dome', labels: { 'squadkit.io/squad': 'quasar', 'squadkit.io/service': 'dome' } },
  });
  const isSettled = async (name: string) =>
    (await controlPlane.aqua.get({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace: name },
    })) !== undefined;
  await eventually(
    'the namespaces are settled',
    async () => (await isSettled('galaxy-cabin')) && (await isSettled('galaxy-dome')),
  );
  Object.assign(before, await now());
  for (const service of services) await controlPlane.hub.apply(service);
});

afterAll(async () => {
  for (const service of services) await controlPlane.hub.delete(service);
  // What is being removed in a database that is dropped meanwhile would be left for ever.
  for (const service of services) await allGone(controlPlane, service);
  for (const name of ['login', 'ledger', 'vault', 'cabin', 'dome']) {
    await eventually(
      `logins of ${name} may do nothing`,
      async () => (await membersLike(`galaxy_${name}_migrator`)).length === 0,
    );
    await superuser.query(`DROP DATABASE IF EXISTS galaxy_${name} WITH (FORCE)`);
  }
  await superuser.query('DROP DATABASE IF EXISTS ledger_of_before WITH (FORCE)');
  for (const name of ['login', 'ledger', 'vault', 'cabin', 'dome']) {
    for (const role of await rolesLike(`galaxy_${name}_%`)) await superuser.query(`DROP ROLE ${role}`);
    await controlPlane.aqua.delete(namespaceOf(`galaxy-${name}`));
  }
  await superuser.query('DROP ROLE IF EXISTS stranger');
  await superuser.end();
  await admin.end();
});

describe('a name that a stranger has taken', () => {
  test.each([
    ['a login', login, /^role galaxy_login_app is taken: spike in zone frontier has one that is not this Service's\. /],
    ["a database of the administrator's", ledger, /^database galaxy_ledger is taken: spike in zone frontier /],
    ['a database of another role', vault, /^database galaxy_vault is taken: spike in zone frontier /],
    ['a namespace without labels', cabin, /^namespace galaxy-cabin is taken: aqua in zone frontier /],
    ['a namespace of another squad', dome, /^namespace galaxy-dome is taken: aqua in zone frontier /],
  ])('refuses the Service: %s', async (_, service, message) => {
    const found = await refused(service);

    expect(condition(found, 'Accepted')).toMatchObject({ status: 'False', message: expect.stringMatching(message) });
    expect(condition(found, 'ActionNeeded')).toMatchObject({ status: 'True', reason: 'Platform' });
    expect(condition(found, 'Provisioned')).toMatchObject({ status: 'False', reason: 'Refused' });
    expect(isTrue(found, 'Ready')).toBe(false);
  });

  test('nothing is made inside it', async () => {
    for (const service of [cabin, dome]) {
      const inside = (await composedOf(controlPlane, service)).filter(({ metadata }) =>
        metadata.name.includes('.aqua.'),
      );
      expect(inside.map(({ metadata }) => metadata.name)).toEqual([`${service.metadata.name}.frontier.aqua.namespace`]);
    }
    for (const service of [ledger, vault]) {
      const inside = (await composedOf(controlPlane, service)).filter(({ kind }) =>
        ['Schema', 'DefaultPrivileges'].includes(kind),
      );
      // Our mark is looked for, and not made.
      expect(inside.map(({ metadata, spec }) => [metadata.name, spec.managementPolicies])).toEqual([
        [`${service.metadata.name}.frontier.spike.mark`, ['Observe']],
      ]);
    }
  });

  // Guard rail: nothing-foreign-is-taken
  test('is never managed with the right to update or delete', async () => {
    const contested = [
      [login, 'spike.app'],
      [ledger, 'spike.database'],
      [vault, 'spike.database'],
      [cabin, 'aqua.namespace'],
      [dome, 'aqua.namespace'],
    ] as const;
    for (const [service, local] of contested) {
      const name = `${service.metadata.name}.frontier.${local}`;
      const object = (await composedOf(controlPlane, service)).find(({ metadata }) => metadata.name === name);
      expect(object?.spec.managementPolicies).toEqual(['Observe']);
    }
    expect(await now()).toEqual(before);
  });

  // Guard rail: nothing-foreign-is-taken
  test('survives the Service, of which nothing can log in afterwards', async () => {
    for (const service of services) await controlPlane.hub.delete(service);
    for (const service of services) await isGone(service);
    for (const name of ['login', 'ledger', 'vault', 'cabin', 'dome'])
      await eventually(
        `logins of ${name} may do nothing`,
        async () => (await membersLike(`galaxy_${name}_migrator`)).length === 0,
      );

    expect(await rolesLike('galaxy_login_%')).toEqual([
      'galaxy_login_app',
      'galaxy_login_migrator',
      'galaxy_login_owner',
      'galaxy_login_writer',
    ]);
    expect(await now()).toEqual(before);
    const client = await controlPlane.postgres.connect({
      user: 'galaxy_login_app',
      password: 'a stranger has it',
      database: 'galaxy_ledger',
    });
    await client.end();
  });

  test('refuses the Service again when it comes back and finds its own owner role', async () => {
    for (const service of services) await controlPlane.hub.apply(service);

    expect(await messageOf(login)).toMatch(/^role galaxy_login_app is taken/);
    expect(await messageOf(ledger)).toMatch(/^database galaxy_ledger is taken/);
    expect(await messageOf(vault)).toMatch(/^database galaxy_vault is taken/);
    expect(await messageOf(cabin)).toMatch(/^namespace galaxy-cabin is taken/);
    expect(await messageOf(dome)).toMatch(/^namespace galaxy-dome is taken/);
    expect(await now()).toEqual(before);
  });

  test('is created or taken over by itself once it is dropped, renamed or handed over as the refusal says', async () => {
    const [, kinds, ...labels] =
      /kubectl delete (\S+) --all --namespace galaxy-cabin, .* kubectl label --overwrite namespace galaxy-cabin (\S+) (\S+) (\S+); or /.exec(
        await messageOf(cabin),
      ) ?? [];
    const [, statements] =
      /by saying in it as a superuser (SET search_path[^;]*; ALTER DATABASE galaxy_vault .*); or /.exec(
        await messageOf(vault),
      ) ?? [];
    const [rename] = /ALTER ROLE galaxy_login_app RENAME TO \w+/.exec(await messageOf(login)) ?? [];
    expect(rename).toBeDefined();

    await superuser.query(rename as string);
    await admin.query('ALTER DATABASE galaxy_ledger RENAME TO ledger_of_before');
    const inside = await controlPlane.postgres.connect({ database: 'galaxy_vault' });
    await inside.query(statements as string);
    await inside.end();
    await controlPlane.aqua.delete(namespaceOf('galaxy-dome'));
    await deleteAll(controlPlane.aqua, 'galaxy-cabin', `${kinds}`);
    await controlPlane.aqua.patch(namespaceOf('galaxy-cabin'), {
      metadata: { labels: Object.fromEntries(labels.map((pair) => pair.split('='))) },
    });
    const started = Date.now();
    for (const service of services) {
      await ready(service);
      console.log(
        `${service.metadata.name} ready ${((Date.now() - started) / 1000).toFixed(0)} s after the cause went`,
      );
    }

    expect((await databaseNow('ledger_of_before')).content).toEqual([
      { id: 1, amount: 10 },
      { id: 2, amount: 20 },
    ]);
    expect((await databaseNow('galaxy_vault')).content).toHaveLength(2);
    expect((await databaseNow('galaxy_vault')).owner).toBe('squadkit_admin');
    // Nobody of before is let in, and what is delivered there is the Service's.
    const { rows: rights } = await superuser.query(
      "SELECT has_database_privilege('stranger', 'galaxy_vault', 'CONNECT') AS enters",
    );
    expect(rights).toEqual([{ enters: false }]);
    for (const object of lettingIn) {
      const found = await controlPlane.aqua.get(object);
      expect([object.kind, found?.metadata.labels?.['squadkit.io/squad']]).toEqual([
        object.kind,
        object.kind === 'Secret' ? 'galaxy' : undefined,
      ]);
    }
    const binding = textOf(
      await controlPlane.aqua.get({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'spike', namespace: 'galaxy-login' },
      }),
    );
    const app = await controlPlane.postgres.connect({
      user: binding.username as string,
      password: binding.password as string,
      database: binding.database as string,
    });
    const { rows } = await app.query(
      `SELECT rolconnlimit AS connections, current_setting('application_name') AS mark FROM pg_roles WHERE rolname = current_user`,
    );
    expect(rows).toEqual([{ connections: 20, mark: 'galaxy/login' }]);
    await app.end();
  });
});

test("a namespace on the hub that is not the squad's is not taken over, and the squad gets it when it goes", async () => {
  const { hub } = controlPlane;
  const stranger = { ...namespaceOf('meteor'), metadata: { name: 'meteor', labels: { team: 'other' } } };
  await hub.create(stranger as KubernetesObject);
  await eventually(
    'the namespace is settled',
    async () =>
      (await hub.get({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kube-root-ca.crt', namespace: 'meteor' },
      })) !== undefined,
  );
  const found = await hub.get(stranger);
  await hub.apply(squad);

  expect(await messageOf(squad)).toMatch(
    /^namespace meteor is taken: the hub has one that is not squad meteor's\. Platform: /,
  );
  expect(await hub.list('rbac.authorization.k8s.io/v1', 'RoleBinding', { namespace: 'meteor' })).toEqual([]);
  await hub.delete(squad);
  await isGone(squad);
  expect(await hub.get(stranger)).toEqual(found);

  await hub.apply(squad);
  await refused(squad);
  await hub.delete(stranger);
  await ready(squad);
  expect((await hub.get(stranger))?.metadata.labels).toMatchObject({ 'squadkit.io/squad': 'meteor' });

  await eventually('the squad can be deleted', async () => {
    await hub.delete(squad).catch(() => undefined);
    return (await hub.get(squad)) === undefined;
  });
});

test("a provider config that is not the zone's is not overwritten, and the zone makes its own when it goes", async () => {
  const { hub } = controlPlane;
  const [server] = (await startSpareServers(controlPlane, ['colorado'])) as [SpareServer];
  const zone: KubernetesObject = {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Zone',
    metadata: { name: 'canyon' },
    spec: {
      environment: 'engineering',
      region: 'eu-west-1',
      dataClasses: ['public'],
      lifecycle: 'Closed',
      components: [server.component],
    },
  };
  const stranger: KubernetesObject = {
    apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
    kind: 'ClusterProviderConfig',
    metadata: { name: 'canyon.colorado' },
    spec: {
      sslMode: 'verify-full',
      credentials: {
        source: 'PostgreSQLConnectionSecret',
        connectionSecretRef: { namespace: 'default', name: 'of-a-stranger' },
      },
    },
  };
  // Somebody made it before there were admission policies.
  const before = hub.as(accounts.crossplane.user, accounts.crossplane.groups);
  const { spec } = await before.create(stranger);
  await hub.apply(zone);

  expect(await messageOf(zone)).toMatch(
    /^provider config canyon\.colorado is taken: the hub has one that is not zone canyon's\. Platform: /,
  );
  // Its provider reports in its status; the rest is as it was.
  const found = await hub.get(stranger);
  expect(found?.spec).toEqual(spec);
  expect(found?.metadata.labels).toBeUndefined();
  expect(found?.metadata.ownerReferences).toBeUndefined();
  await before.delete(stranger);
  await ready(zone);
  expect((await hub.get(stranger))?.metadata.labels).toMatchObject({ 'squadkit.io/zone': 'canyon' });

  await eventually('the zone can be deleted', async () => {
    await hub.delete(zone).catch(() => undefined);
    return (await hub.get(zone)) === undefined;
  });
  await server.end();
});
