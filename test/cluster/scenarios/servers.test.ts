import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterOf } from '../../../functions/doctor/cluster.ts';
import { checkRegistered } from '../../../functions/doctor/registered.ts';
import { sendTo } from '../../../functions/evidence/live/hub.ts';
import { connectionOf } from '../../../functions/evidence/live/kubeconfig.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import type { Encoding } from '../../control-plane/postgres.ts';
import { repository } from '../../control-plane/state.ts';
import { eventually } from '../support/eventually.ts';
import { applyPlatform, makeReady, sessionOf, textOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';
import { type SpareServer, startSpareServers } from '../support/spare.ts';

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
});

const made: { services: KubernetesObject[]; zones: KubernetesObject[]; servers: SpareServer[] } = {
  ...{ services: [], zones: [], servers: [] },
};
afterAll(async () => {
  await retire(controlPlane, made.services, made.zones);
  for (const server of made.servers) await server.end();
});

const letters = 'Grüße, ₿ and 漢字';

/** Registers a server as a Zone of its own, and brings a Service with a database to it. */
const register = async ({ name, ...component }: SpareServer['component']) => {
  const zone: KubernetesObject = {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Zone',
    metadata: { name: `${name}-shore` },
    spec: { environment: 'engineering', region: 'eu-west-1', components: [{ name, ...component }] },
  };
  const service: KubernetesObject = {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    metadata: { name: `${name}-letters`, namespace: 'quasar' },
    spec: { zones: [{ name: zone.metadata.name, components: [{ name, provider: 'postgres' }] }] },
  };
  made.zones.push(zone);
  made.services.push(service);
  await controlPlane.hub.apply(zone);
  await controlPlane.hub.waitFor(zone, (found) => isTrue(found, 'Ready'), { what: 'Ready' });

  return service;
};

/** The same Service, which asks for more of its database. */
const asking = (service: KubernetesObject, postgres: object): KubernetesObject => {
  const asked = structuredClone(service);
  asked.spec.zones[0].components[0].postgres = postgres;

  return asked;
};

/** A session of the Service's app, by what its Secret on the hub says. */
const logIn = async (server: SpareServer, { metadata, spec }: KubernetesObject): Promise<Client> => {
  const [{ name: zone, components }] = spec.zones;
  const secret = { name: `${metadata.name}.${zone}.${components[0].name}.binding`, namespace: 'quasar' };
  const binding = textOf(await controlPlane.hub.get({ apiVersion: 'v1', kind: 'Secret', metadata: secret }));

  return sessionOf(server, binding);
};

// What a platform registers may have been set up long ago, by somebody else.
test.each<[Encoding, string]>([
  ['SQL_ASCII', 'ontario'],
  ['LATIN1', 'erie'],
])('on a server in %s databases are in UTF8, and no session in template1 is in their way', async (encoding, name) => {
  const [server] = (await startSpareServers(controlPlane, [name], { encoding })) as [SpareServer];
  made.servers.push(server);
  const service = await register(server.component);
  const busy = await server.connect({ database: 'template1' });
  await makeReady(controlPlane, service);
  await busy.end();
  const client = await logIn(server, service);
  const { rows } = await client.query(
    `SELECT current_setting('server_encoding') AS encoding, $1::text AS said, length($1::text) AS letters`,
    [letters],
  );
  await client.end();

  expect(rows).toEqual([{ encoding: 'UTF8', said: letters, letters: Array.from(letters).length }]);
});

test('a server that offers no TLS gets no password, its Zone says so, and the doctor names it', async () => {
  const [server] = (await startSpareServers(controlPlane, ['winnipeg'])) as [SpareServer];
  made.servers.push(server);
  const superuser = await server.connect();
  await superuser.query('ALTER SYSTEM SET ssl = off');
  await superuser.query('SELECT pg_reload_conf()');
  await superuser.end();
  const zone: KubernetesObject = {
    ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', metadata: { name: 'winnipeg-shore' } },
    spec: { environment: 'engineering', region: 'eu-west-1', components: [server.component] },
  };
  made.zones.push(zone);
  await controlPlane.hub.apply(zone);
  const said = await controlPlane.hub.waitFor(
    zone,
    (found) => /offers no TLS/.test(`${condition(found, 'ActionNeeded')?.message}`),
    { what: 'told of a server without TLS' },
  );
  const connection = connectionOf({ kubeconfig: controlPlane.hub.kubeconfigPath });
  const hub = clusterOf(sendTo(connection), { name: 'hub', server: connection.server });
  const checks = await checkRegistered(hub, new Date());

  expect(condition(said, 'ActionNeeded')?.reason).toBe('Platform');
  expect(condition(said, 'Ready')?.status).toBe('False');
  expect(checks.find(({ what }) => what === 'Zone winnipeg-shore')).toMatchObject({
    ...{ state: 'wrong', actor: 'Platform' },
    next: expect.stringContaining('offers no TLS'),
  });
});

/** The statements of step 5 of package/install/README.md, one after the other. */
const statements = (): string[] => {
  const page = readFileSync(join(repository, 'package/install/README.md'), 'utf8');
  const [, block = ''] = /### 5\. Every PostgreSQL server[\s\S]*?```sql\n([\s\S]*?)```/.exec(page) ?? [];

  return block
    .split('\n')
    .map((line) => line.replace(/\s*--.*$/, '').replace(/;$/, ''))
    .filter((line) => line !== '');
};

