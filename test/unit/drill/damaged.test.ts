import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../../functions/backup/manifest.ts';
import { keysOf, type Subject, subjectOf } from '../../../functions/backup/subject.ts';
import { prove } from '../../../functions/drill/prove.ts';
import { Failed, type Kind } from '../../../functions/retrieve/failure.ts';
import { openerWith } from '../../../functions/retrieve/opened.ts';
import type { Shelf } from '../../../functions/retrieve/shelf.ts';

const work = mkdtempSync(join(tmpdir(), 'squadkit-damaged-'));
const subject = subjectOf('main/frontier.spike/galaxy/billing') as Subject;
const at = '2026-11-28T02:37:04Z';
const keys = keysOf(subject, new Date(at));
const identityFile = join(work, 'identity');
let recipient: string;

beforeAll(async () => {
  const identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  writeFileSync(identityFile, `# of a test\n${identity}\n`);
});
afterAll(() => rmSync(work, { recursive: true }));

const seal = async (bytes: Uint8Array): Promise<Buffer> => {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);

  return Buffer.from(await encrypter.encrypt(bytes));
};

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const manifestOf = async (sealed: Buffer): Promise<Manifest> => ({
  ...{ form: 1, of: subject.name, at, keptUntil: '2026-12-12T02:37:04Z', tables: 1, rows: 2, seconds: 1 },
  dump: { key: keys.dump, bytes: sealed.length, sha256: digest(sealed) },
  ...{ leftOut: { largeObjects: 0, tables: 0 }, server: '18.4', encoding: 'UTF8', extensions: [], roles: ['a'] },
  sealedContents: armor.encode(
    await seal(
      Buffer.from('{"tables":{"t":{"rows":2,"sum":"5"}},"sequences":{"s":{"next":"7","goes":"up"}},"things":[]}'),
    ),
  ),
});

/** Why two objects are not a backup; undefined if they are, and only the server is missing. */
const whyNot = async (manifest: Buffer, sealed: Buffer): Promise<{ kind: Kind; message: string } | undefined> => {
  const bytesOf: Record<string, Buffer> = { [keys.manifest]: manifest, [keys.dump]: sealed };
  const shelf: Shelf = {
    list: async () => Object.entries(bytesOf).map(([key, { length: bytes }]) => ({ key, version: '1', bytes })),
    read: async function* ({ key }) {
      yield* [bytesOf[key] as Buffer];
    },
    keptUntil: async () => Date.parse('2027-01-01'),
    close: () => {},
  };
  const order = {
    ...{ subject, shelf, opener: openerWith(identityFile), programs: '/nowhere', work },
    found: () => {},
  };
  const error: unknown = await prove({ ...order, stop: new AbortController().signal }).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failed)) throw error;

  return error.kind === 'machine' ? undefined : error;
};

/** Of so many bytes is what is sealed: age works in pieces of 65,536, and the last one says that it is the last. */
const sizes = [1, 1000, 65_535, 65_536, 65_537, 131_072, 200_000];
const places: Record<string, (bytes: Buffer) => number> = {
  'the first byte': () => 0,
  'the key': () => 60,
  'the end of the head': (bytes) => bytes.lastIndexOf('\n---', bytes.length) + 10,
  'the first of the contents': (bytes) => bytes.indexOf('\n', bytes.indexOf('\n---') + 1) + 20,
  'the middle': ({ length }) => length >> 1,
  'the end of a piece': ({ length }) => Math.max(length - 65_552, length >> 1),
  'before the last byte': ({ length }) => length - 1,
};
const deeds: Record<string, (bytes: Buffer, at: number) => Buffer> = {
  'is cut': (bytes, at) => bytes.subarray(0, at),
  'has another byte': (bytes, at) =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from([(bytes[at] ?? 0) ^ 1]), bytes.subarray(at + 1)]),
  'has a byte more': (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from('x'), bytes.subarray(at)]),
  'has a byte less': (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  'has 16 bytes twice': (bytes, at) => Buffer.concat([bytes.subarray(0, at + 16), bytes.subarray(at)]),
  'has zeros': (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(bytes.length - at)]),
  'goes on': (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
};
const cases = Object.keys(deeds).flatMap((deed) => Object.keys(places).map((place) => [deed, place] as const));

test.each(sizes)(
  `a dump of %i bytes in ${cases.length} ways otherwise is none, whatever its manifest knows of it`,
  async (size) => {
    const sealed = await seal(Buffer.alloc(size, 'dump'));
    const manifest = await manifestOf(sealed);
    const bytesOf = (of: Manifest) => Buffer.from(JSON.stringify(of));
    expect(await whyNot(bytesOf(manifest), sealed)).toBeUndefined();
    for (const [deed, place] of cases) {
      const changed = (deeds[deed] as (typeof deeds)[string])(
        sealed,
        (places[place] as (typeof places)[string])(sealed),
      );
      if (changed.equals(sealed)) continue;
      const knows = { ...manifest, dump: { ...manifest.dump, bytes: changed.length, sha256: digest(changed) } };

      expect(await whyNot(bytesOf(manifest), changed), `${deed} at ${place}`).toMatchObject({
        kind: 'damaged',
        message: expect.stringMatching(/^the dump has \d+ bytes instead of|its digest is another$/),
      });
      expect(await whyNot(bytesOf(knows), changed), `${deed} at ${place}, and is known`).toMatchObject({
        message: expect.stringMatching(/^the dump cannot be decrypted|^no private key that was given opens the dump$/),
      });
    }
  },
);

/** What somebody could put in the place of a value. */
const others: unknown[] = [null, '', 'x', -1, 1.5, 1e300, true, [], {}, [null], [{}], undefined];
/** What of it changes nothing of the proof: how long the backup took, what it left out, of which version the server was. */
const free = new Set(['server', 'seconds', 'encoding', 'roles', 'extensions', 'leftOut']);

test('a manifest with another value, or none, in the place of any, is none', async () => {
  const sealed = await seal(Buffer.from('dump'));
  const manifest = (await manifestOf(sealed)) as unknown as Record<string, unknown>;
  let count = 0;
  for (const field of Object.keys(manifest))
    for (const value of others) {
      const changed = Buffer.from(JSON.stringify({ ...manifest, [field]: value }));
      const isFine =
        free.has(field) && typeof value === typeof manifest[field] && value !== null && field !== 'leftOut';
      const why = await whyNot(changed, sealed);
      count += 1;
      if (isFine && why === undefined) continue;
      expect(why, `${field}: ${JSON.stringify(value)}`).toMatchObject({ kind: 'damaged' });
    }
  for (const field of ['key', 'bytes', 'sha256'])
    for (const value of others) {
      const dump = { ...(manifest.dump as object), [field]: value };
      count += 1;
      expect(await whyNot(Buffer.from(JSON.stringify({ ...manifest, dump })), sealed), field).toMatchObject({
        kind: 'damaged',
      });
    }
  expect(count).toBe(others.length * (Object.keys(manifest).length + 3));
});

test.each(['', 'null', '[]', '"x"', '{', '\0', '{"form":1}'])('a manifest that is %j is none', async (text) => {
  expect(await whyNot(Buffer.from(text), await seal(Buffer.from('dump')))).toMatchObject({
    message: 'its manifest is none',
  });
});

test('nothing of all this is left', () => {
  expect(readdirSync(work)).toEqual(['identity']);
});
