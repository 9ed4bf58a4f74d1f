import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { type Desk, layDesk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/long.ts';
import {
  backupLogin,
  commandsOf,
  exchangeOf,
  fillBilling,
  meadowFile,
  meadowWith,
  nameRecord,
  namespacesOf,
  prepareBackups,
  secretOf,
  thingsOf,
  was,
} from '../support/lost.ts';
import { applyPlatform, exampleService, serviceOf, sessionOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

let controlPlane: ControlPlane;
let delivery: Delivery;
let plan: Plan;
let desk: Desk;

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
const bindingOf = ({ aqua }: ZoneServers, { metadata }: KubernetesObject) =>
  secretOf(aqua, `${metadata.namespace}-${metadata.name}`, 'spike');

/** A session with the Secret. */
const login = ({ postgres }: ZoneServers, binding: Record<string, string>): Promise<Client> =>
  sessionOf(postgres, binding);
const opens = async (zone: ZoneServers, binding?: Record<string, string>) =>
  (await login(zone, binding as Record<string, string>)).end();

/** What somebody sees of billing's workloads who has the kubeconfig by which its squad deploys, or had it. */
const deploys = async (kubeconfig = ''): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), 'squadkit-deployer-'));
  try {
    writeFileSync(join(directory, 'kubeconfig'), kubeconfig, { mode: 0o600 });

    return await desk.run(
      `kubectl --kubeconfig ${directory}/kubeconfig get deployments --namespace galaxy-billing 2>&1`,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
};
const deployer = () => secretOf(controlPlane.hub, 'galaxy', 'billing.frontier.aqua.kubeconfig');

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
  await prepareBackups(controlPlane);
  desk = await layDesk(controlPlane);
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
      [meadowFile]: meadowWith(controlPlane, { rotateEvery: '6m', overlap: '6m', most: '6m' }),
      ...folderReadme('galaxy'),
      [fileOfService(odd)]: fileOf(odd),
      [fileOfService(left)]: fileOf(left),
    });
    const commit = delivery.push('All that there is');
    for (const name of ['galaxy/billing', 'galaxy/odd', 'galaxy/left', 'quasar/catalog']) {
      expect(await delivery.wait(name, commit)).toMatchObject({ status: 0 });
    }
    await opens(controlPlane, await bindingOf(controlPlane, left));
    delivery.write({
      [fileOfService(left)]: undefined,
      [fileOfService(odd)]: fileOf(serviceOf('galaxy', 'odd', 'nowhere')),
    });
    const refused = delivery.push('One goes, one is refused');
    expect(await delivery.wait('galaxy/left', refused)).toMatchObject({ status: 0 });
    expect(await delivery.wait('galaxy/odd', refused)).toMatchObject({ status: 1 });

    await fillBilling(controlPlane);
    await controlPlane.hub.apply(was);
    await eventually('the squad is Ready', async () => isTrue(await controlPlane.hub.get(was), 'Ready'));
    await retire(controlPlane, [], [was]);
    expect(await controlPlane.hub.get(nameRecord(was))).toBeDefined();
    before.bindings = {
      billing: await bindingOf(controlPlane, billing),
      catalog: await bindingOf(controlPlane.meadow, catalog),
      odd: await bindingOf(controlPlane, odd),
    };
    before.bindings.deployer = await deployer();
    expect(await deploys(before.bindings.deployer.kubeconfig)).not.toContain('rror');
    before.things = [await thingsOf(controlPlane), await thingsOf(controlPlane.meadow)];
    before.namespaces = [await namespacesOf(controlPlane), await namespacesOf(controlPlane.meadow)];
    expect(before.bindings.billing?.password).toMatch(/./);
  });

  test('a login has been exchanged, the next exchange is far, and the old login has a week still', async () => {
    const first = before.bindings.catalog as Record<string, string>;
    const isExchanged = async () => (await bindingOf(controlPlane.meadow, catalog)).username !== first.username;
    await eventually('exchanged', isExchanged, { seconds: 480 });
    delivery.write({ [meadowFile]: meadowWith(controlPlane, { rotateEvery: '90d', overlap: '7d', most: '30d' }) });
    delivery.push('Seldom');
    const inDays = async (days: number) =>
      Date.parse((await exchangeOf(controlPlane, catalog)).split(' ')[0]?.slice(0, -1) ?? '') >
      Date.now() + days * 86_400_000;
    await eventually('the Service has read that', async () => {
      const annotations = { 'example.org/looked-at': new Date().toISOString() };
      await controlPlane.hub.patch(catalog, { metadata: { annotations } });
      return inDays(80);
    });
    before.bindings.first = first;
    before.bindings.backup = await backupLogin(controlPlane);
    before.bindings.catalog = await bindingOf(controlPlane.meadow, catalog);

    expect(before.bindings.catalog.username).toBe('quasar_catalog_app_2');
    expect(await exchangeOf(controlPlane, catalog)).toMatch(/quasar_catalog_app at the latest/);
    for (const binding of [first, before.bindings.catalog, before.bindings.backup])
      await opens(controlPlane.meadow, binding);
  }, 900_000);

  test('without it, what runs goes on', async () => {
    await loseHub(plan);
    const client = await login(controlPlane, before.bindings.billing as Record<string, string>);
    const { rows } = await client.query('SELECT count(*)::int AS invoices FROM app.invoice');
    await client.end();

    expect(rows).toEqual([{ invoices: 1000 }]);
    for (const name of ['catalog', 'first']) await opens(controlPlane.meadow, before.bindings[name]);
  });

  test('by the page the old hub is cut off, and the logins that it alone knew end', async () => {
    const cut = commandsOf('1. The old hub is cut off', 'sh').replace('-k aqua', '-f install/remote/squadkit.yaml');
    for (const context of ['aqua', 'aqua-meadow'])
      await desk.run(cut.replaceAll('--context aqua', `--context ${context}`));
    const { admin, connect } = controlPlane.meadow.postgres;
    const administrator = await connect({ user: admin.user, password: admin.password });
    await administrator.query(commandsOf('4. Logins that only the old hub knew', 'sql'));
    await administrator.end();

    await expect(opens(controlPlane.meadow, before.bindings.catalog)).rejects.toThrow(/permission denied/);
    await expect(opens(controlPlane.meadow, before.bindings.backup)).rejects.toThrow(/not permitted to log in/);
    await expect(deploys(before.bindings.deployer?.kubeconfig)).rejects.toThrow(/Unauthorized|logged in/);
  });

  test('a new hub with the same Git brings everything back by itself', async () => {
    const since = Date.now();
    const after = () => `${((Date.now() - since) / 1000).toFixed(0)} s`;
    await rebuildHub(plan, controlPlane);
    await prepareBackups(controlPlane);
    console.log(`installed after ${after()}`);
    delivery = await startDelivery(controlPlane);
    desk.edit('gitops/flux/delivery.yaml', (text) =>
      text
        .replace(/url: .*/, `url: ${delivery.git('remote', 'get-url', 'origin')}`)
        .replace('interval: 1m', 'interval: 10s'),
    );
    // What starts Flux here has applied the folder, with other words for the same.
    const said = await desk.run(commandsOf('5. Git', 'sh').replace('--server-side', '--server-side --force-conflicts'));
    for (const name of ['squadkit-platform', 'meadow', 'galaxy']) expect(said).toContain(`/${name} condition met`);
    for (const service of [billing, catalog]) {
      const found = () => controlPlane.hub.get(service);
      await eventually(`${service.metadata.name} is Ready`, async () => isTrue(await found(), 'Ready'), {
        seconds: 480,
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
    await opens(controlPlane.meadow, meadow);
    expect([await thingsOf(controlPlane), await thingsOf(controlPlane.meadow)]).toEqual(before.things);
    expect([await namespacesOf(controlPlane), await namespacesOf(controlPlane.meadow)]).toEqual(before.namespaces);
  }, 900_000);

  test('credentials of before are ended, and squads deploy again', async () => {
    await expect(deploys(before.bindings.deployer?.kubeconfig)).rejects.toThrow(/Unauthorized|logged in/);
    expect(await deploys((await deployer()).kubeconfig)).not.toContain('rror');
    for (const name of ['billing', 'first', 'catalog', 'backup']) {
      const zone = name === 'billing' ? controlPlane : controlPlane.meadow;
      await expect(opens(zone, before.bindings[name]), name).rejects.toThrow(
        name === 'catalog' ? /permission denied/ : /password authentication failed/,
      );
    }
  });

  test('times of rotation begin anew, a backup is due again, and names that were used before are free', async () => {
    await eventually('the backup has a login again', async () => (await backupLogin(controlPlane)).password !== '');

    expect(await exchangeOf(controlPlane, catalog)).toMatch(/^2[^ ]+: $/);
    expect((await bindingOf(controlPlane.meadow, catalog)).username).toBe('quasar_catalog_app');
    expect(condition(await controlPlane.hub.get(catalog), 'BackedUp')?.reason).toBe('NoBackupYet');
    await opens(controlPlane.meadow, await backupLogin(controlPlane));
    expect(await controlPlane.hub.get(nameRecord(was))).toBeUndefined();
  });

  test('what is refused is refused, keeps what it has, and comes back with its next good document', async () => {
    expect(await acceptedOf(odd)).toMatchObject({ status: 'False', reason: 'ZoneNotFound' });
    await opens(controlPlane, before.bindings.odd);
    delivery.write({ [fileOfService(odd)]: fileOf(odd) });

    expect(await delivery.wait('galaxy/odd', delivery.push('As it was accepted'))).toMatchObject({ status: 0 });
    await expect(opens(controlPlane, before.bindings.odd)).rejects.toThrow(/failed/);
  });

  test('what was left behind is taken up again by whoever left it, and nobody else’s is', async () => {
    delivery.write({ [fileOfService(left)]: fileOf(left), [fileOfService(late)]: fileOf(late) });
    const commit = delivery.push('One is wanted again, one takes a name that is taken');

    expect(await delivery.wait('galaxy/left', commit)).toMatchObject({ status: 0 });
    expect((await delivery.wait('galaxy/late', commit)).said).toMatch(/role galaxy_late_app is taken/);
    expect([await thingsOf(controlPlane), await thingsOf(controlPlane.meadow)]).toEqual(before.things);
  });

  test('the platform is as it was', async () => {
    writeExamples(delivery, controlPlane);
    for (const service of [odd, left, late]) delivery.write({ [fileOfService(service)]: undefined });
    const commit = delivery.push('What this scenario brought');
    for (const name of ['squadkit-platform', 'galaxy'])
      await eventually('it is applied', () => delivery.isApplied(name, commit), { seconds: 120 });
    const superuser = await controlPlane.postgres.connect();
    for (const name of ['odd', 'left', 'late']) await superuser.query(`DROP DATABASE IF EXISTS galaxy_${name}`);
    await superuser.query('DROP ROLE galaxy_late_app');
    await superuser.end();
  });
});
