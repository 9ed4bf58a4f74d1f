import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { type Manifest, momentOf } from '../backup/manifest.ts';
import { keysOf, type Subject, stampOf } from '../backup/subject.ts';
import { Failed } from './failure.ts';
import type { Lying, Shelf } from './shelf.ts';

/** A backup of a database that was looked for: what lies there, and what its manifest says of it. */
export interface Found {
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
    throw new Failed('damaged', 'its manifest is none');
  }
};

const readAll = async (shelf: Shelf, lying: Lying): Promise<Buffer> => {
  if (lying.bytes > mostBytes) throw new Failed('damaged', 'its manifest is longer than any');
  const chunks: Uint8Array[] = [];
  for await (const chunk of shelf.read(lying)) chunks.push(chunk);

  return Buffer.concat(chunks);
};

/** The stamps of a kind of object, in order, which is that of moments; keys that are made otherwise are not ours. */
const stampsIn = (subject: Subject, lying: readonly Lying[], ending: string): string[] =>
  lying
    .map(({ key }) => key.slice(subject.name.length + 1))
    .filter((name) => /^\d{4}-\d\d-\d\dT\d{6}Z[.]/.test(name) && name.slice(name.indexOf('.')) === ending)
    .map((name) => name.slice(0, name.indexOf('.')))
    .sort();

const [ofDump, ofManifest] = ['.dump.age', '.json'];

/** The newest stamps of a dump and of a manifest. */
const newestIn = (subject: Subject, lying: readonly Lying[]) => {
  const [dump, manifest] = [ofDump, ofManifest].map((ending) => stampsIn(subject, lying, ending).at(-1));

  return { dump, manifest };
};

/**
 * Finds the newest backup of a database, and believes its manifest only if that is of this database, this moment and this
 * object, and if the store keeps both as long as it says.
 *
 * @param patience how long a manifest may come after its dump, in milliseconds
 * @throws Failed
 */
export const newestOf = async (shelf: Shelf, subject: Subject, now: Date, patience = 5000): Promise<Found> => {
  let lying = await shelf.list(`${subject.name}/`);
  let stamps = newestIn(subject, lying);
  // A dump is put, and then its manifest: one may have been listed between.
  if (stamps.dump !== undefined && stamps.dump > (stamps.manifest ?? '')) {
    await pause(patience);
    lying = await shelf.list(`${subject.name}/`);
    stamps = newestIn(subject, lying);
  }
  if (stamps.dump === undefined && stamps.manifest === undefined)
    throw new Failed('absent', 'there is no backup of it in the store');
  if (stamps.manifest === undefined || (stamps.dump ?? '') > stamps.manifest)
    throw new Failed('damaged', `the newest dump, ${stamps.dump}, has no manifest: it is no backup`);
  const { found, own } = await believed(shelf, subject, { lying, stamp: stamps.manifest, now });
  await demandKept(shelf, found.manifest, [found.dump, own]);

  return found;
};

/**
 * Finds the last backup of a database that was made at a moment or before it; a dump that has no manifest is no backup. Its
 * manifest is believed as that of the newest is, but where it says itself that it is no longer kept, the store need not.
 *
 * @throws Failed
 */
export const lastAt = async (shelf: Shelf, subject: Subject, moment: Date, now: Date): Promise<Found> => {
  if (moment.getTime() > now.getTime() + mostAhead)
    throw new Failed(
      'absent',
      `${momentOf(moment.getTime())} is still to come: what is the last backup then, nobody knows`,
    );
  const lying = await shelf.list(`${subject.name}/`);
  const [stamps, wanted] = [stampsIn(subject, lying, ofManifest), stampOf(moment)];
  const stamp = stamps.filter((each) => each <= wanted).at(-1);
  if (stamp === undefined) {
    const first = stamps[0] === undefined ? ', nor after it' : `: the first is of ${momentIn(stamps[0])}`;
    throw new Failed('absent', `there is no backup of it at ${momentOf(moment.getTime())} or before${first}`);
  }
  const { found, own } = await believed(shelf, subject, { lying, stamp, now });
  if (Date.parse(found.manifest.keptUntil) > now.getTime()) await demandKept(shelf, found.manifest, [found.dump, own]);

  return found;
};

/** `2026-11-28T023704Z` as `2026-11-28T02:37:04Z` */
const momentIn = (stamp: string): string => stamp.replace(/(\d\d)(\d\d)(\d\d)Z$/, '$1:$2:$3Z');

/** What lies there under a stamp, if it is of this database, this moment and this object. */
const believed = async (
  shelf: Shelf,
  subject: Subject,
  { lying, stamp, now }: { lying: readonly Lying[]; stamp: string; now: Date },
): Promise<{ found: Found; own: Lying }> => {
  const [dump, own] = [ofDump, ofManifest].map((ending) =>
    lying.find(({ key }) => key === `${subject.name}/${stamp}${ending}`),
  );
  if (dump === undefined || own === undefined)
    throw new Failed('damaged', `the newest manifest, ${stamp}, has no dump`);
  const manifest = parse(await readAll(shelf, own));
  const at = new Date(manifest.at);
  if (manifest.of !== subject.name) throw new Failed('damaged', 'its manifest is of another database');
  if (stampOf(at) !== stamp) throw new Failed('damaged', 'its manifest is of another backup');
  if (manifest.dump.key !== keysOf(subject, at).dump) throw new Failed('damaged', 'its manifest is of another dump');
  if (at.getTime() > now.getTime() + mostAhead) throw new Failed('damaged', 'it is of a time that is still to come');

  return { found: { manifest, dump }, own };
};

const demandKept = async (shelf: Shelf, { keptUntil }: Manifest, each: readonly Lying[]): Promise<void> => {
  for (const lying of each)
    if ((await shelf.keptUntil(lying)) < Date.parse(keptUntil))
      throw new Failed('damaged', 'the store does not keep it as long as its manifest says');
};
