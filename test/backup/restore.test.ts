import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../functions/backup/manifest.ts';
import { inDatabase, makeDatabase, many } from './databases.ts';
import { type DrillScene, openDrillScene } from './drill-scene.ts';
import { extensions, makeTypes } from './every-type.ts';
import { openHub, type RunningHub } from './hub.ts';
import {
  backUp,
  contentsIn,
  databasesOf,
  expectRestored,
  expectUnrestored,
  makeTarget,
  nameOf,
  restore,
  rightsIn,
} from './restore-scene.ts';

let scene: DrillScene;
let hub: RunningHub;

/** Rights that a squad has given and taken, to roles with names that have to be quoted too. */
const rights = [
  'CREATE TABLE audit (id serial PRIMARY KEY, note text); INSERT INTO audit (note) VALUES (\'"kept";\')',
  'REVOKE UPDATE, DELETE ON audit FROM galaxy_rights_writer',
  'CREATE TABLE mine (id int, secret text); REVOKE ALL ON mine FROM galaxy_rights_writer; REVOKE TRUNCATE ON mine FROM galaxy_rights_owner',
  'GRANT SELECT (id), UPDATE (secret) ON mine TO "Odd; --\'""role"',
  'GRANT SELECT ON audit TO galaxy_gone',
  'CREATE FUNCTION once(text) RETURNS text LANGUAGE sql AS $$SELECT $1$$; REVOKE EXECUTE ON FUNCTION once FROM PUBLIC',
  'GRANT EXECUTE ON FUNCTION once TO "Odd; --\'""role" WITH GRANT OPTION',
  "CREATE TYPE mood AS ENUM ('good'); REVOKE USAGE ON TYPE mood FROM PUBLIC",
  'CREATE TABLE "a ""; GRANT\n\\x" (id int); REVOKE INSERT ON "a ""; GRANT\n\\x" FROM galaxy_rights_writer',
  'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT EXECUTE ON FUNCTIONS TO "Odd; --\'""role"',
  'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO galaxy_gone',
  // Given by somebody else than the owner.
  'GRANT SELECT ON audit TO galaxy_rights_app WITH GRANT OPTION',
  'RESET ROLE; SET ROLE galaxy_rights_app; GRANT SELECT ON app.audit TO "Odd; --\'""role"',
  // What only the administrator could give.
  'RESET ROLE; ALTER DEFAULT PRIVILEGES FOR ROLE galaxy_rights_app IN SCHEMA app GRANT SELECT ON TABLES TO galaxy_rights_writer',
];

beforeAll(async () => {
  scene = await openDrillScene();
  hub = await openHub(scene);
  await makeTypes(scene.server);
  await inDatabase(scene.server, 'postgres', (client) =>
    client.query('CREATE ROLE galaxy_gone; CREATE ROLE "Odd; --\'""role"'),
  );
  await makeDatabase(scene.server, 'galaxy_rights', rights);
  await makeDatabase(scene.server, 'galaxy_many', many);
  await makeDatabase(
    scene.server,
    'galaxy_latin',
    [
      'CREATE TABLE "Käse" (w text); INSERT INTO "Käse" VALUES (\'Käse\')',
      'REVOKE DELETE ON "Käse" FROM galaxy_latin_writer',
    ],
    latin,
  );
}, 600_000);
afterAll(async () => {
  hub?.close();
  await scene?.close();
});

const latin = "ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0";

/** A second that has no database yet, from a moment on: each target is of its own. */
let later = 0;
const after = ({ at }: Manifest): string => {
  later += 1;

  return `${new Date(Date.parse(at) + later * 1000).toISOString().slice(0, 19)}Z`;
};
/** A moment after a backup, but not to come: seconds go by. */
const untilPast = async (at: string) => {
  while (Date.now() < Date.parse(at)) await new Promise((resolve) => setTimeout(resolve, 200));
};

