import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { conditionOf } from '../../functions/objects/resource.ts';
import { createProgress } from '../../package/tools/progress.ts';
import { backupTools, buildTools } from '../../package/tools/tools.ts';
import { releasedVersion } from '../../package/version.ts';
import { makeBucket, secretOf, startStore } from '../backup/store.ts';
import { installState, registryAddress, storePlace } from '../control-plane/node/layout.ts';
import { isTrue, type KubernetesObject } from '../control-plane/objects.ts';
import { connectPostgres } from '../control-plane/postgres.ts';
import { Processes } from '../control-plane/processes.ts';
import { blockWith, commandsWith } from './page.ts';
import { openScene, type Scene } from './scene.ts';
import { deployer, fetchDeployer } from './workloads.ts';

const file = process.env.SQUADKIT_INSTALL;
const page = 'package/install/README.md';
const namespace = 'squadkit-backups';
let scene: Scene;
/** Where the programs of age are. */
let age: string;
/** The authority of the store. */
let authority: string;
/** The public key of drills. */
let proving: string;
/** How its CronJob is called. */
let job: string;
/** The moment of the backup. */
let moment: string;

const desk = (name: string) => join(scene.desk, name);
const billing = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'billing', namespace: 'galaxy' },
};

beforeAll(async () => {
  if (!file) return;
  scene = await openScene(file);
  const tool = await buildTools(createProgress(), backupTools);
  age = dirname(tool('age').binary('age-keygen'));
  const store = await startStore(new Processes(installState), {
    ...{ tool: tool('versitygw'), state: installState, port: 443, reach: storePlace },
  });
  await makeBucket(store, 'frontier-backups');
  authority = readFileSync(store.caPath, 'utf8');
});

/** Runs commands with the programs of age, and returns all that they say. */
const withAge = (commands: string) => scene.run(`exec 2>&1\nexport PATH=${age}:$PATH\n${commands}`);

/** Lays the key of somebody where the page's commands expect it. */
const layKey = (who: 'writer' | 'reader') => {
  writeFileSync(desk('accessKeyId'), who);
  writeFileSync(desk('secretAccessKey'), secretOf(who));
};

/** Changes the settings of spike in Zone frontier, and registers it. */
const register = async (change: (postgres: Record<string, unknown>) => Record<string, unknown>) => {
  const documents = parseAllDocuments(readFileSync(desk('platform/all.yaml'), 'utf8')).map((one) => one.toJS());
  const zone = documents.find(({ kind, metadata }) => kind === 'Zone' && metadata.name === 'frontier');
  const component = zone.spec.components.find(({ name }: { name: string }) => name === 'spike');
  component.postgres = change(component.postgres);
  writeFileSync(desk('platform/all.yaml'), documents.map((object) => stringify(object)).join('---\n'));
  await scene.run('kubectl apply --server-side -R -f platform');
};

/** Commits what the squad says of its database, with a word that makes the hub look at once. */
const commit = async (description: string, postgres?: object) => {
  const document = parse(readFileSync(desk('squads/galaxy/billing.yaml'), 'utf8'));
  document.spec.description = description;
  document.spec.zones[0].components[0].postgres = postgres;
  writeFileSync(desk('squads/galaxy/billing.yaml'), stringify(document));
  await scene.run('kubectl apply --server-side -f squads/galaxy/billing.yaml');
};

const once = async (what: string, is: (service: KubernetesObject) => boolean): Promise<KubernetesObject> => {
  const isSo = (found: KubernetesObject | undefined) => found !== undefined && is(found);

  return (await scene.hubCluster.waitFor(billing, isSo, { what, seconds: 240 })) ?? billing;
};

interface Said {
  database?: string;
  backup?: { proof?: string; provenAt?: string; message?: string };
  restore?: { state?: string; message?: string };
}

const saidOf = ({ status }: KubernetesObject): Said =>
  (status as { zones?: { components?: Said[] }[] } | undefined)?.zones?.[0]?.components?.[0] ?? {};

/** Starts what a CronJob would, as the page says, and waits until Kubernetes says what came of it. */
const runNow = async (name: string, number: number, end: 'Complete' | 'Failed' = 'Complete') => {
  const own = `${name}-${number}`;
  await scene.run(`kubectl create job --from=cronjob/${name} ${own} --namespace ${namespace}`);
  await ended(own, end);
};

