import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysOf, subjectOf } from '../../functions/backup/subject.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import { type DrillScene, expectUnproven, openDrillScene, type WrongDrill } from './drill-scene.ts';
import { type Forged, forgerIn, type Parts } from './forge.ts';
import { makeBucket, secretOf } from './store.ts';

let scene: DrillScene;
let forger: ReturnType<typeof forgerIn>;
let [parts, older, other]: [Parts, Parts, Parts] = [] as never;
const billing = 'main/frontier.spike/galaxy/billing';
const inMinutes = (minutes: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + minutes * 60_000);

beforeAll(async () => {
  scene = await openDrillScene();
  forger = forgerIn(scene);
  older = await forger.partsOf(billing);
  parts = await forger.partsOf(billing);
  other = await forger.partsOf('main/frontier.spike/galaxy/ledger');
  await makeBucket(scene.store, 'closed', { hasPolicy: false });
  writeFileSync(join(scene.state, 'empty'), '# nothing\n\n');
  writeFileSync(join(scene.state, 'public'), `${scene.recipients[0]}\n`);
  writeFileSync(join(scene.state, 'other.crt'), (await createAuthority('somebody else')).certificate);
  const { execFileSync } = await import('node:child_process');
  execFileSync(scene.age.binary('age-keygen'), ['-o', join(scene.state, 'stranger')], { stdio: 'ignore' });
}, 600_000);
afterAll(() => scene?.close());

describe('who cannot look, or not open', () => {
  const state = (name: string) => join(scene.state, name);
  test.each<[string, RegExp, () => WrongDrill]>([
    ['a store that is away', /^store: the connection is refused$/, () => ({ storePort: 1 })],
    [
      'a store of another authority',
      /^store: its certificate is not of the authority/,
      () => ({ storeAuthority: state('other.crt') }),
    ],
    [
      'an unknown access key',
      /^store: it does not know the access key$/,
      () => ({ reader: { accessKeyId: 'nobody' } }),
    ],
    ['a wrong secret key', /^store: it refuses the secret key$/, () => ({ reader: { secretAccessKey: 'wrong' } })],
    [
      'the writer in the place of the reader',
      /^store: it does not let the reader look/,
      () => ({ reader: { accessKeyId: 'writer', secretAccessKey: secretOf('writer') } }),
    ],
    ['a bucket that is not there', /^store: there is no such bucket$/, () => ({ bucket: 'nowhere' })],
    ['a bucket that is closed', /^store: it does not let the reader look/, () => ({ bucket: 'closed' })],
    [
      "somebody else's key",
      /^no private key that was given opens its manifest$/,
      () => ({ identity: state('stranger') }),
    ],
    ['a file without a key', /^\S+ has no private key of age$/, () => ({ identity: state('empty') })],
    ['a public key', /^\S+ has something else than private keys of age$/, () => ({ identity: state('public') })],
  ])('%s', async (_, because, wrong) => {
    expectUnproven(await scene.drill(billing, wrong()), because, 'Platform');
  });
});