describe('what is restored is what was backed up', () => {
  test.each<[string, { extensions?: string[]; words?: string }]>([
    ['types', { extensions }],
    ['billing', {}],
    ['latin', { words: latin }],
    ['many', {}],
  ])('database %s: what is in it, whose it is, and who may do what', async (service, how) => {
    const of = nameOf(service);
    const manifest = await backUp(scene, of);
    const { at } = manifest;
    const into = await makeTarget(scene, { of, at }, how);

    expectRestored(await restore(scene, of, { at }), manifest);
    expect(await contentsIn(scene, into)).toEqual(await contentsIn(scene, databasesOf(of, at).database));
    expect(await rightsIn(scene, into)).toEqual(await rightsIn(scene, databasesOf(of, at).database));
  });

  test('the application writes on, where its sequences are, and cannot drop', async () => {
    const of = nameOf('types');
    const manifest = await backUp(scene, of);
    const { at } = manifest;
    const into = await makeTarget(scene, { of, at }, { extensions });
    expectRestored(await restore(scene, of, { at }), manifest);

    await inDatabase(scene.server, into, async (client) => {
      await client.query('SET SESSION AUTHORIZATION galaxy_types_app');
      const { rows } = await client.query("INSERT INTO app.mood_log (mood) VALUES ('good') RETURNING id");
      expect(rows).toEqual([{ id: 3 }]);
      await expect(client.query('DROP TABLE app.mood_log')).rejects.toThrow('must be owner');
    });
  });

  test('what a squad took holds, and what it gave to who is gone is left out', async () => {
    const of = nameOf('rights');
    const manifest = await backUp(scene, of);
    const { at } = manifest;
    const before = await rightsIn(scene, 'galaxy_rights');
    const into = await makeTarget(scene, { of, at });
    await inDatabase(scene.server, 'galaxy_rights', (client) => client.query('DROP OWNED BY galaxy_gone'));
    await inDatabase(scene.server, 'postgres', (client) => client.query('DROP ROLE galaxy_gone'));
    const isLost = (right: string) =>
      right.includes('galaxy_gone') || right.startsWith('tomorrow r of galaxy_rights_app');

    expectRestored(await restore(scene, of, { at }), manifest, { leftOut: 3 });
    const found = await rightsIn(scene, into);
    expect(found).toEqual(before.filter((right) => !isLost(right)));
    expect(before.filter(isLost).length).toBe(3);
    await inDatabase(scene.server, into, async (client) => {
      await client.query('SET SESSION AUTHORIZATION galaxy_rights_app');
      await client.query("INSERT INTO app.audit (note) VALUES ('more')");
      await expect(client.query('DELETE FROM app.audit')).rejects.toThrow('permission denied');
    });

    // As if it had been ended before it gave rights.
    await inDatabase(scene.server, into, (client) =>
      client.query("DELETE FROM app.audit WHERE note = 'more'; GRANT DELETE ON app.audit TO galaxy_rights_writer"),
    );
    expectRestored(await restore(scene, of, { at }), manifest, { leftOut: 3 });
    expect(await rightsIn(scene, into)).toEqual(found);
  });

  test('who came after the backup gets what it gets today', async () => {
    const of = nameOf('billing');
    const manifest = await backUp(scene, of);
    const { at } = manifest;
    const into = await makeTarget(scene, { of, at });
    await inDatabase(scene.server, into, (client) =>
      client.query(
        'CREATE ROLE galaxy_billing_reader; ALTER DEFAULT PRIVILEGES FOR ROLE galaxy_billing_owner IN SCHEMA app GRANT SELECT ON TABLES TO galaxy_billing_reader',
      ),
    );

    expectRestored(await restore(scene, of, { at }), manifest);
    expect(await rightsIn(scene, into)).toContain('relation invoice galaxy_billing_reader SELECT false');
  });
});

