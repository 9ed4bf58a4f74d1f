import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { backupEntries, bundle } from '../../../package/build.ts';
import { postgresClient } from '../../../package/tools/postgres-client.ts';
import { createProgress } from '../../../package/tools/progress.ts';
import { backupTools, buildTools } from '../../../package/tools/tools.ts';
import { type DrillImage, installDrill, isRoot, nobody } from '../../backup/drill-image.ts';
import { runProgram } from '../../backup/scene.ts';
import { makeBucket, type RunningStore, secretOf, startStore } from '../../backup/store.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { accounts } from '../../control-plane/kubernetes-servers.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { choosePorts } from '../../control-plane/ports.ts';
import { connectPostgres } from '../../control-plane/postgres.ts';
import { applyPlatform, makeReady, textOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';
import { type SpareServer, startSpareServers } from '../support/spare.ts';

const namespace = 'squadkit-backups';
let controlPlane: ControlPlane;
let spare: SpareServer;
let store: RunningStore;
let room: string;
let programs: string;
/** Where somebody who is nobody may read. */
let hall: string;
let drill: DrillImage;

const service: KubernetesObject = {
  ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', metadata: { name: 'saved', namespace: 'quasar' } },
  spec: { zones: [{ name: 'gorge', components: [{ name: 'gorge', provider: 'postgres' }] }] },
};
const zone = (recipients: string[]): KubernetesObject => ({
  ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', metadata: { name: 'gorge' } },
  spec: {
    ...{ environment: 'engineering', region: 'eu-west-1' },
    components: [
      {
        ...spare.component,
        postgres: {
          ...spare.component.postgres,
          backups: {
            store: {
              ...{ endpoint: `https://localhost:${store.port}`, region: 'eu-west-1', bucket: 'backups' },
              ...{ caBundle: readFileSync(store.caPath, 'utf8'), secretRef: { name: 'gorge-backups-writer' } },
            },
            ...{ recipients, schedule: '15 2 * * *', retentionDays: 14 },
            drill: { secretRef: { name: 'gorge-drill' } },
          },
        },
      },
    ],
  },
});

interface CronJob extends KubernetesObject {
  spec: {
    jobTemplate: {
      spec: {
        template: {
          spec: {
            containers: { args: string[]; volumeMounts: { name: string; mountPath: string }[] }[];
            serviceAccountName: string;
            volumes: { name: string; secret?: { secretName: string; items?: { key: string }[] } }[];
          } & Record<string, unknown>;
        };
      };
    };
  };
}

const cronJob = async (what: 'backup' | 'drill'): Promise<CronJob> => {
  const all = await controlPlane.hub.list('batch/v1', 'CronJob', { namespace });
  const found = all.find(({ metadata: { name } }) => name.endsWith('-drill') === (what === 'drill'));
  if (found === undefined) throw new Error(`there is no CronJob of a ${what}`);

  return found as unknown as CronJob;
};

/** Does what a node would for a pod of the CronJob: its Secrets and its token as files, and its program. */
const runOnce = async (
  number: number,
  what: 'backup' | 'drill' = 'backup',
): Promise<{ status: number | null; error: string }> => {
  const { hub } = controlPlane;
  const { metadata, spec } = await cronJob(what);
  const { spec: podSpec } = spec.jobTemplate.spec.template;
  const name = `${metadata.name}-${number}-abcde`;
  await hub.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: podSpec } as KubernetesObject);
  const { status } = await hub.request<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${podSpec.serviceAccountName}/token`,
    {
      ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' },
      spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name } },
    },
  );
  const place = mkdtempSync(join(what === 'drill' ? hall : room, 'pod-'));
  chmodSync(place, 0o755);
  writeFileSync(join(place, 'token'), status.token);
  writeFileSync(join(place, 'ca.crt'), hub.certificate);
  const [container] = podSpec.containers as [(typeof podSpec.containers)[0]];
  let args = container.args;
  for (const { name: volume, mountPath } of container.volumeMounts) {
    const { secret } = podSpec.volumes.find((one) => one.name === volume) ?? {};
    mkdirSync(join(place, volume));
    if (secret === undefined) chmodSync(join(place, volume), 0o777);
    const reference = { apiVersion: 'v1', kind: 'Secret', metadata: { name: secret?.secretName ?? '', namespace } };
    for (const [key, value] of Object.entries(secret === undefined ? {} : textOf(await hub.get(reference))))
      if (secret?.items?.some((item) => item.key === key) ?? true) writeFileSync(join(place, volume, key), value);
    args = args.map((arg) => arg.replace(mountPath, join(place, volume)));
  }
  execFileSync('chmod', ['-R', 'a+rX', place]);
  const program = {
    backup: [process.execPath, join(room, 'bundle/backup.cjs'), ...args, '--pg-dump', join(programs, 'pg_dump')],
    drill: [
      ...(isRoot ? nobody : []),
      drill.program,
      join(drill.bundles, 'drill.cjs'),
      ...args,
      '--postgres',
      drill.postgres,
    ],
  };
  const [command = '', ...rest] = program[what];
  const child = spawn(
    command,
    [
      ...[...rest, '--hub', hub.server],
      ...['--hub-token-file', join(place, 'token'), '--hub-authority-file', join(place, 'ca.crt')],
    ],
    { cwd: '/', env: { PATH: process.env.PATH }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let error = '';
  child.stderr.on('data', (data: Buffer) => {
    error += data;
  });
  const ended = await new Promise<number | null>((done) => child.once('close', done));
  await hub.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } });

  return { status: ended, error };
};

const migrate = async (statements: string[]): Promise<void> => {
  const binding = textOf(
    await controlPlane.hub.get({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'saved.gorge.gorge.binding', namespace: 'quasar' } },
    }),
  );
  const { 'migrator.username': user, 'migrator.password': password, 'migrator.database': database } = binding;
  const client = await connectPostgres(spare.connection, { user, password, database } as Record<string, string>);
  for (const statement of statements) await client.query(statement);
  await client.end();
};

/** One question to the server, as its superuser. */
const query = async (statement: string) => {
  const superuser = await spare.connect();
  try {
    return await superuser.query(statement);
  } finally {
    await superuser.end();
  }
};

const backedUp = (wanted: string) =>
  controlPlane.hub.waitFor(service, (found) => condition(found, 'BackedUp')?.reason === wanted, {
    ...{ seconds: 150, what: wanted },
  });

/** What the Service says of drills, once it says that word. */
const proven = async (wanted: string): Promise<Record<string, unknown>> => {
  const read = (found: KubernetesObject | undefined) => {
    const { zones = [] } = (found?.status ?? {}) as {
      zones?: { components: { backup?: Record<string, unknown> }[] }[];
    };

    return zones[0]?.components[0]?.backup;
  };
  const found = await controlPlane.hub.waitFor(service, (one) => read(one)?.proof === wanted, {
    ...{ seconds: 150, what: wanted },
  });

  return read(found) ?? {};
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  const { hub } = controlPlane;
  room = mkdtempSync(join(controlPlane.paths.state, 'backup-'));
  const tools = await buildTools(createProgress(), backupTools);
  programs = join(await postgresClient(), 'bin');
  const ports = await choosePorts(['backup-store']);
  [spare] = (await startSpareServers(controlPlane, ['gorge'])) as [SpareServer];
  store = await startStore(controlPlane as never, {
    ...{ tool: tools('versitygw'), state: room, port: ports['backup-store'] as number },
  });
  await makeBucket(store, 'backups');
  await bundle({ outputDirectory: join(room, 'bundle'), entries: backupEntries });
  const identity = join(room, 'identity');
  await runProgram(tools('age').binary('age-keygen'), ['-o', identity]);
  const recipient = (await runProgram(tools('age').binary('age-keygen'), ['-y', identity])).toString().trim();
  hall = mkdtempSync(join(tmpdir(), 'squadkit-drill-made-'));
  drill = await installDrill(hall);
  await query(`ALTER ROLE ${spare.connection.admin.user} BYPASSRLS`);
  await hub.apply({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'gorge-backups-writer', namespace } },
    stringData: { accessKeyId: 'writer', secretAccessKey: secretOf('writer') },
  } as KubernetesObject);
  await hub.apply({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'gorge-drill', namespace } },
    stringData: {
      ...{ accessKeyId: 'reader', secretAccessKey: secretOf('reader') },
      identity: readFileSync(identity, 'utf8'),
    },
  } as KubernetesObject);
  // As the role of the ServiceAccount that an installation has, which is called otherwise here.
  await hub.apply({
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'here', namespace } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'squadkit:backups' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: accounts['provider-kubernetes'].user }],
  } as KubernetesObject);
  await applyPlatform(controlPlane);
  await hub.apply(zone([recipient]));
  await makeReady(controlPlane, service, 180);
});

afterAll(async () => {
  await retire(controlPlane, [service], [zone([])]);
  await spare.end();
  rmSync(hall, { recursive: true, force: true });
});

// Guard rail: postgres-backed-up
test('a database is backed up without a word from its squad, with what policies hide, and its Service says so', async () => {
  await migrate([
    'CREATE TABLE app.invoice (id bigint GENERATED ALWAYS AS IDENTITY, note text)',
    "INSERT INTO app.invoice (note) SELECT 'note ' || n FROM generate_series(1, 1000) n",
    'CREATE TABLE app.hidden (id int); INSERT INTO app.hidden VALUES (1), (2), (3)',
    'ALTER TABLE app.hidden ENABLE ROW LEVEL SECURITY; ALTER TABLE app.hidden FORCE ROW LEVEL SECURITY',
  ]);
  await backedUp('NoBackupYet');

  expect(await runOnce(1)).toEqual({ status: 0, error: '' });
  const said = await backedUp('BackedUp');
  expect(condition(said, 'BackedUp')?.message).toMatch(/ with 1003 rows, kept until /);
  expect((await store.versions('backups', 'main/gorge.gorge/quasar/saved/')).map(({ key }) => key)).toHaveLength(2);
});

// Guard rail: postgres-backed-up
test('a drill as its CronJob has it restores that backup, and the Service says when it was proven', async () => {
  expect(await proven('NotProvenYet')).not.toHaveProperty('provenAt');

  expect(await runOnce(1, 'drill')).toEqual({ status: 0, error: '' });
  expect(await proven('Proven')).toMatchObject({
    provenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
    provenBackup: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
    provenSeconds: expect.any(Number),
  });
});

test('a store that refuses is said, with whose move it is, and a backup takes that back', async () => {
  const { hub } = controlPlane;
  const secret = (key: string) =>
    ({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'gorge-backups-writer', namespace } },
      stringData: { accessKeyId: 'writer', secretAccessKey: key },
    }) as KubernetesObject;
  await hub.apply(secret('wrong'));
  expect((await runOnce(2)).status).toBe(1);
  const failed = await backedUp('BackupFailed');
  expect(condition(failed, 'ActionNeeded')).toMatchObject({ status: 'True', reason: 'Platform' });
  await hub.apply(secret(secretOf('writer')));
  expect((await runOnce(3)).status).toBe(0);
  expect(condition(await backedUp('BackedUp'), 'ActionNeeded')?.status).toBe('False');
});

test('a backup that was damaged in the store is said by its drill, and that of before stays proven', async () => {
  const dumps = (await store.versions('backups')).map(({ key }) => key).filter((key) => key.endsWith('.dump.age'));
  const file = join(store.directory, 'objects/backups', dumps.sort().at(-1) as string);
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  writeFileSync(file, bytes);

  expect((await runOnce(2, 'drill')).status).toBe(1);
  const said = await proven('NotProven');
  expect(said).toMatchObject({ provenAt: expect.any(String), message: expect.stringMatching(/ Move: Platform[.]$/) });
  const found = await controlPlane.hub.waitFor(
    service,
    (one) => condition(one, 'ActionNeeded')?.reason === 'Platform',
    {
      ...{ seconds: 60, what: 'a move of the platform' },
    },
  );
  expect(condition(found, 'BackedUp')).toMatchObject({ status: 'True', reason: 'BackedUp' });
});

test('when its Service is gone, the next backup still comes', async () => {
  const { hub } = controlPlane;
  await hub.delete(service);
  await hub.waitFor(service, (found) => found === undefined, { what: 'gone' });

  expect(await runOnce(4)).toEqual({ status: 0, error: '' });
  const keys = (await store.versions('backups')).map(({ key }) => key);
  expect(keys.filter((key) => key.endsWith('.json'))).toHaveLength(3);
});

test('when it comes back, its backups go on with the login as it is then', async () => {
  await makeReady(controlPlane, service, 180);

  expect(await runOnce(5)).toEqual({ status: 0, error: '' });
  const said = await backedUp('BackedUp');
  expect(condition(said, 'BackedUp')?.message).toMatch(/ with 1003 rows, kept until /);
  expect(await runOnce(3, 'drill')).toEqual({ status: 0, error: '' });
  expect(await proven('Proven')).toHaveProperty('provenAt');
});

test('where the Zone says no more of backups, what makes them goes, and what lies in the store stays', async () => {
  const { hub } = controlPlane;
  const before = await store.versions('backups');
  await hub.patch(zone([]), { spec: { components: [spare.component] } });
  // A Service that rests looks at its Zone every ten minutes, and when it is changed.
  await hub.patch(service, { spec: { description: 'without backups' } });
  await backedUp('NoBackups');
  await vi.waitFor(async () => expect(await hub.list('batch/v1', 'CronJob', { namespace })).toEqual([]), 120_000);
  const { rows } = await query(
    `SELECT has_database_privilege('quasar_saved_backup', 'quasar_saved', 'CONNECT') AS may`,
  );

  expect(rows).toEqual([{ may: false }]);
  expect(await store.versions('backups')).toEqual(before);
  await makeReady(controlPlane, service, 180);
});
