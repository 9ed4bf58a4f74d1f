import { createHash } from 'node:crypto';
import { ReadableStream as Stream } from 'node:stream/web';
import { armor, Encrypter } from 'age-encryption';
import { Unusable } from '../outside/reason.ts';

/** Bytes that only the Zone's recipients can read, and what is known of them once they are read to the end. */
export interface Sealed {
  chunks: AsyncIterable<Uint8Array>;
  /** How many bytes there were, and their sha256 in hexadecimal digits. */
  facts: () => { bytes: number; sha256: string };
}

/** An encrypter for public keys of age (age-encryption.org/v1). @throws Unusable if one is none */
const encrypterFor = (recipients: readonly string[]): Encrypter => {
  const encrypter = new Encrypter();
  for (const [index, recipient] of recipients.entries()) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new Unusable(`recipient ${index + 1} is no public key of age`);
    }
  }

  return encrypter;
};

/**
 * Encrypts a stream as it comes: nothing of it is kept. What goes wrong in the stream goes wrong here, and then the end,
 * which age marks, is missing.
 *
 * @throws Unusable if a recipient is none
 */
export const seal = async (chunks: AsyncIterable<Uint8Array>, recipients: readonly string[]): Promise<Sealed> => {
  const sealed = await encrypterFor(recipients).encrypt(Stream.from(chunks) as ReadableStream<Uint8Array>);
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of sealed) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };

  return { chunks: counted(), facts: () => ({ bytes, sha256: hash.copy().digest('hex') }) };
};

/** Encrypts a text, and writes it as text. @throws Unusable if a recipient is none */
export const sealText = async (text: string, recipients: readonly string[]): Promise<string> =>
  armor.encode(await encrypterFor(recipients).encrypt(text));
