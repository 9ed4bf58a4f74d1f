import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { secretOf } from '../../backup/store.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { type BackedUpServer, startBackedUpServer } from '../support/backed-up-server.ts';
import { backupsNamespace as namespace } from '../support/backups.ts';
import { applyPlatform, makeReady } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

let controlPlane: ControlPlane;
let server: BackedUpServer;

const service: KubernetesObject = {
  ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', metadata: { name: 'saved', namespace: 'quasar' } },
  spec: { zones: [{ name: 'gorge', components: [{ name: 'gorge', provider: 'postgres' }] }] },
};

/** A pod as one of a CronJob is called. */
const runOnce = (number: number, what: 'backup' | 'drill' = 'backup') => server.runPod(what, `${number}-abcde`);

const backedUp = (wanted: string) =>
  controlPlane.hub.waitFor(service, (found) => condition(found, 'BackedUp')?.reason === wanted, {
    ...{ seconds: 150, what: wanted },
  });

const squad: KubernetesObject = {
  ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', metadata: { name: 'quasar' } },
};
/** The Squad, once it says that of what its Services have left. */
const squadSays = (wanted: string) =>
  controlPlane.hub.waitFor(squad, (found) => condition(found, 'BackedUp')?.reason === wanted, {
    seconds: 150,
    what: wanted,
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
  server = await startBackedUpServer(controlPlane, 'gorge');
  await applyPlatform(controlPlane);
  await controlPlane.hub.apply(server.zone('backups'));
  await makeReady(controlPlane, service, 180);
});

afterAll(async () => {
  await retire(controlPlane, [service], [server.zone()]);
  await server.end();
});

// Guard rail: postgres-backed-up
test('a database is backed up without a word from its squad, with what policies hide, and its Service says so', async () => {
  await server.say('saved', 'migrator', [
    'CREATE TABLE app.invoice (id bigint GENERATED ALWAYS AS IDENTITY, note text)',
    "INSERT INTO app.invoice (note) SELECT 'note ' || n FROM generate_series(1, 1000) n",
    'CREATE TABLE app.hidden (id int); INSERT INTO app.hidden VALUES (1), (2), (3)',
    'ALTER TABLE app.hidden ENABLE ROW LEVEL SECURITY; ALTER TABLE app.hidden FORCE ROW LEVEL SECURITY',
  ]);
  await backedUp('NoBackupYet');

  expect(await runOnce(1)).toEqual({ status: 0, error: '' });
  const said = await backedUp('BackedUp');
  expect(condition(said, 'BackedUp')?.message).toMatch(/ with 1003 rows, kept until /);
  expect((await server.store.versions('backups', 'main/gorge.gorge/quasar/saved/')).map(({ key }) => key)).toHaveLength(
    2,
  );
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
  const dumps = (await server.store.versions('backups'))
    .map(({ key }) => key)
    .filter((key) => key.endsWith('.dump.age'));
  const file = join(server.store.directory, 'objects/backups', dumps.sort().at(-1) as string);
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

test('when its Service is gone, the next backup still comes, and its Squad says so', async () => {
  const { hub } = controlPlane;
  await hub.delete(service);
  await hub.waitFor(service, (found) => found === undefined, { what: 'gone' });

  const before = condition(await squadSays('BackedUp'), 'BackedUp')?.message;
  expect(before).toMatch(
    /^Of what Services have left: quasar\/saved, gorge in zone gorge: the last backup is of .* with 1003 rows, /,
  );
  expect(await runOnce(4)).toEqual({ status: 0, error: '' });
  const keys = (await server.store.versions('backups')).map(({ key }) => key);
  expect(keys.filter((key) => key.endsWith('.json'))).toHaveLength(3);
  // A Squad that rests looks every ten minutes, and when it is changed.
  await hub.patch(squad, { metadata: { annotations: { 'example.org/look': 'now' } } });
  const after = await hub.waitFor(
    squad,
    (found) => condition(found, 'BackedUp')?.status === 'True' && condition(found, 'BackedUp')?.message !== before,
    { seconds: 180, what: 'another backup' },
  );
  expect(condition(after, 'BackedUp')?.message).toMatch(/ with 1003 rows, kept until /);
});

test('when it comes back, its backups go on with the login as it is then', async () => {
  await makeReady(controlPlane, service, 180);

  expect(await runOnce(5)).toEqual({ status: 0, error: '' });
  const said = await backedUp('BackedUp');
  expect(condition(said, 'BackedUp')?.message).toMatch(/ with 1003 rows, kept until /);
  expect(await runOnce(3, 'drill')).toEqual({ status: 0, error: '' });
  expect(await proven('Proven')).toHaveProperty('provenAt');
  expect(condition(await squadSays('NothingKept'), 'BackedUp')).toMatchObject({ status: 'True' });
});

test('where the Zone says no more of backups, what makes them goes, and what lies in the store stays', async () => {
  const { hub } = controlPlane;
  const before = await server.store.versions('backups');
  await hub.patch(server.zone(), { spec: server.zone().spec });
  // A Service that rests looks at its Zone every ten minutes, and when it is changed.
  await hub.patch(service, { spec: { description: 'without backups' } });
  await backedUp('NoBackups');
  const login = () =>
    server.query(
      `SELECT has_database_privilege(rolname, 'quasar_saved', 'CONNECT') AS may, rolcanlogin FROM pg_roles WHERE rolname = 'quasar_saved_backup'`,
    );
  // Each of them ends by another provider, in its own time.
  await vi.waitFor(async () => {
    expect(await hub.list('batch/v1', 'CronJob', { namespace })).toEqual([]);
    expect(await login()).toEqual([{ may: false, rolcanlogin: false }]);
  }, 120_000);

  expect(await server.store.versions('backups')).toEqual(before);
  await makeReady(controlPlane, service, 180);
});
