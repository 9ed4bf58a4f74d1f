import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { connectPostgres } from '../../control-plane/postgres.ts';
import { repository } from '../../control-plane/state.ts';
import { blockWith } from '../../install/page.ts';
import { kill } from '../faults/scene.ts';
import { type BackedUpServer, madeOf, startBackedUpServer } from '../support/backed-up-server.ts';
import { backupsNamespace } from '../support/backups.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, makeReady, textOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

let controlPlane: ControlPlane;
let server: BackedUpServer;
/** The moment of the only backup. */
let moment: string;

const service = (restore?: { at: string }): KubernetesObject => ({
  ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', metadata: { name: 'ledger', namespace: 'quasar' } },
  spec: {
    zones: [
      {
        name: 'ravine',
        components: [{ name: 'ravine', provider: 'postgres', postgres: restore === undefined ? {} : { restore } }],
      },
    ],
  },
});

const binding = async (): Promise<Record<string, string>> =>
  textOf(
    await controlPlane.hub.get({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'ledger.ravine.ravine.binding', namespace: 'quasar' } },
    }),
  );

/** What the Service says of its restore, once that is so. */
const restoreIs = async (state: string): Promise<Record<string, unknown>> => {
  const read = (found: KubernetesObject | undefined) => {
    const { zones = [] } = (found?.status ?? {}) as {
      zones?: { components: { restore?: Record<string, unknown> }[] }[];
    };

    return zones[0]?.components[0]?.restore;
  };
  const found = await controlPlane.hub.waitFor(service(), (one) => read(one)?.state === state, {
    ...{ seconds: 240, what: state },
  });

  return read(found) ?? {};
};

const restoreJob = () =>
  eventually('a Job that restores', async () => (await madeOf(controlPlane, 'Job')).length === 1, { seconds: 360 });
/** Not even one on its way out. */
const noJob = () =>
  eventually('no Job', async () => {
    const all = await controlPlane.hub.list('batch/v1', 'Job', { namespace: backupsNamespace });

    return all.length === 0;
  });
const notes = async (): Promise<unknown> =>
  (await server.say('ledger', 'app', ['SELECT id::int, note FROM app.entry ORDER BY id']))[0];

/** The rows as they were backed up. */
const good = Array.from({ length: 3 }, (_, index) => ({ id: index + 1, note: `entry ${index + 1}` }));
const insert = "INSERT INTO app.entry (note) VALUES ('later')";

beforeAll(async () => {
  controlPlane = connectControlPlane();
  server = await startBackedUpServer(controlPlane, 'ravine');
  await applyPlatform(controlPlane);
  await controlPlane.hub.apply(server.zone('backups'));
  await makeReady(controlPlane, service(), 180);
  await server.say('ledger', 'migrator', [
    'CREATE TABLE app.entry (id bigint GENERATED ALWAYS AS IDENTITY, note text)',
    'REVOKE DELETE ON app.entry FROM quasar_ledger_writer',
    "INSERT INTO app.entry (note) SELECT 'entry ' || n FROM generate_series(1, 3) n",
  ]);
  expect(await server.runPod('backup', '1-abcde')).toEqual({ status: 0, error: '' });
  const said = await controlPlane.hub.waitFor(service(), (one) => condition(one, 'BackedUp')?.status === 'True', {
    ...{ seconds: 180, what: 'backed up' },
  });
  [moment = ''] = /\d{4}-\d\d-\d\dT[\d:]{8}Z/.exec(condition(said, 'BackedUp')?.message ?? '') ?? [];
});

afterAll(async () => {
  await retire(controlPlane, [service()], [server.zone()]);
  await server.end();
});

test.runIf(isLong)(
  'a moment before the first backup restores nothing, says whose move that is, and what is there stays in use',
  async () => {
    const { hub } = controlPlane;
    await hub.apply(service({ at: '2026-01-01T00:00:00Z' }));
    await restoreJob();

    expect((await server.runPod('restore', 'abcde')).status).toBe(1);
    expect(await restoreIs('NotRestored')).toMatchObject({
      message: expect.stringMatching(/ Until then quasar_ledger stays in use[.] Move: Squad[.]$/),
    });
    const said = await hub.waitFor(service(), (one) => condition(one, 'ActionNeeded')?.reason === 'Squad', {
      ...{ seconds: 60, what: 'a move of the squad' },
    });
    expect(condition(said, 'Ready')?.status).toBe('False');
    expect(await notes()).toEqual(good);
    await hub.apply(service());
    await makeReady(controlPlane, service(), 240);
    await noJob();
  },
);

