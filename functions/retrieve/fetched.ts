import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Failed, orFailed } from './failure.ts';
import type { Found } from './found.ts';
import type { Shelf } from './shelf.ts';

/**
 * Writes a dump, sealed as it lies there, into a file, and compares it with what its manifest says: how long it is, and what
 * its bytes are.
 *
 * @throws Failed
 */
export const fetchDump = async (
  shelf: Shelf,
  { manifest, dump }: Found,
  file: string,
  stop: AbortSignal,
): Promise<void> => {
  const { bytes, sha256 } = manifest.dump;
  if (dump.bytes !== bytes) throw new Failed('damaged', `the dump has ${dump.bytes} bytes instead of ${bytes}`);
  const hash = createHash('sha256');
  let read = 0;
  const counted = async function* () {
    for await (const chunk of shelf.read(dump)) {
      hash.update(chunk);
      read += chunk.length;
      if (read > bytes) break;
      yield chunk;
    }
  };
  await pipeline(counted, createWriteStream(file, { mode: 0o600 }), { signal: stop }).catch((error: unknown) => {
    throw orFailed(error, 'store');
  });
  if (read !== bytes) throw new Failed('damaged', `the store gives ${read} bytes of the dump instead of ${bytes}`);
  if (hash.digest('hex') !== sha256)
    throw new Failed('damaged', 'the dump is not what was put there: its digest is another');
};
