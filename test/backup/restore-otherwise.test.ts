import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../control-plane/certificates.ts';
import { canary, inDatabase, makeDatabase } from './databases.ts';
import { type DrillScene, openDrillScene } from './drill-scene.ts';
import { forgerIn, type Parts } from './forge.ts';
import {
  contentsIn,
  expectUnrestored,
  makeTarget,
  nameOf,
  nothing,
  prepared,
  restore,
  rightsIn,
  type WrongRestore,
} from './restore-scene.ts';

let scene: DrillScene;
let forger: ReturnType<typeof forgerIn>;
let parts: Parts;

beforeAll(async () => {
  scene = await openDrillScene();
  forger = forgerIn(scene);
  parts = await forger.partsOf(nameOf('billing'));
  await makeDatabase(scene.server, 'galaxy_words', []);
  await inDatabase(scene.server, 'galaxy_words', async (client) => {
    await client.query('CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION hstore SCHEMA public');
    await client.query(
      "SET ROLE galaxy_words_owner; CREATE TABLE app.word (w public.citext); INSERT INTO app.word VALUES ('x')",
    );
  });
}, 600_000);
afterAll(() => scene?.close());

test.each([
  'CREATE TABLE app.mine (id int)',
  'CREATE SEQUENCE app.mine',
  'CREATE FUNCTION app.mine() RETURNS int LANGUAGE sql RETURN 1',
  'CREATE TABLE app.parent (a int); REVOKE ALL ON app.parent FROM galaxy_billing_backup',
])('what somebody has put there stays as it is: %s', async (statement) => {
  const { of, at, into } = await prepared(scene, 'billing');
  await inDatabase(scene.server, into, (client) => client.query(`SET ROLE galaxy_billing_owner; ${statement}`));
  const before = [await contentsIn(scene, into), await rightsIn(scene, into)];

  expectUnrestored(await restore(scene, of, { at }), /^there is something else in the new database/, 'Squad');
  expect([await contentsIn(scene, into), await rightsIn(scene, into)]).toEqual(before);
});

describe('what does not fit', () => {
  test('an extension that the database had then', async () => {
    const { of, at, into } = await prepared(scene, 'words');

    expectUnrestored(
      await restore(scene, of, { at }),
      /^something in the dump needs what is not there: extension citext, extension hstore$/,
      'Squad',
    );
    expect(await contentsIn(scene, into)).toEqual(nothing);
  });

  test('a dump with a row less than its manifest says', async () => {
    const dump = await forger.dumpAfter('galaxy_billing', ['DELETE FROM ONLY parent']);
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000);
    await makeDatabase(scene.server, 'forged_less', []);
    const of = await forger.forge('less', parts, { dump, at });
    await makeTarget(scene, { of, at: parts.manifest.at });

    expectUnrestored(
      await restore(scene, of, { at: parts.manifest.at }),
      /^table parent has 0 rows instead of 2$/,
      'Platform',
    );
  });

  test.each<[string, () => Parameters<typeof forger.forge>[2], RegExp]>([
    ['bytes', () => ({ lies: Buffer.concat([parts.sealed.subarray(1), Buffer.from('x')]) }), /its digest is another$/],
    ['short', () => ({ lies: parts.sealed.subarray(1) }), /^the dump has \d+ bytes instead of \d+$/],
    ['other', () => ({ manifest: { of: nameOf('billing') } }), /^its manifest is of another database$/],
    ['moment', () => ({ manifest: { at: '2026-01-01T00:00:00Z' } }), /^its manifest is of another backup$/],
    ['none', () => ({ lacks: 'dump' as const }), /has no dump$/],
    ['junk', () => ({ dump: Buffer.from('junk') }), /^what lies there is no dump, or not all of one$/],
    ['unkept', () => ({ manifest: { keptUntil: '2099-01-01T00:00:00Z' } }), /^the store does not keep it as long/],
  ])('a backup that is otherwise: %s', async (service, forged, because) => {
    const at = `${new Date().toISOString().slice(0, 19)}Z`;
    const of = await forger.forge(service, parts, { ...forged(), at: new Date(at) });
    // It is looked whether the login fits before anything is fetched.
    await makeDatabase(scene.server, `forged_${service}`, []);
    await makeTarget(scene, { of, at });

    expectUnrestored(await restore(scene, of, { at }), because, 'Platform');
  });

  test('one whose time is over is restored all the same, and a dump without a manifest is no backup', async () => {
    const at = new Date(Math.floor(Date.now() / 1000) * 1000);
    await makeDatabase(scene.server, 'forged_over', []);
    const of = await forger.forge('over', parts, { at, manifest: { keptUntil: '2026-01-01T00:00:00Z' } });
    await forger.forge('over', parts, { at: new Date(at.getTime() + 1000), lacks: 'manifest' });
    const later = new Date(at.getTime() + 2000).toISOString().replace('.000', '');
    await makeTarget(scene, { of, at: later });
    const outcome = await restore(scene, of, { at: later });

    expect(outcome).toMatchObject({ status: 0, error: '' });
    expect(JSON.parse(outcome.out)).toMatchObject({ backup: at.toISOString().replace('.000', ''), tables: 9 });
  });
});