describe('what lies in the store', () => {
  test('nothing', async () => {
    expectUnproven(
      await scene.drill('main/frontier.spike/galaxy/none'),
      /^there is no backup of it in the store$/,
      'SRE',
    );
    // Another's whose name only begins so is none of it.
    expectUnproven(
      await scene.drill('main/frontier.spike/galaxy/bill'),
      /^there is no backup of it in the store$/,
      'SRE',
    );
  });

  const bytes = () => parts.sealed;
  const changed = (at: number) => {
    const copy = Buffer.from(bytes());
    copy[at] = (copy[at] as number) ^ 1;

    return copy;
  };
  test.each<[string, RegExp, () => Forged]>([
    ['a dump that was cut', /^the dump has \d+ bytes instead of \d+$/, () => ({ lies: bytes().subarray(0, -1) })],
    [
      'a dump that goes on',
      /^the dump has \d+ bytes instead of \d+$/,
      () => ({ lies: Buffer.concat([bytes(), Buffer.from('x')]) }),
    ],
    ['an empty dump', /^the dump has 0 bytes instead of \d+$/, () => ({ lies: Buffer.alloc(0) })],
    ['a dump with another byte', /its digest is another$/, () => ({ lies: changed(20_000) })],
    [
      'an older dump of as many bytes',
      /^the dump (is not what was put there|has \d+ bytes)/,
      () => ({ lies: older.sealed }),
    ],
    ["another database's dump", /^the dump has \d+ bytes instead of \d+$/, () => ({ lies: other.sealed })],
    [
      "another database's dump, with its digest",
      / is not in it, and \d+ more differences$/,
      () => ({ sealed: other.sealed }),
    ],
    ["another database's contents", /^table entry is not in it/, () => ({ contents: other.contents })],
    [
      'a dump for somebody else',
      /^the dump cannot be decrypted|^no private key that was given opens the dump$/,
      () => ({ sealed: strange() }),
    ],
    ['a dump that is not sealed', /^the dump cannot be decrypted/, () => ({ sealed: parts.dump })],
    [
      'a dump that has an end too early, with its digest',
      /^the dump cannot be decrypted/,
      () => ({ sealed: bytes().subarray(0, -20) }),
    ],
    ['a manifest of another database', /^its manifest is of another database$/, () => ({ manifest: { of: billing } })],
    [
      'a manifest of another backup',
      /^its manifest is of another backup$/,
      () => ({ manifest: { at: older.manifest.at } }),
    ],
    [
      'a manifest of another dump',
      /^its manifest is of another dump$/,
      () => ({ manifest: { dump: parts.manifest.dump } }),
    ],
    ['a manifest of another form', /^its manifest is none$/, () => ({ manifest: { form: 2 as never } })],
    ['a manifest that contradicts itself', /^its manifest contradicts itself$/, () => ({ manifest: { rows: 5 } })],
    [
      'a manifest whose contents are none',
      /^its manifest says nothing of what is in the database$/,
      () => ({ manifest: { sealedContents: forger.seal(Buffer.from('{}'), true).toString() } }),
    ],
    [
      'a manifest whose contents are not sealed',
      /^its manifest cannot be decrypted/,
      () => ({ manifest: { sealedContents: JSON.stringify(parts.contents) } }),
    ],
    ['no manifest', /^the newest dump, \S+Z, has no manifest: it is no backup$/, () => ({ lacks: 'manifest' })],
    ['no dump', /^the newest manifest, \S+Z, has no dump$/, () => ({ lacks: 'dump' })],
    ['a time to come', /^it is of a time that is still to come$/, () => ({ at: inMinutes(120) })],
    ['less time than it says', /^the store does not keep it as long/, () => ({ keptUntil: inMinutes(60) })],
  ])('%s', async (name, because, forged) => {
    const service = `lies-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
    const of = await forger.forge(service, parts, forged());

    expectUnproven(await scene.drill(of), because, 'Platform');
  });

  const strange = () => {
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
    const [, recipient = ''] = /public key: (\S+)/.exec(readFileSync(join(scene.state, 'stranger'), 'utf8')) ?? [];

    return execFileSync(scene.age.binary('age'), ['-r', recipient], { input: parts.dump, maxBuffer: 1 << 28 });
  };

  test('the manifest of an older backup as it is, put under a newer time beside its dump', async () => {
    const at = inMinutes(1);
    const keys = keysOf(subjectOf(billing) as never, at);
    const keptUntil = inMinutes(30 * 1440);
    await forger.put('backups', keys.dump, older.sealed, keptUntil);
    await forger.put('backups', keys.manifest, Buffer.from(JSON.stringify(older.manifest)), keptUntil);

    expectUnproven(await scene.drill(billing), /^its manifest is of another backup$/, 'Platform');
  });

  test('a dump without manifest that is newer than a backup, and one that is older: only the first one counts', async () => {
    const of = 'main/frontier.spike/forged/late';
    await forger.forge('late', parts, { at: inMinutes(-60) });
    await forger.forge('late', parts, { at: inMinutes(-90), lacks: 'manifest' });
    expect(await scene.drill(of)).toMatchObject({ status: 0, error: '' });
    await forger.forge('late', parts, { at: inMinutes(-30), lacks: 'manifest' });

    expectUnproven(await scene.drill(of), /has no manifest: it is no backup$/, 'Platform');
  });
});
