import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../functions/backup/manifest.ts';
import { canary, makeDatabase, many } from './databases.ts';
import { type Drilled, type DrillScene, openDrillScene, type WrongDrill } from './drill-scene.ts';
import { makeTypes, values } from './every-type.ts';
import { forgerIn, type Parts } from './forge.ts';
import { openHub, type RunningHub } from './hub.ts';

let scene: DrillScene;
let forger: ReturnType<typeof forgerIn>;
let hub: RunningHub;
const nameOf = (service: string) => `main/frontier.spike/galaxy/${service}`;

beforeAll(async () => {
  scene = await openDrillScene();
  forger = forgerIn(scene);
  hub = await openHub(scene);
  await makeDatabase(scene.server, 'galaxy_empty', []);
  await makeDatabase(scene.server, 'galaxy_many', many);
  await makeDatabase(
    scene.server,
    'galaxy_latin',
    ["CREATE TABLE word (w text, p \"char\"); INSERT INTO word VALUES ('Käse', 'x')"],
    "ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0",
  );
  await makeTypes(scene.server);
}, 600_000);
afterAll(async () => {
  hub?.close();
  await scene?.close();
});

const expectProven = ({ status, out, error, left, running }: Drilled, what: object): void => {
  expect({ status, error, left, running }).toEqual({ status: 0, error: '', left: [], running: [] });
  expect(JSON.parse(out)).toEqual({
    ...{ of: expect.any(String), at: expect.any(String), backup: expect.any(String), bytes: expect.any(Number) },
    ...{ tables: expect.any(Number), rows: expect.any(Number), seconds: expect.any(Number), ...what },
  });
};

const backUp = async (service: string): Promise<Manifest> => {
  const { out, error } = await scene.backUp({ of: nameOf(service) });
  expect(error).toBe('');

  return JSON.parse(out) as Manifest;
};

describe('what is as it was is proven', () => {
  test(`a database with ${Object.keys(values).length} types and everything that a schema can have`, async () => {
    const { at, tables, rows } = await backUp('types');

    expectProven(await scene.drill(nameOf('types')), { of: nameOf('types'), backup: at, tables, rows });
    expect(tables).toBe(Object.keys(values).length + 15);
  });

  test.each(['billing', 'empty', 'latin', 'ledger', 'many'])('database %s', async (service) => {
    const { at, tables, rows, dump } = await backUp(service);

    expectProven(await scene.drill(nameOf(service)), { backup: at, tables, rows, bytes: dump.bytes });
  });

  test('with the other key, and with a file of both, with comments and line ends of Windows', async () => {
    const both = join(scene.state, 'both');
    writeFileSync(
      both,
      scene.identities
        .map((file) => readFileSync(file, 'utf8'))
        .join('\n')
        .replaceAll('\n', '\r\n'),
    );
    for (const identity of [scene.identities[1] as string, both])
      expectProven(await scene.drill(nameOf('billing'), { identity }), { tables: 9 });
  });

  test('of several the newest, and of each the first version, whatever was put over it or marks it as deleted', async () => {
    const { at, dump } = await backUp('billing');
    const keys = [dump.key, dump.key.replace('.dump.age', '.json')];
    for (const Key of keys) {
      await scene.store.as('writer').send(new PutObjectCommand({ Bucket: 'backups', Key, Body: 'junk' }));
      await scene.store.as('root').send(new DeleteObjectCommand({ Bucket: 'backups', Key }));
    }

    expectProven(await scene.drill(nameOf('billing')), { backup: at });
  });

  test('what is called otherwise than a backup does not count', async () => {
    for (const name of ['2099.json', 'readme', '2099-01-01T000000Z.dump.age.part', '2099-01-01T000000Z/x.json'])
      await forger.put('backups', `${nameOf('billing')}/${name}`, Buffer.from('{}'), new Date(Date.now() + 1e8));

    expectProven(await scene.drill(nameOf('billing')), { tables: 9 });
  });
});

describe('what came of it is said on the hub', () => {
  let parts: Parts;
  beforeAll(async () => {
    parts = await forger.partsOf(nameOf('billing'));
  });
  const drill = (of: string, wrong: WrongDrill = {}) => scene.drill(of, { ...wrong, more: hub.words });

  test('what is proven takes away what was not, and what is not leaves what was', async () => {
    const { manifest } = parts;
    await drill(nameOf('billing'));
    await drill(await forger.forge('hub', parts, { lies: parts.sealed.subarray(1) }));
    const [proven, notProven] = hub.asked.map(({ data }) => data);

    expect(hub.asked.map(({ what }) => what)).toEqual(
      Array(2).fill('PATCH /api/v1/namespaces/squadkit-drills/configmaps/galaxy-billing?fieldManager=squadkit-drill'),
    );
    expect(proven).toEqual({
      proven: {
        ...{ at: expect.any(String), backup: manifest.at, bytes: manifest.dump.bytes, seconds: expect.any(Number) },
        ...{ tables: 9, rows: 2109 },
      },
      notProven: null,
    });
    expect(notProven).toEqual({
      notProven: {
        ...{
          at: expect.any(String),
          backup: expect.any(String),
          bytes: manifest.dump.bytes,
          seconds: expect.any(Number),
        },
        ...{ tables: 9, rows: 2109, actor: 'Platform' },
        because: `the dump has ${manifest.dump.bytes - 1} bytes instead of ${manifest.dump.bytes}`,
        next: 'make another backup now, and look who could write in the store',
      },
    });
    expect(JSON.stringify(hub.asked)).not.toContain(canary);
  });
});

test('the server that it is of is not needed', async () => {
  await scene.processes.stop('postgres');

  expectProven(await scene.drill(nameOf('types')), {});
});
