import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { releasedVersion } from '../../../package/version.ts';
import { type ControlPlane, connectControlPlane, type PostgresServer } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { installConfiguration, waitForPackages } from '../../control-plane/packages.ts';
import { nextAnnotation } from '../support/next-compose.ts';
import {
  configurationPackage,
  functionPackage,
  installVersion,
  nextColumn,
  publishNextRelease,
} from '../support/next-release.ts';
import { applyPlatform, composedOf, exampleService, makeReady, textOf } from '../support/platform.ts';

const next = 'v99.0.0';
const seenAnnotation = 'example.org/seen-release';
let controlPlane: ControlPlane;
const services = [exampleService('billing'), exampleService('catalog')];
let functionDirectory: string;

beforeAll(async () => {
  controlPlane = connectControlPlane();
  functionDirectory = join(controlPlane.paths.state, 'packages', 'function');
  await applyPlatform(controlPlane);
  for (const service of services) await makeReady(controlPlane, service);
});

afterAll(async () => {
  if (await isInstalled(next)) await goTo(releasedVersion(), `${functionDirectory}.today`);
  for (const service of services) {
    await controlPlane.hub.patch(service, { metadata: { annotations: { [seenAnnotation]: null } } });
  }
});

const isInstalled = async (version: string): Promise<boolean> => {
  const installed = await controlPlane.hub.get(functionPackage);

  return `${installed?.spec.package}`.endsWith(`:${version}`);
};

/** Whether a package is at a version, healthy or not. */
const isAt = (found: KubernetesObject | undefined, version: string): boolean =>
  `${found?.status?.currentIdentifier}`.endsWith(`:${version}`);

/** Installs a version through the package manager and runs its function, and waits until everything composed shows it. */
const goTo = async (version: string, bundle: string): Promise<number> => {
  const started = Date.now();
  const { hub } = controlPlane;
  await installVersion(hub, version);
  await hub.waitFor(
    configurationPackage,
    (found) => isTrue(found, 'Healthy') && isTrue(found, 'Installed') && isAt(found, version),
    { what: `healthy at ${version}`, seconds: 180 },
  );
  await waitForPackages(hub, { step: (_, work) => work(), note: () => undefined });
  cpSync(bundle, functionDirectory, { recursive: true });
  await controlPlane.restart('function');

  const isThere = (object: KubernetesObject) =>
    (object.metadata.annotations?.[nextAnnotation] !== undefined) === (version === next);
  for (const service of services) {
    // An edit is noticed at once; without one the next round comes when the last answer said.
    await hub.patch(service, { metadata: { annotations: { [seenAnnotation]: version } } });
    const deadline = Date.now() + 120_000;
    while (!(await composedOf(controlPlane, service)).every(isThere)) {
      if (Date.now() > deadline) throw new Error(`${service.metadata.name} is not composed by ${version}`);
      await sleep(500);
    }
    await hub.waitFor(service, (found) => isTrue(found, 'Ready') && isTrue(found, 'Synced'), { what: 'Ready' });
  }

  return Math.round((Date.now() - started) / 1000);
};

/** The same in a PostgreSQL server, a line each. */
const onServer = async (postgres: PostgresServer): Promise<string[]> => {
  const superuser = await postgres.connect();
  const { rows } = await superuser.query<{ line: string }>(
    `SELECT 'role ' || rolname || ' ' || oid AS line FROM pg_roles WHERE rolname ~ '^(galaxy_billing|quasar_catalog)'
     UNION SELECT 'database ' || datname || ' ' || oid FROM pg_database WHERE datname ~ '^(galaxy|quasar)'
     UNION SELECT 'password ' || rolname || ' ' || md5(rolpassword) FROM pg_authid
       WHERE rolname ~ '^(galaxy_billing|quasar_catalog)' AND rolpassword IS NOT NULL`,
  );
  await superuser.end();

  return rows.map(({ line }) => line);
};

/** Everything that would have another identity if it had been made anew: on the hub, and in both Zones. */
const identities = async (): Promise<string[]> => {
  const { hub, meadow } = controlPlane;
  const composed = (await Promise.all(services.map((service) => composedOf(controlPlane, service)))).flat();
  const platform = await Promise.all(
    ['Zone', 'Squad', 'Service'].map((kind) => hub.list('squadkit.io/v1alpha1', kind)),
  );
  const zones = [
    { ...controlPlane, namespace: 'galaxy-billing' },
    { ...meadow, namespace: 'quasar-catalog' },
  ];
  const remote = await Promise.all(
    zones.flatMap(({ aqua, namespace }) => [
      aqua.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
      ...['Secret', 'ServiceAccount', 'ResourceQuota', 'LimitRange'].map((kind) =>
        aqua.list('v1', kind, { namespace }),
      ),
      aqua.list('rbac.authorization.k8s.io/v1', 'RoleBinding', { namespace }),
      aqua.list('networking.k8s.io/v1', 'NetworkPolicy', { namespace }),
    ]),
  );
  const objects = [...composed, ...platform.flat(), ...remote.flat()].filter((object) => object !== undefined);
  const lines = await Promise.all(zones.map(({ postgres }) => onServer(postgres)));

  return [
    ...objects.map(
      ({ kind, metadata }) =>
        `${kind} ${metadata.namespace ?? ''}/${metadata.name} ${metadata.uid} ${metadata.creationTimestamp} ${metadata.deletionTimestamp ?? ''}`,
    ),
    ...lines.flat(),
  ].sort();
};

