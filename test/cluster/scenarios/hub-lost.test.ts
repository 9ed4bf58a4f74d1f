import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentProgress } from '../../../package/tools/progress.ts';
import { buildTools } from '../../../package/tools/tools.ts';
import { type ControlPlane, connectControlPlane, type ZoneServers } from '../../control-plane/control-plane.ts';
import { folderReadme, writeExamples } from '../../control-plane/gitops/repository.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { Processes } from '../../control-plane/processes.ts';
import { loseHub, rebuildHub } from '../../control-plane/steps/lost-hub.ts';
import type { Plan } from '../../control-plane/steps/plan.ts';
import { type Delivery, fileOf, startDelivery } from '../support/delivery.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, exampleService, serviceOf, sessionOf, textOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
let delivery: Delivery;
let plan: Plan;

const billing = exampleService('billing');
const catalog = exampleService('catalog');
/** Was accepted, and is refused when the hub is lost. */
const odd = serviceOf('galaxy', 'odd', 'frontier');
/** Was removed; its data is kept. */
const left = serviceOf('galaxy', 'left', 'frontier');
/** Comes to Git while there is no hub; a stranger has its name. */
const late = serviceOf('galaxy', 'late', 'frontier');
const fileOfService = ({ metadata }: KubernetesObject) => `squads/${metadata.namespace}/${metadata.name}.yaml`;

/** The Secret of a Service's database, as a workload reads it. */
const bindingOf = async ({ aqua }: ZoneServers, { metadata }: KubernetesObject) =>
  textOf(
    await aqua.get({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'spike', namespace: `${metadata.namespace}-${metadata.name}` },
    }),
  );

/** A session with the Secret. */
const login = ({ postgres }: ZoneServers, binding: Record<string, string>): Promise<Client> =>
  sessionOf(postgres, binding);

/** What must be the same things afterwards, by their numbers: databases and roles that nobody logs in with, and a stranger. */
const thingsOf = async ({ postgres }: ZoneServers) => {
  const superuser = await postgres.connect();
  const { rows: databases } = await superuser.query(
    `SELECT oid, datname AS name, datdba::regrole::text AS owner FROM pg_database
     WHERE datname <> 'galaxy_late' ORDER BY datname`,
  );
  const { rows: roles } = await superuser.query(
    `SELECT oid, rolname AS name FROM pg_roles WHERE NOT rolcanlogin AND rolname !~ '^(pg_|galaxy_late_)'
     ORDER BY rolname`,
  );
  const { rows: strangers } = await superuser.query(`SELECT * FROM pg_authid WHERE rolname = 'galaxy_late_app'`);
  await superuser.end();

  return { databases, roles, strangers };
};

/** When it was made, and whether it is in deletion. */
const namespacesOf = async ({ aqua }: ZoneServers) =>
  (await aqua.list('v1', 'Namespace')).map(({ metadata }) => [metadata.name, metadata.uid, metadata.deletionTimestamp]);

const acceptedOf = async (document: KubernetesObject) => condition(await controlPlane.hub.get(document), 'Accepted');

beforeAll(async () => {
  controlPlane = connectControlPlane();
  plan = {
    directory: controlPlane.paths.state,
    ports: controlPlane.ports,
    processes: new Processes(controlPlane.paths.state),
    progress: silentProgress,
    tool: await buildTools(silentProgress),
    poll: process.env.SQUADKIT_POLL ?? '1m',
    audit: process.env.SQUADKIT_AUDIT === '1',
  };
  await applyPlatform(controlPlane);
  delivery = await startDelivery(controlPlane);
});

afterAll(() => delivery?.end());