test('broken rows are good again in a database beside, by the same login, and nobody writes into the old one any more', async () => {
  const { hub } = controlPlane;
  await server.say('ledger', 'app', ["UPDATE app.entry SET note = 'broken'", insert]);
  const before = await binding();
  const { username: user, password, database } = before as Record<string, string>;
  const open = await connectPostgres(server.spare.connection, { user, password, database });
  try {
    await hub.apply(service({ at: moment }));
    await restoreJob();
    await restoreIs('Restoring');
    expect((await binding()).database).toBe('quasar_ledger');
    expect((await open.query(insert)).rowCount).toBe(1);

    expect(await server.runPod('restore', 'abcde')).toEqual({ status: 0, error: '' });
    await makeReady(controlPlane, service({ at: moment }), 240);

    await expect(open.query(insert)).rejects.toThrow(
      /permission denied for schema app|terminating connection|connection error/,
    );
  } finally {
    await open.end().catch(() => undefined);
  }
  const after = await binding();
  expect(after.database).toMatch(/^quasar_ledger-[0-9a-z]{6}$/);
  expect([after.username, after.password]).toEqual([before.username, before.password]);
  expect(await notes()).toEqual(good);
  await server.say('ledger', 'app', [insert]);
  expect(await notes()).toEqual([...good, { id: 4, note: 'later' }]);
  await expect(server.say('ledger', 'app', ['DELETE FROM app.entry'])).rejects.toThrow(/permission denied/);
  expect(await restoreIs('Restored')).toMatchObject({ backup: moment, rows: 3, seconds: expect.any(Number) });
  await eventually('no login but the administrator connects to the database of before', async () => {
    const connecting = await server.query(
      "SELECT rolname FROM pg_roles WHERE rolname LIKE 'quasar\\_ledger%' AND has_database_privilege(rolname, 'quasar_ledger', 'CONNECT')",
      'postgres',
    );

    return connecting.length === 0;
  });
  await expect(connectPostgres(server.spare.connection, { user, password, database })).rejects.toThrow(
    /permission denied for database/,
  );
  const [owner] = await server.query(
    "SELECT tableowner FROM pg_tables WHERE tablename = 'entry'",
    after.database as string,
  );
  expect(owner).toEqual({ tableowner: 'quasar_ledger_owner' });
});

test('what made it is gone, with the login of the migrator; and it is what is backed up from then on', async () => {
  const { hub } = controlPlane;
  await noJob();
  const secrets = await hub.list('v1', 'Secret', { namespace: backupsNamespace });

  expect(secrets.filter(({ metadata: { name } }) => name.endsWith('-restore'))).toEqual([]);
  expect(await server.runPod('backup', '2-abcde')).toEqual({ status: 0, error: '' });
  await hub.waitFor(service(), (one) => / with 4 rows, /.test(condition(one, 'BackedUp')?.message ?? ''), {
    ...{ seconds: 180, what: 'four rows in a backup' },
  });
});

test.runIf(isLong)(
  'a Service that comes back with it finds what was restored, as it was left, and restores nothing again',
  async () => {
    const { hub } = controlPlane;
    const { database } = await binding();
    await hub.delete(service());
    await hub.waitFor(service(), (found) => found === undefined, { what: 'gone' });
    await eventually('nothing left of its databases', async () => {
      const left = await hub.list('postgresql.sql.m.crossplane.io/v1alpha1', 'Database', { namespace: 'quasar' });

      return !left.some(({ metadata: { name } }) => name.startsWith('ledger.'));
    });
    // It may come back without the line, and then nothing of it knows of the restored one.
    await eventually('nobody of it gets into the restored one', async () => {
      const [{ connecting }] = (await server.query(
        `SELECT count(*)::int AS connecting FROM pg_roles
         WHERE rolname IN ('quasar_ledger_owner', 'quasar_ledger_writer', 'quasar_ledger_reader')
           AND has_database_privilege(oid, '${database}', 'CONNECT')`,
        'postgres',
      )) as [{ connecting: number }];

      return connecting === 0;
    });
    await hub.apply(service({ at: moment }));
    await restoreJob();
    expect(await hub.list('v1', 'Secret', { namespace: 'quasar' })).not.toContainEqual(
      expect.objectContaining({ metadata: expect.objectContaining({ name: 'ledger.ravine.ravine.binding' }) }),
    );

    expect(await server.runPod('restore', 'abcde')).toEqual({ status: 0, error: '' });
    await makeReady(controlPlane, service({ at: moment }), 240);
    expect(await notes()).toEqual([...good, { id: 4, note: 'later' }]);
  },
);

