import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Manifest } from '../backup/manifest.ts';
import { keysOf, type Subject, stampOf } from '../backup/subject.ts';
import { Unproven } from './failure.ts';
import type { Lying, Shelf } from './shelf.ts';

/** The newest backup of a database: what lies there, and what its manifest says of it. */
export interface Newest {
  manifest: Manifest;
  dump: Lying;
}

const count = z.int().check(z.minimum(0));
const moment = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));
const manifestSchema = z.object({
  ...{ form: z.literal(1), of: z.string(), at: moment, keptUntil: moment, tables: count, rows: count },
  dump: z.object({ key: z.string(), bytes: count, sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
  leftOut: z.object({ largeObjects: count, tables: count }),
  ...{ server: z.string(), encoding: z.string().check(z.regex(/^[A-Z][A-Z0-9_]{0,30}$/)), seconds: count },
  extensions: z.array(z.object({ name: z.string(), version: z.string(), schema: z.string() })),
  ...{ roles: z.array(z.string()), sealedContents: z.string() },
});

/** No manifest is longer, in bytes: a thousand tables make some 100 kB. */
const mostBytes = 64 * 1024 * 1024;

/** A store whose clock is behind ours may say so much too much, in milliseconds. */
const mostAhead = 3_600_000;

const parse = (bytes: Buffer): Manifest => {
  try {
    return manifestSchema.parse(JSON.parse(bytes.toString()));
  } catch {
    throw new Unproven('damaged', 'its manifest is none');
  }
};

const readAll = async (shelf: Shelf, lying: Lying): Promise<Buffer> => {
  if (lying.bytes > mostBytes) throw new Unproven('damaged', 'its manifest is longer than any');
  const chunks: Uint8Array[] = [];
  for await (const chunk of shelf.read(lying)) chunks.push(chunk);

  return Buffer.concat(chunks);
};

/** The newest stamps of a dump and of a manifest; keys that are made otherwise are not ours. */
const stampsIn = (subject: Subject, lying: readonly Lying[]) => {
  const names = lying.map(({ key }) => key.slice(subject.name.length + 1));
  const newest = (ending: RegExp) =>
    names
      .filter((name) => /^\d{4}-\d\d-\d\dT\d{6}Z[.]/.test(name) && ending.test(name))
      .sort()
      .at(-1)
      ?.replace(ending, '');

  return { dump: newest(/[.]dump[.]age$/), manifest: newest(/[.]json$/) };
};

/**
 * Finds the newest backup of a database, and believes its manifest only if that is of this database, this moment and this
 * object, and if the store keeps both as long as it says.
 *
 * @param patience how long a manifest may come after its dump, in milliseconds
 * @throws Unproven
 */
export const newestOf = async (shelf: Shelf, subject: Subject, now: Date, patience = 5000): Promise<Newest> => {
  let lying = await shelf.list(`${subject.name}/`);
  let stamps = stampsIn(subject, lying);
  // A dump is put, and then its manifest: one may have been listed between.
  if (stamps.dump !== undefined && stamps.dump > (stamps.manifest ?? '')) {
    await pause(patience);
    lying = await shelf.list(`${subject.name}/`);
    stamps = stampsIn(subject, lying);
  }
  if (stamps.dump === undefined && stamps.manifest === undefined)
    throw new Unproven('absent', 'there is no backup of it in the store');
  if (stamps.manifest === undefined || (stamps.dump ?? '') > stamps.manifest)
    throw new Unproven('damaged', `the newest dump, ${stamps.dump}, has no manifest: it is no backup`);
  const [dump, own] = ['.dump.age', '.json'].map((ending) =>
    lying.find(({ key }) => key === `${subject.name}/${stamps.manifest}${ending}`),
  );
  if (dump === undefined || own === undefined)
    throw new Unproven('damaged', `the newest manifest, ${stamps.manifest}, has no dump`);
  const manifest = parse(await readAll(shelf, own));
  const at = new Date(manifest.at);
  if (manifest.of !== subject.name) throw new Unproven('damaged', 'its manifest is of another database');
  if (stampOf(at) !== stamps.manifest) throw new Unproven('damaged', 'its manifest is of another backup');
  if (manifest.dump.key !== keysOf(subject, at).dump) throw new Unproven('damaged', 'its manifest is of another dump');
  if (at.getTime() > now.getTime() + mostAhead) throw new Unproven('damaged', 'it is of a time that is still to come');
  for (const each of [dump, own])
    if ((await shelf.keptUntil(each)) < Date.parse(manifest.keptUntil))
      throw new Unproven('damaged', 'the store does not keep it as long as its manifest says');

  return { manifest, dump };
};