/** A workload with nothing but the Secret that was delivered to it: it stays connected, and others log in beside it. */
const startWorkload = async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'spike', namespace: 'galaxy-billing' } };
  const login = async () => {
    const binding = textOf(await controlPlane.aqua.get(secret));
    const client = new Client({
      host: binding.host as string,
      port: Number(binding.port),
      database: binding.database as string,
      user: binding.username as string,
      password: binding.password as string,
      ssl: { ca: (binding['ca.crt'] ?? binding.sslrootcert) as string, rejectUnauthorized: true },
    });
    client.on('error', (error) => problems.push(`connection: ${error.message}`));
    await client.connect();

    return client;
  };
  const problems: string[] = [];
  const kept = await login();
  let isDone = false;
  let logins = 0;
  const working = (async () => {
    while (!isDone) {
      try {
        await kept.query('SELECT 1');
        const fresh = await login();
        await fresh.query('SELECT 1');
        await fresh.end();
        logins += 1;
      } catch (error) {
        problems.push((error as Error).message);
      }
      await sleep(200);
    }
    await kept.end();
  })();

  return {
    stop: async () => {
      isDone = true;
      await working;

      return { problems, logins };
    },
  };
};

/** Everything that was said of the Services while somebody watched, other than that they are Ready. */
const watchReadiness = () => {
  const seen: string[] = [];
  const stop = controlPlane.hub.watch('squadkit.io/v1alpha1', 'Service', (type, object) => {
    if (!services.some(({ metadata }) => metadata.name === object.metadata.name)) return;
    const ready = condition(object, 'Ready');
    if (type === 'DELETED' || ready?.status !== 'True') {
      seen.push(`${object.metadata.name}: ${type} ${ready?.status} ${ready?.message ?? ''}`);
    }
  });

  return { stop, seen };
};

const columns = async (): Promise<string[]> =>
  (await controlPlane.hub.table('squadkit.io/v1alpha1', 'Service', 'galaxy')).columnDefinitions.map(({ name }) => name);

test('with the configuration alone nothing happens, and Crossplane says which function it needs', async () => {
  const { hub } = controlPlane;
  await publishNextRelease(controlPlane, next);
  const before = await identities();
  await installConfiguration(hub, next);
  const waits = await hub.waitFor(configurationPackage, (found) => isAt(found, next) && !isTrue(found, 'Healthy'), {
    what: 'waiting for its function',
  });
  const revision = `${waits?.status.currentRevision}`;
  await hub.waitFor(
    { apiVersion: 'pkg.crossplane.io/v1', kind: 'ConfigurationRevision', metadata: { name: revision } },
    (found) => /incompatible dependencies.*function-squadkit/.test(JSON.stringify(found?.status?.conditions ?? [])),
    { what: 'incompatible with the function that runs' },
  );
  expect(await columns()).not.toContain(nextColumn);

  await installConfiguration(hub, releasedVersion());
  await hub.waitFor(configurationPackage, (found) => isTrue(found, 'Healthy') && isAt(found, releasedVersion()), {
    what: `healthy at ${releasedVersion()}`,
  });
  for (const service of services) expect(isTrue(await hub.get(service), 'Ready')).toBe(true);
  expect(await identities()).toEqual(before);
});

test('an upgrade and the way back make nothing anew, interrupt no login, and Services stay Ready', async () => {
  const nextFunction = await publishNextRelease(controlPlane, next);
  cpSync(functionDirectory, `${functionDirectory}.today`, { recursive: true });
  const before = await identities();
  for (const login of ['galaxy_billing_app', 'quasar_catalog_app']) {
    expect(before.join('\n')).toMatch(new RegExp(`^password ${login} `, 'm'));
  }
  const workload = await startWorkload();
  const readiness = watchReadiness();
  try {
    const up = await goTo(next, nextFunction);
    expect(await isInstalled(next)).toBe(true);
    expect(await columns()).toContain(nextColumn);
    expect(await identities()).toEqual(before);

    const back = await goTo(releasedVersion(), `${functionDirectory}.today`);
    expect(await columns()).not.toContain(nextColumn);
    expect(await identities()).toEqual(before);
    console.log(`upgraded in ${up} s and back in ${back} s`);
  } finally {
    readiness.stop();
    const { problems, logins } = await workload.stop();
    console.log(`${logins} logins meanwhile`);

    expect(problems).toEqual([]);
    expect(logins).toBeGreaterThan(10);
    expect(readiness.seen).toEqual([]);
  }
});