describe('who does not let it in', () => {
  let at: string;
  let of: string;
  beforeAll(async () => {
    ({ at, of } = await prepared(scene, 'billing'));
  });

  test.each<[string, () => Promise<Partial<WrongRestore>>, RegExp, 'Platform' | 'SRE' | 'Squad']>([
    [
      'the password of the migrator',
      async () => ({ login: { password: 'other' } }),
      /^server: it refuses the password/,
      'SRE',
    ],
    [
      'the password of who reads',
      async () => ({ readingLogin: { password: 'other' } }),
      /^server: it refuses the password/,
      'SRE',
    ],
    [
      'the port of the server',
      async () => ({ readingLogin: { port: '1' } }),
      /^server: the connection is refused$/,
      'SRE',
    ],
    ['the port of the migrator', async () => ({ login: { port: '1' } }), /^server: the connection is refused$/, 'SRE'],
    ['the name of the server', async () => ({ login: { endpoint: '127.0.0.2' } }), /^server: /, 'SRE'],
    [
      'a login that is not the owner',
      async () => ({ login: { username: 'galaxy_billing_backup' } }),
      /^the login that restores does not act as the owner of the database$/,
      'SRE',
    ],
    [
      'the secret key of the store',
      async () => ({ reader: { secretAccessKey: 'other' } }),
      /^store: it refuses the secret key$/,
      'Platform',
    ],
    [
      'the authority of the server',
      async () => {
        const authority = join(scene.state, 'other.crt');
        writeFileSync(authority, (await createAuthority('of somebody else')).certificate);

        return { authority };
      },
      /^server: its certificate is not of the authority/,
      'SRE',
    ],
    [
      'the private key',
      async () => {
        const identity = join(scene.state, 'other-key');
        execFileSync(scene.age.binary('age-keygen'), ['-o', identity], { stdio: 'ignore' });

        return { identity };
      },
      /^no private key that was given opens its manifest$/,
      'Platform',
    ],
    ['the programs', async () => ({ postgres: '/nowhere' }), /^pg_restore cannot be started$/, 'SRE'],
  ])('%s', async (_, wrong, because, actor) => {
    const outcome = await restore(scene, of, { at, ...(await wrong()) });

    expectUnrestored(outcome, because, actor);
    expect(outcome.error).not.toContain(canary);
  });

  test('a database that is that of another moment is not even looked at', async () => {
    const { status, error } = await restore(scene, of, { at, into: 'galaxy_billing' });

    expect({ status, error }).toEqual({
      status: 1,
      error: expect.stringMatching(/^error: --into is the database of another moment/),
    });
  });
});