const ended = async (name: string, end: 'Complete' | 'Failed') => {
  const described = `kubectl describe pods --namespace ${namespace} --selector job-name=${name}`;
  const logs = `kubectl logs --namespace ${namespace} job/${name} --tail=-1`;
  await scene
    .run(`kubectl wait job/${name} --namespace ${namespace} --for=condition=${end} --timeout=4m`)
    .catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await scene.run(`{ ${described}; ${logs}; } 2>&1 || true`)}`);
    });
};

const jobsOf = (kind: 'CronJob' | 'Job') => scene.hubCluster.list('batch/v1', kind, { namespace });

/** One statement to a database, as the superuser. */
const ask = async (statement: string, database: string) => {
  const client = await connectPostgres(scene.postgres.spike, { database });
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
};

/** How many rows the app has written, and of how many somebody has changed what it wrote. */
const invoices = async (database: string): Promise<{ paid: number; broken: number }> => {
  const paid = 'count(*) FILTER (WHERE paid)::int AS paid';

  return (await ask(`SELECT ${paid}, count(*) FILTER (WHERE NOT paid)::int AS broken FROM app.invoices`, database))[0];
};

/** Starts the app anew, which reads its Secrets, and waits until it has written a row more than there were. */
const restart = async (database: string, before: number) => {
  await scene.run(`${deployer} rollout restart deployment/billing`);
  await scene.run(`${deployer} rollout status deployment/billing --timeout=3m`);
  await expect.poll(async () => (await invoices(database)).paid, { timeout: 60_000 }).toBeGreaterThan(before);
};

const long = 900_000;

/** Everything in here needs what came before it, and the walk: its app has written a row, and its Service was deleted. */
describe.skipIf(!file)('a platform registers a store, and pods back up, prove and restore', () => {
  test('keys, Secrets, the login and the Zone, as the page says', { timeout: long }, async () => {
    await withAge(commandsWith(page, '--output backups-1.txt'));
    layKey('writer');
    await scene.run(commandsWith(page, 'secret generic frontier-backups-writer'));
    await ask(blockWith(page, 'BYPASSRLS', 'sql'), 'postgres');
    layKey('reader');
    const said = await withAge(commandsWith(page, 'secret generic frontier-drill'));
    proving = /age1[0-9a-z]+/.exec(said)?.[0] ?? expect.fail(`no public key: ${said}`);
    const keys = ['backups-1.txt', 'backups-2.txt'].map(
      (name) => /age1[0-9a-z]+/.exec(readFileSync(desk(name), 'utf8'))?.[0],
    );
    const { backups } = parse(blockWith(page, 'bucket: frontier-backups', 'yaml'));
    const { drill } = parse(blockWith(page, 'secretRef: { name: frontier-drill }', 'yaml'));
    const image = (name: string) => ({ image: `${registryAddress}/squadkit/${name}:${releasedVersion()}` });

    await register(({ guarantees: _, ...postgres }) => ({
      ...postgres,
      guarantees: { encryptedAtRest: true },
      backups: {
        ...{ ...backups, ...image('backup'), recipients: [...keys, proving] },
        store: { ...backups.store, caBundle: authority },
        drill: { ...drill, ...image('drill') },
      },
    }));
    await commit('Invoices, backed up.');
    await expect.poll(async () => (await jobsOf('CronJob')).length, { timeout: 240_000 }).toBe(2);
    job = (await jobsOf('CronJob')).map(({ metadata }) => metadata.name).find((name) => !name.endsWith('-drill')) ?? '';
    await once('Ready', (service) => isTrue(service, 'Ready'));
    await fetchDeployer(scene);
    await restart('galaxy_billing', (await invoices('galaxy_billing')).paid);
  });

  test('what a squad had before may not be read: the Service says what to type', { timeout: long }, async () => {
    await runNow(job, 1, 'Failed');
    const service = await once('whose move it is', (found) => conditionOf(found, 'ActionNeeded')?.reason === 'Squad');
    const [statements = ''] =
      /GRANT SELECT ON ALL TABLES .*; GRANT \w+ ON ALL SEQUENCES IN SCHEMA app TO \w+/.exec(
        conditionOf(service, 'ActionNeeded')?.message ?? '',
      ) ?? [];
    expect(statements, conditionOf(service, 'ActionNeeded')?.message ?? '').not.toBe('');
    expect(readFileSync(join(import.meta.dirname, '../..', page), 'utf8').replace(/\s+/g, ' ')).toContain(statements);
    const secret = await scene.aquaCluster.get({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'spike.migrator', namespace: 'galaxy-billing' } },
    });
    const text = (key: string) => Buffer.from(secret?.data?.[key] ?? '', 'base64').toString();
    const migrator = await connectPostgres(scene.postgres.spike, {
      ...{ database: text('database'), user: text('username'), password: text('password') },
    });
    await migrator.query(statements);
    await migrator.end();
  });

  test('a pod of its CronJob backs up, and the Service says so', { timeout: long }, async () => {
    await runNow(job, 2);
    const service = await once('backed up', (found) => isTrue(found, 'BackedUp'));
    const message = conditionOf(service, 'BackedUp')?.message ?? '';

    expect(message).toMatch(/ with [1-9]\d* rows, kept until /);
    moment = /backup is of (\S+Z)/.exec(message)?.[1] ?? expect.fail(message);
  });

  test('a pod of the other CronJob proves it, with a server of its own inside', { timeout: long }, async () => {
    await runNow(`${job}-drill`, 1);
    const service = await once('proven', (found) => saidOf(found).backup?.proof === 'Proven');

    expect(saidOf(service).backup?.provenAt).toMatch(/^\d{4}-/);
  });

  test('a Job waits for its place, tries again what a node ends, and not what takes too long', {
    timeout: long,
  }, async () => {
    const template = (await jobsOf('CronJob')).find(({ metadata }) => metadata.name === job)?.spec?.jobTemplate;
    /** A Job as the CronJob makes it, of which the pod does something else. */
    const start = async (name: string, script: string, besides: object = {}): Promise<string> => {
      const { spec } = structuredClone(template) as { spec: { template: { spec: { containers: object[] } } } };
      const [container] = spec.template.spec.containers;
      const containers = [{ ...container, command: ['/usr/bin/node', '-e', script], args: [] }];
      spec.template.spec = { ...spec.template.spec, ...besides, containers };
      const metadata = { name: `${job}-${name}`, namespace };
      await scene.hubCluster.create({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec } as KubernetesObject);

      return metadata.name;
    };
    const statusOf = async (name: string) =>
      (await scene.hubCluster.get({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace } }))?.status;
    const podsOf = async (name: string) =>
      (await scene.hubCluster.list('v1', 'Pod', { namespace })).filter(
        ({ metadata }) => metadata.labels?.['job-name'] === name && metadata.deletionTimestamp === undefined,
      );

    const late = await start('late', 'process.exit(3)');
    await ended(late, 'Failed');
    expect(await statusOf(late)).toMatchObject({
      failed: 1,
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Failed', reason: 'PodFailurePolicy' })]),
    });

    const drained = await start(
      'drained',
      "process.once('SIGTERM', () => process.exit(1)); setInterval(() => 0, 1000)",
    );
    const running = async () => (await podsOf(drained)).filter(({ status }) => status?.phase === 'Running');
    await expect.poll(async () => (await running()).length, { timeout: 60_000 }).toBe(1);
    const [name = ''] = (await running()).map(({ metadata }) => metadata.name);
    await scene.hubCluster.request('POST', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
      ...{ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
    });
    const others = async () => (await running()).filter(({ metadata }) => metadata.name !== name).length;
    await expect.poll(others, { timeout: 120_000 }).toBe(1);
    expect((await statusOf(drained))?.failed ?? 0).toBe(0);
    await scene.run(`kubectl delete job ${drained} --namespace ${namespace}`);

    // Thirty seconds are over before it has a place.
    await scene.run(
      `kubectl patch resourcequota squadkit-backups --namespace ${namespace} --type merge -p '{"spec":{"hard":{"pods":"0"}}}'`,
    );
    const waiting = await start('waiting', '0', { activeDeadlineSeconds: 30 });
    await new Promise((resolve) => setTimeout(resolve, 35_000));
    expect(await podsOf(waiting)).toEqual([]);
    await scene.run(
      `kubectl patch resourcequota squadkit-backups --namespace ${namespace} --type merge -p '{"spec":{"hard":{"pods":"4"}}}'`,
    );
    await ended(waiting, 'Complete');
  });

  test('one line restores it by a pod, and the app reads the rows of then', { timeout: long }, async () => {
    const before = await invoices('galaxy_billing');
    expect(before).toEqual({ paid: expect.any(Number), broken: 0 });
    await ask('UPDATE app.invoices SET paid = false', 'galaxy_billing');
    await commit('Invoices, restored.', { restore: { at: moment } });
    await once('restored', (found) => saidOf(found).restore?.state === 'Restored');
    const database = saidOf(await once('Ready', (found) => isTrue(found, 'Ready'))).database ?? '';

    expect(database).toMatch(/^galaxy_billing-[0-9a-z]{6}$/);
    const restored = await invoices(database);
    expect(restored.broken).toBe(0);
    expect(restored.paid).toBeGreaterThanOrEqual(before.paid);
    await restart(database, restored.paid);
    expect((await invoices('galaxy_billing')).broken).toBe(before.paid);
    const all = async () => (await jobsOf('Job')).map(({ metadata }) => metadata.name);
    await expect.poll(all, { timeout: 120_000 }).not.toContainEqual(expect.stringMatching(/-restore$/));
  });

  test('without the line and without the store all of it goes, and the old database is back', {
    timeout: long,
  }, async () => {
    await commit('Invoices.');
    await once('the old one', (found) => saidOf(found).database === 'galaxy_billing' && isTrue(found, 'Ready'));
    await register(({ backups: _, ...postgres }) => ({
      ...postgres,
      guarantees: {
        ...{ encryptedAtRest: true, backups: { schedule: '15 2 * * *', retentionDays: 14 } },
        pointInTimeRecovery: true,
      },
    }));
    await commit('Invoices of galaxy.');
    await expect.poll(() => jobsOf('CronJob'), { timeout: 240_000 }).toEqual([]);
    await once('Ready', (service) => isTrue(service, 'Ready'));
    await scene.run(`kubectl delete jobs --all --namespace ${namespace}`);
    await restart('galaxy_billing', (await invoices('galaxy_billing')).paid);
  });
});
