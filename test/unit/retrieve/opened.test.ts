import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { openerWith } from '../../../functions/retrieve/opened.ts';
import { temporaryDirectory } from '../../support/folder.ts';

const sealed = async (text: string) => {
  const identity = await generateX25519Identity();
  const file = join(temporaryDirectory(), 'identity');
  writeFileSync(file, `${identity}\n`);
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));

  return { opener: openerWith(file), text: armor.encode(await encrypter.encrypt(text)) };
};

const sealedFile = async (bytes: number) => {
  const identity = await generateX25519Identity();
  const [file, keys] = ['dump', 'identity'].map((name) => join(temporaryDirectory(), name)) as [string, string];
  writeFileSync(keys, `${identity}\n`);
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  writeFileSync(file, await encrypter.encrypt(new Uint8Array(bytes)));

  return { opener: openerWith(keys), file };
};

// A squad calls its tables as it likes.
test.each(['__proto__', 'constructor', 'toString', 'a b'])(
  'a table or a sequence called %s is read back',
  async (name) => {
    const text = `{"tables":{"app.${name}":{"rows":1,"sum":"a"},"${name}":{"rows":2,"sum":"b"}},"sequences":{"${name}":{"next":"1","goes":"up"}},"things":[]}`;
    const { opener, text: given } = await sealed(text);

    expect(JSON.stringify(await opener.contents(given))).toBe(text);
  },
);

test.each([
  '{"tables":{"__proto__":{"rows":"many","sum":"b"}},"sequences":{},"things":[]}',
  '{"tables":{"a":{"rows":1}},"sequences":{},"things":[]}',
  '{"tables":[],"sequences":{"a":{"next":"x","goes":"up"}},"things":[]}',
])('%s says nothing of what is in a database', async (text) => {
  const { opener, text: given } = await sealed(text);

  await expect(opener.contents(given)).rejects.toThrow('says nothing of what is in the database');
});

test('a dump is opened no longer than its time lasts', async () => {
  const { opener, file } = await sealedFile(2 ** 22);
  const stopping = new AbortController();
  const opened = opener.file(file, `${file}.opened`, stopping.signal);
  stopping.abort();

  await expect(opened).rejects.toThrow();
});