test.runIf(isLong)(
  'without the line the database of before is in use again, as it was; with it again, the restored one',
  async () => {
    await controlPlane.hub.apply(service());
    await makeReady(controlPlane, service(), 240);
    expect((await binding()).database).toBe('quasar_ledger');
    await eventually('the app is let in again', async () => Array.isArray(await notes()));
    expect(await notes()).toEqual([
      ...good.map(({ id }) => ({ id, note: 'broken' })),
      ...[4, 5].map((id) => ({ id, note: 'later' })),
    ]);
    await server.say('ledger', 'app', [insert]);

    await controlPlane.hub.apply(service({ at: moment }));
    await restoreJob();
    expect(await server.runPod('restore', 'fghij')).toEqual({ status: 0, error: '' });
    await makeReady(controlPlane, service({ at: moment }), 240);
    expect(await notes()).toEqual([...good, { id: 4, note: 'later' }]);
  },
);

/** What dies, each of them when a restore was asked for, when its Job is there, and when the database is filled. */
const parts = ['function', 'provider-sql', 'provider-kubernetes', 'crossplane', 'hub-apiserver'];
const dies = async (turn: number): Promise<void> => {
  await kill({ controlPlane }, parts[turn % parts.length] as string);
  // Its port is free only then.
  await sleep(2000);
  await controlPlane.startAll();
};
const restoredDatabases = async (): Promise<string[]> =>
  (await server.query("SELECT datname FROM pg_database WHERE datname LIKE 'quasar\\_ledger-%'", 'postgres')).map(
    ({ datname }) => datname as string,
  );

test.runIf(isLong).each(parts.map((name, turn) => ({ name, turn })))(
  'it is restored once, whatever dies on the way: $name first, and two others after it',
  async ({ name, turn }) => {
    const at = new Date(Date.parse(moment) + 1000 * (turn + 1)).toISOString().replace('.000', '');
    const before = await restoredDatabases();
    await controlPlane.hub.apply(service({ at }));
    await dies(turn);
    await restoreJob();
    await dies(turn + 1);
    expect(await server.runPod('restore', `kill${turn}`), name).toEqual({ status: 0, error: '' });
    await dies(turn + 2);

    await makeReady(controlPlane, service({ at }), 300);
    expect(await notes()).toEqual(good);
    const made = (await restoredDatabases()).filter((database) => !before.includes(database));
    expect(made).toEqual([(await binding()).database]);
    await noJob();
  },
);

test('what it leaves is erased by what the page types', async () => {
  const { hub } = controlPlane;
  const page = 'package/install/README.md';
  const type = (commands: string) =>
    spawnSync('bash', ['-c', commands], { env: { ...process.env, KUBECONFIG: hub.kubeconfigPath }, encoding: 'utf8' });
  const [asked = ''] =
    /(?<=`)kubectl get managed --namespace galaxy[^`]*/.exec(readFileSync(join(repository, page), 'utf8')) ?? [];
  expect(type(asked.replace('galaxy', 'quasar').replace('billing', 'ledger')).stdout).toContain('/ledger.');
  await hub.delete(service());
  await eventually(
    'nothing left of it on the hub',
    async () => {
      const { stdout, stderr } = type(asked.replace('galaxy', 'quasar').replace('billing', 'ledger'));
      return /^(No resources found.*\n)?$/.test(`${stdout}${stderr}`);
    },
    { seconds: 240 },
  );
  const ends = blockWith(page, 'get cronjob,secret,configmap', 'sh');
  const drops = blockWith(page, 'DROP DATABASE galaxy_billing;', 'sql');
  const made = await madeOf(controlPlane, 'CronJob');
  const [digits] = made.flatMap(({ metadata: { name } }) => /^quasar-ledger-([0-9a-f]{16})/.exec(name)?.[1] ?? []);
  const ended = type(ends.replaceAll('0123456789abcdef', digits ?? ''));
  expect([ended.status, ended.stderr]).toEqual([0, '']);

  const { admin } = server.spare.connection;
  const client = await server.spare.connect({ user: admin.user, password: admin.password, database: 'postgres' });
  const databases = await restoredDatabases();
  const typed = drops
    .replaceAll('galaxy_billing', 'quasar_ledger')
    .trim()
    .split('\n')
    .flatMap((line) =>
      line.includes('-tp6xxs') ? databases.map((name) => line.replace(/"[^"]+"/, `"${name}"`)) : [line],
    );
  try {
    for (const statement of typed) await client.query(statement);
  } finally {
    await client.end();
  }
  const left = await server.query(
    `SELECT datname AS name FROM pg_database WHERE datname LIKE 'quasar\\_ledger%'
     UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'quasar\\_ledger%'`,
  );
  expect(left).toEqual([]);
  const kept = await Promise.all(
    (['v1 Secret', 'v1 ConfigMap', 'batch/v1 CronJob', 'batch/v1 Job'] as const).map((kind) => {
      const [apiVersion = '', name = ''] = kind.split(' ');
      return hub.list(apiVersion, name, { namespace: backupsNamespace });
    }),
  );
  expect(kept.flat().filter(({ metadata: { name } }) => name.includes(digits as string))).toEqual([]);
});