describe('which backup it is', () => {
  test('between two the earlier one, from its second on, and the later one from its own', async () => {
    const of = nameOf('billing');
    const first = await backUp(scene, of);
    await untilPast(after(first));
    await inDatabase(scene.server, 'galaxy_billing', (client) => client.query('INSERT INTO app.parent VALUES (9)'));
    await untilPast(after(first));
    const second = await backUp(scene, of);
    const between = `${new Date(Date.parse(second.at) - 1000).toISOString().slice(0, 19)}Z`;
    for (const [at, manifest] of [
      [first.at, first],
      [between, first],
      [second.at, second],
    ] as const) {
      await makeTarget(scene, { of, at });
      expectRestored(await restore(scene, of, { at }), manifest);
    }
    expect(second.rows).toBe(first.rows + 1);
  });

  test('before the first one there is none, and it is said when the first is', async () => {
    const of = nameOf('rights');
    const { at } = await backUp(scene, of);
    const outcome = await restore(scene, of, { at: '2020-01-01T00:00:00Z' });

    expectUnrestored(
      outcome,
      /^there is no backup of it at 2020-01-01T00:00:00Z or before: the first is of 20/,
      'Squad',
    );
    expect(outcome.error).not.toContain(at.replaceAll(':', ''));
    expectUnrestored(await restore(scene, of, { at: '2090-01-01T00:00:00Z' }), /^2090-.* is still to come/, 'Squad');
    expectUnrestored(
      await restore(scene, nameOf('nobody'), { at: '2020-01-01T00:00:00Z' }),
      /^there is no backup of it at 2020-01-01T00:00:00Z or before, nor after it$/,
      'Squad',
    );
  });
});

test('a second run restores nothing, and says on the hub what the first one did', async () => {
  const of = nameOf('billing');
  const manifest = await backUp(scene, of);
  const { at } = manifest;
  const into = await makeTarget(scene, { of, at });
  const wrong = { at, more: hub.words };
  expectRestored(await restore(scene, of, wrong), manifest);
  const before = await contentsIn(scene, into);

  expectRestored(await restore(scene, of, wrong), manifest);
  expect(await contentsIn(scene, into)).toEqual(before);
  await inDatabase(scene.server, into, (client) =>
    client.query('SET ROLE galaxy_billing_owner; CREATE TABLE app.more (id int)'),
  );
  expectUnrestored(await restore(scene, of, wrong), /^there is something else in the new database/, 'Squad');
  const restored = {
    ...{ at: expect.any(String), backup: at, bytes: manifest.dump.bytes, tables: manifest.tables, rows: manifest.rows },
    seconds: expect.any(Number),
  };
  const because = 'there is something else in the new database than what was backed up';
  const notRestored = {
    ...{ at: expect.any(String), backup: at, seconds: expect.any(Number), because, actor: 'Squad' },
    next: 'choose another moment: a second later is enough',
  };
  expect(hub.asked).toEqual(
    [{ restored, notRestored: null }, { restored, notRestored: null }, { notRestored }].map((data) => ({
      what: 'PATCH /api/v1/namespaces/squadkit-drills/configmaps/galaxy-billing?fieldManager=squadkit-restore',
      data,
    })),
  );
});

test('what Squadkit has marked as restored is, whatever was written since, and whoever else makes such a mark is not believed', async () => {
  const of = nameOf('billing');
  const { at } = await backUp(scene, of);
  const into = await makeTarget(scene, { of, at });
  const other = await inDatabase(scene.server, into, async (client) => {
    await client.query('CREATE ROLE other; CREATE SCHEMA squadkit_restored AUTHORIZATION other');
    await client.query('SET ROLE galaxy_billing_owner; CREATE TABLE app.since (id int)');

    return restore(scene, of, { at });
  });
  expectUnrestored(other, /^there is something else in the new database/, 'Squad');

  await inDatabase(scene.server, into, (client) =>
    client.query(`ALTER SCHEMA squadkit_restored OWNER TO ${scene.server.admin.user}`),
  );
  const again = await restore(scene, of, { at });
  expect(again.status).toBe(0);
  expect(JSON.parse(again.out)).toEqual({ of, at: expect.any(String), seconds: expect.any(Number) });
});
