import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inDatabase, makeDatabase } from './databases.ts';
import { type DrillScene, openDrillScene, processIn } from './drill-scene.ts';
import { forgerIn } from './forge.ts';
import { openHub } from './hub.ts';
import { contentsIn, expectRestored, expectUnrestored, nothing, prepared, restore, rightsIn } from './restore-scene.ts';

let scene: DrillScene;
let forger: ReturnType<typeof forgerIn>;

beforeAll(async () => {
  scene = await openDrillScene();
  forger = forgerIn(scene);
  await makeDatabase(scene.server, 'galaxy_slow', [
    'CREATE TABLE row (id int); INSERT INTO row SELECT n FROM generate_series(1, 1000) n',
    'CREATE TABLE one (id int); INSERT INTO one VALUES (1)',
    'CREATE FUNCTION slowly(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(12); RETURN n; END$$',
    'CREATE INDEX slow ON one (app.slowly(id))',
  ]);
}, 600_000);
afterAll(() => scene?.close());

/** Does something as soon as a process is there, or anything else. */
const once = async <Found>(find: () => Promise<Found | undefined> | Found | undefined): Promise<Found> => {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came');
};

const filling = (work: string) => processIn(work, '/bin/pg_restore', '--single-transaction');
const program = (work: string) => processIn(work, '/restore.cjs');
/** Waits until rows are in a database, and an index is made. */
const indexing = (into: string) =>
  once(() =>
    inDatabase(scene.server, 'postgres', async (client) => {
      const { rowCount } = await client.query(
        "SELECT FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND query LIKE 'CREATE INDEX slow%'",
        [into],
      );

      return rowCount === 0 ? undefined : true;
    }),
  );

/** As a node kills a pod: all of it, at once. */
const kill = (...pids: (number | undefined)[]) => {
  for (const pid of pids) if (pid !== undefined) process.kill(pid, 'SIGKILL');
};

/** Waits until nobody of the restore is in a database. */
const alone = (into: string) =>
  once(() =>
    inDatabase(scene.server, 'postgres', async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_stat_activity WHERE datname = $1', [into]);

      return rowCount === 0 ? true : undefined;
    }),
  );