/**
 * Who comes as a customer, by the clouds' own pages as the page of servers names them: attributes of the administrator, and the
 * cloud's role whose member it is, with the right to let others into it.
 */
const clouds: [cloud: string, role: string, attributes: string, server: string][] = [
  ['Amazon RDS and Aurora', 'rds_superuser', 'LOGIN CREATEDB CREATEROLE', 'huron-rds'],
  ['Google Cloud SQL', 'cloudsqlsuperuser', 'LOGIN CREATEDB CREATEROLE', 'huron-gcp'],
  ['Azure Database for PostgreSQL', 'azure_pg_admin', 'LOGIN CREATEDB CREATEROLE REPLICATION', 'huron-azure'],
];

test.each(clouds)('the page says who comes to %s: %s, %s', (cloud, role, attributes) => {
  expect(readFileSync(join(repository, 'package/install/README.md'), 'utf8')).toContain(
    `| ${cloud} | ${attributes} | \`${role}\` |`,
  );
});

test.each(clouds)(
  'with what %s lets a customer do, the page leads to a Service that works',
  async (_, role, attributes, name) => {
    const [server] = (await startSpareServers(controlPlane, [name])) as [SpareServer];
    made.servers.push(server);
    const password = randomBytes(24).toString('hex');
    const superuser = await server.connect();
    // The cloud's own superuser keeps the databases that are there; its customer has no superuser.
    await superuser.query(`CREATE ROLE ${role} NOLOGIN`);
    await superuser.query(`GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO ${role} WITH ADMIN OPTION`);
    await superuser.query(`CREATE ROLE customer ${attributes} PASSWORD '${password}'`);
    await superuser.query(`GRANT ${role} TO customer WITH ADMIN OPTION`);
    await superuser.query('GRANT CONNECT ON DATABASE postgres, template1 TO PUBLIC');
    const ours = 'squadkit_admin, squadkit_janitor';
    await superuser.query(`DROP OWNED BY ${ours}; DROP ROLE ${ours}`);
    await superuser.end();

    const customer = await server.connect({ user: 'customer', password });
    const refused: string[] = [];
    for (const statement of statements()) {
      await customer
        .query(statement.replace('…', password))
        .catch(() => refused.push(statement.split(' ').slice(0, 3).join(' ')));
    }
    await customer.end();
    expect(refused).toEqual(['GRANT SET ON', 'ALTER SYSTEM SET', 'ALTER SYSTEM SET', 'SELECT pg_reload_conf()']);

    const { postgres, ...component } = server.component;
    await server.register(password);
    const service = await register({ ...component, postgres: { ...postgres, markParameter: 'application_name' } });
    await makeReady(controlPlane, service);
    const client = await logIn(server, service);
    const { rows } = await client.query(
      'SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user',
    );
    await client.end();
    expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);

    // What comes later needs no more of him than what came first: another login, and the end of the one before.
    const notBefore = `${new Date().toISOString().slice(0, 19)}Z`;
    await makeReady(controlPlane, asking(service, { rotation: { notBefore } }));
    await eventually('the next login is handed out', async () => {
      const next = await logIn(server, service);
      const { rows: who } = await next.query('SELECT current_user AS name').finally(() => next.end());

      return who[0].name === `quasar_${service.metadata.name.replaceAll('-', '_')}_app_2`;
    });
  },
);

test('an extension that needs another one waits for it, and one that nobody may make stays the move of the platform', async () => {
  const [server] = (await startSpareServers(controlPlane, ['superior'])) as [SpareServer];
  made.servers.push(server);
  const { postgres, ...component } = server.component;
  const service = await register({ ...component, postgres: { ...postgres, extensions: ['cube', 'earthdistance'] } });
  const movers: string[] = [];
  const stop = controlPlane.hub.watch(service.apiVersion, service.kind, (_, found) => {
    const mover = condition(found, 'ActionNeeded')?.reason ?? 'Nobody';
    if (found.metadata.name === service.metadata.name && mover !== movers.at(-1)) movers.push(mover);
  });
  // The one that needs the other is asked for first; of the two PostgreSQL 18 trusts only cube.
  await controlPlane.hub.apply(asking(service, { extensions: ['earthdistance', 'cube'] }));
  const told = await controlPlane.hub.waitFor(
    service,
    (found) => condition(found, 'ActionNeeded')?.reason === 'Platform',
    { what: 'told to the platform' },
  );
  expect(condition(told, 'ActionNeeded')?.message).toMatch(/not a trusted one: create it in the database as superuser/);
  await setTimeout(45_000);
  stop();
  expect(movers).toEqual(['Nobody', 'Platform']);

  const superuser = await server.connect({ database: `quasar_${service.metadata.name.replaceAll('-', '_')}` });
  await superuser.query('CREATE EXTENSION earthdistance');
  await superuser.end();
  await controlPlane.hub.waitFor(service, (found) => isTrue(found, 'Ready'), { seconds: 240, what: 'Ready' });
});
