import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as Stream } from 'node:stream/web';
import { armor, Decrypter } from 'age-encryption';
import * as z from 'zod/mini';
import { type Contents, rowsOf } from '../backup/contents.ts';
import { textIn } from '../backup/given.ts';
import type { Manifest } from '../backup/manifest.ts';
import { isMapping } from '../objects/record.ts';
import { Failed, orFailed } from './failure.ts';

/** Opens with private keys of age what was sealed for one of them (age-encryption.org/v1). */
export interface Opener {
  /** What a manifest says of the contents. @throws Failed */
  contents: (sealed: string) => Promise<Contents>;
  /** Writes one file out of another, unless it is stopped. @throws Failed */
  file: (from: string, to: string, stop: AbortSignal) => Promise<void>;
}

/** Things by name, of which none is left out: a squad may call a table `__proto__`, and a record of zod would drop it. */
const byName = <Entry>(entry: z.ZodMiniType<Entry>) =>
  z.custom<Record<string, Entry>>(
    (value) => isMapping(value) && Object.values(value).every((one) => entry.safeParse(one).success),
  );

const contentsSchema = z.object({
  tables: byName(z.object({ rows: z.int(), sum: z.string() })),
  sequences: byName(
    z.object({ next: z.string().check(z.regex(/^-?\d{1,40}$/)), goes: z.enum(['up', 'down', 'round']) }),
  ),
  things: z.array(z.string()),
});

/** A library of ciphers may say more of a key than anybody should read: of what it says only this is known. */
const saidOfAge = (thrown: unknown, what: string): Failed => {
  if (thrown instanceof Error && thrown.message === "no identity matched any of the file's recipients")
    return new Failed('identity', `no private key that was given opens ${what}`);

  return new Failed('damaged', `${what} cannot be decrypted: it is not all of it, or not as it was`);
};

/** Whoever opens things with the private keys in a file. @throws Failed if there are none */
export const openerWith = (identityFile: string): Opener => {
  const decrypter = new Decrypter();
  let lines: string[] = [];
  try {
    lines = textIn(identityFile).split(/\r?\n/);
  } catch (error) {
    throw orFailed(error, 'identity');
  }
  const keys = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length === 0) throw new Failed('identity', `${identityFile} has no private key of age`);
  for (const key of keys) {
    try {
      decrypter.addIdentity(key);
    } catch {
      throw new Failed('identity', `${identityFile} has something else than private keys of age`);
    }
  }

  return {
    contents: async (sealed) => {
      let text: string;
      try {
        text = await decrypter.decrypt(armor.decode(sealed), 'text');
      } catch (error) {
        throw saidOfAge(error, 'its manifest');
      }
      try {
        return contentsSchema.parse(JSON.parse(text));
      } catch {
        throw new Failed('damaged', 'its manifest says nothing of what is in the database');
      }
    },
    file: async (from, to, stop) => {
      let opened: ReadableStream<Uint8Array>;
      try {
        opened = await decrypter.decrypt(Readable.toWeb(createReadStream(from)) as ReadableStream<Uint8Array>);
      } catch (error) {
        throw saidOfAge(error, 'the dump');
      }
      const writing = createWriteStream(to, { mode: 0o600 });
      const reading = Readable.fromWeb(opened as Stream<Uint8Array>);
      await pipeline(reading, writing, { signal: stop }).catch((error: unknown) => {
        // What the file system says has a code, what the library says has none.
        throw (error as { code?: unknown }).code === undefined ? saidOfAge(error, 'the dump') : orFailed(error, 'room');
      });
    },
  };
};

/** What a manifest says of the contents, if that is what it says in clear too. @throws Failed */
export const contentsIn = async ({ sealedContents, tables, rows }: Manifest, opener: Opener): Promise<Contents> => {
  const contents = await opener.contents(sealedContents);
  if (Object.keys(contents.tables).length !== tables || rowsOf(contents) !== rows)
    throw new Failed('damaged', 'its manifest contradicts itself');

  return contents;
};