describe.runIf(isLong)('the hub is lost', () => {
  const before: { bindings: Record<string, Record<string, string>>; things?: object; namespaces?: object } = {
    bindings: {},
  };

  test('there is something to lose', async () => {
    writeExamples(delivery, controlPlane);
    delivery.write({
      ...folderReadme('galaxy'),
      [fileOfService(odd)]: fileOf(odd),
      [fileOfService(left)]: fileOf(left),
    });
    const commit = delivery.push('All that there is');
    for (const name of ['galaxy/billing', 'galaxy/odd', 'galaxy/left', 'quasar/catalog']) {
      expect(await delivery.wait(name, commit)).toMatchObject({ status: 0 });
    }
    const client = await login(controlPlane, await bindingOf(controlPlane, left));
    await client.end();
    delivery.write({
      [fileOfService(left)]: undefined,
      [fileOfService(odd)]: fileOf(serviceOf('galaxy', 'odd', 'nowhere')),
    });
    const refused = delivery.push('One goes, one is refused');
    expect(await delivery.wait('galaxy/left', refused)).toMatchObject({ status: 0 });
    expect(await delivery.wait('galaxy/odd', refused)).toMatchObject({ status: 1 });

    const migrator = textOf(
      await controlPlane.aqua.get({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'spike.migrator', namespace: 'galaxy-billing' },
      }),
    );
    const inside = await login(controlPlane, migrator);
    await inside.query('CREATE TABLE app.invoice (id int PRIMARY KEY, content jsonb)');
    await inside.query(`INSERT INTO app.invoice SELECT n, '{"paid": true}' FROM generate_series(1, 1000) AS n`);
    await inside.end();
    const superuser = await controlPlane.postgres.connect();
    await superuser.query(`CREATE ROLE galaxy_late_app LOGIN PASSWORD 'a stranger has it'`);
    await superuser.end();

    before.bindings = {
      billing: await bindingOf(controlPlane, billing),
      catalog: await bindingOf(controlPlane.meadow, catalog),
      odd: await bindingOf(controlPlane, odd),
    };
    before.things = [await thingsOf(controlPlane), await thingsOf(controlPlane.meadow)];
    before.namespaces = [await namespacesOf(controlPlane), await namespacesOf(controlPlane.meadow)];
    expect(before.bindings.billing?.password).toMatch(/./);
  });

  test('without it, what runs goes on', async () => {
    await loseHub(plan);
    const client = await login(controlPlane, before.bindings.billing as Record<string, string>);
    const { rows } = await client.query('SELECT count(*)::int AS invoices FROM app.invoice');
    await client.end();

    expect(rows).toEqual([{ invoices: 1000 }]);
  });

  test('a new hub with the same Git brings everything back by itself', async () => {
    const since = Date.now();
    const after = () => `${((Date.now() - since) / 1000).toFixed(0)} s`;
    await rebuildHub(plan, controlPlane);
    console.log(`installed after ${after()}`);
    delivery = await startDelivery(controlPlane);
    for (const service of [billing, catalog]) {
      const found = () => controlPlane.hub.get(service);
      await eventually(`${service.metadata.name} is Ready`, async () => isTrue(await found(), 'Ready'), {
        seconds: 240,
      });
      console.log(`${service.metadata.name} Ready after ${after()}`);
    }
    const [frontier, meadow] = [await bindingOf(controlPlane, billing), await bindingOf(controlPlane.meadow, catalog)];

    expect(frontier.password).not.toBe(before.bindings.billing?.password);
    expect(meadow.password).not.toBe(before.bindings.catalog?.password);
    const client = await login(controlPlane, frontier);
    const { rows } = await client.query('SELECT count(*)::int AS invoices FROM app.invoice');
    await client.query(`INSERT INTO app.invoice VALUES (1001, '{}')`);
    await client.end();
    expect(rows).toEqual([{ invoices: 1000 }]);
    await (await login(controlPlane.meadow, meadow)).end();
    expect([await thingsOf(controlPlane), await thingsOf(controlPlane.meadow)]).toEqual(before.things);
    expect([await namespacesOf(controlPlane), await namespacesOf(controlPlane.meadow)]).toEqual(before.namespaces);
  });

  test('credentials of before are ended', async () => {
    for (const [zone, name] of [
      [controlPlane, 'billing'],
      [controlPlane.meadow, 'catalog'],
    ] as const) {
      await expect(login(zone, before.bindings[name] as Record<string, string>), name).rejects.toThrow(
        /password authentication failed/,
      );
    }
  });

  test('what is refused is refused, keeps what it has, and comes back with its next good document', async () => {
    expect(await acceptedOf(odd)).toMatchObject({ status: 'False', reason: 'ZoneNotFound' });
    await (await login(controlPlane, before.bindings.odd as Record<string, string>)).end();
    delivery.write({ [fileOfService(odd)]: fileOf(odd) });

    expect(await delivery.wait('galaxy/odd', delivery.push('As it was accepted'))).toMatchObject({ status: 0 });
    await expect(login(controlPlane, before.bindings.odd as Record<string, string>)).rejects.toThrow(/failed/);
  });

  test('what was left behind is taken up again by whoever left it, and nobody else’s is', async () => {
    delivery.write({ [fileOfService(left)]: fileOf(left), [fileOfService(late)]: fileOf(late) });
    const commit = delivery.push('One is wanted again, one takes a name that is taken');

    expect(await delivery.wait('galaxy/left', commit)).toMatchObject({ status: 0 });
    expect((await delivery.wait('galaxy/late', commit)).said).toMatch(/role galaxy_late_app is taken/);
    expect([await thingsOf(controlPlane), await thingsOf(controlPlane.meadow)]).toEqual(before.things);
  });

  test('the platform is as it was', async () => {
    await applyPlatform(controlPlane);
    for (const service of [odd, left, late]) delivery.write({ [fileOfService(service)]: undefined });
    const commit = delivery.push('What this scenario brought');
    await eventually('it is applied', () => delivery.isApplied('galaxy', commit), { seconds: 120 });
    const superuser = await controlPlane.postgres.connect();
    for (const name of ['odd', 'left', 'late']) await superuser.query(`DROP DATABASE IF EXISTS galaxy_${name}`);
    await superuser.query('DROP ROLE galaxy_late_app');
    await superuser.end();
  });
});