describe('ended in the middle', () => {
  test.each<[string, (work: string) => void]>([
    ['all of it is killed', (work) => kill(program(work), filling(work))],
    ['it is asked to end', (work) => process.kill(program(work) as number, 'SIGTERM')],
    ['pg_restore is killed', (work) => kill(filling(work))],
  ])('%s while it fills the database: nothing is in it, and the next run restores all of it', async (name, deed) => {
    const { of, at, into, manifest } = await prepared(scene, 'slow');
    let done: Promise<void> | undefined;
    const outcome = await restore(scene, of, {
      at,
      started: (_, work) => {
        done = indexing(into).then(() => deed(work));
      },
    });
    await done;
    expect(outcome.status).not.toBe(0);
    if (name === 'it is asked to end') expectUnrestored(outcome, /^it was stopped$/, 'SRE');
    if (name === 'pg_restore is killed') expectUnrestored(outcome, /^pg_restore was ended by SIGKILL$/, 'SRE');
    await alone(into);

    expect(await contentsIn(scene, into)).toEqual(nothing);
    expectRestored(await restore(scene, of, { at }), manifest);
    expect(await contentsIn(scene, into)).toEqual(await contentsIn(scene, 'galaxy_slow'));
  });

  test('the connection is cut while it fills the database', async () => {
    const { of, at, into } = await prepared(scene, 'slow');
    let done: Promise<unknown> | undefined;
    const outcome = await restore(scene, of, {
      at,
      started: () => {
        done = indexing(into).then(() =>
          inDatabase(scene.server, 'postgres', (client) =>
            client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [into]),
          ),
        );
      },
    });
    await done;

    expectUnrestored(outcome, /^server: the connection was cut$/, 'SRE');
    await alone(into);
    expect(await contentsIn(scene, into)).toEqual(nothing);
  });

  test('the server ends the connection while it takes rows', { timeout: 300_000 }, async () => {
    const { of, at, into } = await prepared(scene, 'ledger');
    let done: Promise<unknown> | undefined;
    const outcome = await restore(scene, of, {
      at,
      started: () => {
        done = once(() =>
          inDatabase(scene.server, 'postgres', async (client) => {
            const text =
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND query LIKE 'COPY app.entry%'";

            return (await client.query(text, [into])).rowCount === 0 ? undefined : true;
          }),
        );
      },
    });
    await done;

    expectUnrestored(outcome, /^server: the connection was cut$/, 'SRE');
    await alone(into);
    expect(await contentsIn(scene, into)).toEqual(nothing);
  });

  test('killed when all is restored and not said: the next run says it, and nothing is there twice', async () => {
    const { of, at, into, manifest } = await prepared(scene, 'billing');
    const sockets: Socket[] = [];
    let where = '';
    // A hub that does not answer: who calls it is killed.
    const hub = createServer((socket) => {
      sockets.push(socket);
      kill(program(where));
    });
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
    const running = await openHub(scene);
    const words = running.words.map((word) =>
      word.startsWith('https://') ? `https://localhost:${(hub.address() as AddressInfo).port}` : word,
    );
    const outcome = await restore(scene, of, {
      ...{ at, more: words },
      started: (_, work) => {
        where = work;
      },
    });
    expect(outcome.status).not.toBe(0);
    hub.close();
    for (const socket of sockets) socket.destroy();

    const before = [await contentsIn(scene, into), await rightsIn(scene, into)];
    expectRestored(await restore(scene, of, { at, more: running.words }), manifest);
    running.close();
    expect([await contentsIn(scene, into), await rightsIn(scene, into)]).toEqual(before);
    expect(before[0]).toEqual(await contentsIn(scene, 'galaxy_billing'));
    expect(running.asked).toEqual([expect.objectContaining({ data: expect.objectContaining({ notRestored: null }) })]);
  });

  test('killed when the rows are there and the rights are not: the next run gives them', async () => {
    const { of, at, into, manifest } = await prepared(scene, 'billing');
    const dump = join(scene.state, 'dump');
    writeFileSync(dump, await forger.open(await forger.read(manifest.dump.key)));
    const { host, port, superuser, caPath } = scene.server;
    const words = `host=${host} port=${port} user=${superuser.user} password=${superuser.password} sslmode=verify-full sslrootcert=${caPath} dbname=${into}`;
    const list = execFileSync(join(scene.programs, 'pg_restore'), ['-l', dump], { encoding: 'utf8' });
    writeFileSync(`${dump}.list`, list.replaceAll(/^.* SCHEMA - app .*$/gm, ''));
    execFileSync(join(scene.programs, 'pg_restore'), [
      ...['--no-acl', '--no-owner', '--role=galaxy_billing_owner', '-L', `${dump}.list`, '-d', words, dump],
    ]);
    await inDatabase(scene.server, 'galaxy_billing', (client) =>
      client.query('REVOKE DELETE ON app.parent FROM galaxy_billing_writer'),
    );

    expectRestored(await restore(scene, of, { at }), manifest);
    expect(await rightsIn(scene, into)).toContain('relation parent galaxy_billing_writer DELETE false');
    expect(await contentsIn(scene, into)).toEqual(await contentsIn(scene, 'galaxy_billing'));
  });

  test('two at the same time restore it once', async () => {
    const { of, at, into, manifest } = await prepared(scene, 'slow');
    for (const outcome of await Promise.all([restore(scene, of, { at }), restore(scene, of, { at })]))
      expectRestored(outcome, manifest);

    expect(await contentsIn(scene, into)).toEqual(await contentsIn(scene, 'galaxy_slow'));
  });
});
