import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { connectPostgres } from '../../control-plane/postgres.ts';
import { type BackedUpServer, madeOf, startBackedUpServer } from '../support/backed-up-server.ts';
import { backupsNamespace } from '../support/backups.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/long.ts';
import { applyPlatform, makeReady, textOf } from '../support/platform.ts';
import { retire } from '../support/retire.ts';

let controlPlane: ControlPlane;
let server: BackedUpServer;

const service = (restore?: { at: string }): KubernetesObject => ({
  ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', metadata: { name: 'lost', namespace: 'quasar' } },
  spec: {
    zones: [
      {
        name: 'gully',
        components: [{ name: 'gully', provider: 'postgres', postgres: restore === undefined ? {} : { restore } }],
      },
    ],
  },
});

const rows = async (): Promise<unknown> =>
  (await server.say('lost', 'app', ['SELECT note FROM app.entry ORDER BY id']))[0];
const good = [{ note: 'entry 1' }, { note: 'entry 2' }];

/** Does what the CronJob would, and tells of when the backup is. */
const backUp = async (pod: string): Promise<string> => {
  const since = Date.now() - 1000;
  expect(await server.runPod('backup', pod)).toEqual({ status: 0, error: '' });
  let moment = '';
  await eventually(
    'the Service says so',
    async () => {
      const { message = '' } = condition(await controlPlane.hub.get(service()), 'BackedUp') ?? {};
      [moment = ''] = /\d{4}-\d\d-\d\dT[\d:]{8}Z/.exec(message) ?? [];

      return Date.parse(moment) >= since - (since % 1000);
    },
    { seconds: 180 },
  );

  return moment;
};

/** What there is of the databases on the hub, by the names that it has of its Service. */
const managed = async (): Promise<string[]> => {
  const kinds = ['Database', 'Schema', 'Grant', 'DefaultPrivileges'];
  const all = await Promise.all(
    kinds.map((kind) =>
      controlPlane.hub.list('postgresql.sql.m.crossplane.io/v1alpha1', kind, { namespace: 'quasar' }),
    ),
  );

  return all
    .flat()
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith('lost.') && !/member|-in-/.test(name))
    .map((name) => name.replace('lost.gully.gully.', ''))
    .sort();
};

const restored = async (at: string): Promise<void> => {
  await controlPlane.hub.apply(service({ at }));
  await eventually('a Job that restores', async () => (await madeOf(controlPlane, 'Job')).length === 1, {
    seconds: 120,
  });
  expect(await server.runPod('restore', 'abcde')).toEqual({ status: 0, error: '' });
  await makeReady(controlPlane, service({ at }), 240);
};

describe.runIf(isLong)('a database that is lost', () => {
  beforeAll(async () => {
    controlPlane = connectControlPlane();
    server = await startBackedUpServer(controlPlane, 'gully');
    await applyPlatform(controlPlane);
    await controlPlane.hub.apply(server.zone('backups'));
    await makeReady(controlPlane, service(), 180);
    await server.say('lost', 'migrator', [
      'CREATE TABLE app.entry (id bigint GENERATED ALWAYS AS IDENTITY, note text)',
      "INSERT INTO app.entry (note) VALUES ('entry 1'), ('entry 2')",
    ]);
  });

  afterAll(async () => {
    await retire(controlPlane, [service()], [server.zone()]);
    await server.end();
  });

  let moment = '';

  test('a login of backups whose password got out is exchanged by the page, and the next backup goes', async () => {
    const { hub } = controlPlane;
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'lost.gully.gully.backup', namespace: 'quasar' },
    };
    const { username: user, password } = textOf(await hub.get(secret)) as Record<string, string>;
    const session = { user, password, database: 'quasar_lost' };
    await (await connectPostgres(server.spare.connection, session)).end();
    // An administrator of the hub, whose name the policies know for emergencies.
    await hub.as('grace', ['squadkit:sre', 'system:masters']).delete(secret as KubernetesObject);
    await eventually(
      'it lies where backups are made, with another password',
      async () => {
        const copies = await hub.list('v1', 'Secret', { namespace: backupsNamespace });
        const copy = copies.map(textOf).find(({ username }) => username === user);

        return copy !== undefined && copy.password !== '' && copy.password !== password;
      },
      { seconds: 240 },
    );

    await expect(connectPostgres(server.spare.connection, session)).rejects.toThrow(/password authentication failed/);
    moment = await backUp('1-abcde');
  });

  test('is said to be gone, with the line that brings it back', async () => {
    await server.query('DROP DATABASE quasar_lost WITH (FORCE)');
    const said = await controlPlane.hub.waitFor(service(), (one) => condition(one, 'Accepted')?.reason === 'DataGone', {
      ...{ seconds: 240, what: 'gone' },
    });

    expect(condition(said, 'ActionNeeded')?.message).toMatch(
      /as the squad can by postgres[.]restore of a moment before/,
    );
  });

  test('comes back by that line, with all its rows and the same logins; of the old one nothing is asked for', async () => {
    await restored(moment);

    expect(await rows()).toEqual(good);
    await eventually('only looked for', async () => {
      const first = (await managed()).filter((name) => !/^t[0-9a-z]{5}[.]/.test(name));

      return JSON.stringify(first) === JSON.stringify(['database', 'mark']);
    });
    expect(condition(await controlPlane.hub.get(service()), 'ActionNeeded')?.reason).toBe('Nobody');
    await server.say('lost', 'app', ["INSERT INTO app.entry (note) VALUES ('entry 3')"]);
  });

  test('who takes its name keeps it, and nothing is made there', async () => {
    await server.query('CREATE DATABASE quasar_lost');
    const later = await backUp('2-abcde');
    expect(await rows()).toEqual([...good, { note: 'entry 3' }]);
    const schemas = await server.query(
      "SELECT nspname FROM pg_namespace WHERE nspname ~ '^(app|squadkit)'",
      'quasar_lost',
    );

    expect(schemas).toEqual([]);
    expect(later > moment).toBe(true);
    moment = later;
  });

  test('a restored one that is lost too is followed by another moment, again and again', async () => {
    const [{ datname } = {}] = await server.query("SELECT datname FROM pg_database WHERE datname ~ '^quasar_lost-t'");
    await server.query(`DROP DATABASE "${datname}" WITH (FORCE)`);
    await controlPlane.hub.waitFor(service(), (one) => condition(one, 'Accepted')?.reason === 'DataGone', {
      ...{ seconds: 240, what: 'gone' },
    });
    await restored(moment);

    expect(await rows()).toEqual([...good, { note: 'entry 3' }]);
  });
});
