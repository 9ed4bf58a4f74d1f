import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Contents, contentsOf, rowsOf } from '../backup/contents.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { Subject } from '../backup/subject.ts';
import { differences } from './compare.ts';
import { orUnproven, Unproven } from './failure.ts';
import { fetchDump } from './fetched.ts';
import { type Newest, newestOf } from './newest.ts';
import type { Opener } from './opened.ts';
import { makeProver } from './prover.ts';
import { restore } from './restore.ts';
import type { Shelf } from './shelf.ts';
import { startThrowaway } from './throwaway.ts';

/** One drill, as it is asked for. */
export interface Order {
  subject: Subject;
  shelf: Shelf;
  opener: Opener;
  /** Folder with bin/initdb, bin/postgres and bin/pg_restore, of PostgreSQL 18. */
  programs: string;
  /** Folder in which it makes one of its own. */
  work: string;
  /** Ends it. */
  stop: AbortSignal;
  /** Told which backup it is, once that is known. */
  found: (manifest: Manifest) => void;
}

/**
 * Proves the newest backup of a database: what lies there is what was put, opens with a private key, can be restored, and is
 * then what was backed up. Nothing of the server that it is of is needed. Server and folder are gone afterwards; where the
 * program itself is killed with SIGKILL they go with the pod.
 *
 * @throws Unproven with one sentence: what, and whose move it is
 */
export const prove = async (order: Order): Promise<Manifest> => {
  const { subject, shelf, opener, work, stop } = order;
  const newest = await newestOf(shelf, subject, new Date());
  order.found(newest.manifest);
  const wanted = await opener.contents(newest.manifest.sealedContents);
  if (Object.keys(wanted.tables).length !== newest.manifest.tables || rowsOf(wanted) !== newest.manifest.rows)
    throw new Unproven('damaged', 'its manifest contradicts itself');
  const folder = folderIn(work);
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  process.once('exit', remove);
  try {
    const [first, ...others] = differences(wanted, await restored(order, newest, folder));
    const more = others.length === 0 ? '' : `, and ${others.length} more difference${others.length === 1 ? '' : 's'}`;
    if (first !== undefined) throw new Unproven('different', `${first}${more}`);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    process.off('exit', remove);
    stop.throwIfAborted();
  }

  return newest.manifest;
};

const folderIn = (work: string): string => {
  try {
    return mkdtempSync(join(work, 'squadkit-drill-'));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOSPC') throw orUnproven(error, 'room');
    throw new Unproven('machine', 'the folder of the drill cannot be written');
  }
};

/** What is in a database after a restore. */
const restored = async (
  { shelf, opener, programs, stop }: Order,
  newest: Newest,
  folder: string,
): Promise<Contents> => {
  const [sealed, dump, list] = ['sealed', 'dump', 'list'].map((name) => join(folder, name)) as [string, string, string];
  await fetchDump(shelf, newest, sealed, stop);
  await opener.file(sealed, dump);
  rmSync(sealed);
  const throwaway = await startThrowaway(programs, folder, stop);
  try {
    const prover = await makeProver(throwaway, newest.manifest);
    await restore({ programs, dump, list, throwaway, prover, stop });
    const server = await prover.look();
    try {
      return await contentsOf(server);
    } finally {
      server.cut();
    }
  } catch (error) {
    if (error instanceof Unproven) throw error;
    const how = await throwaway.hasEnded();
    if (throwaway.firstError() === '53100')
      throw new Unproven('room', 'there is not room enough for the throwaway server');
    if (how !== undefined) throw new Unproven('machine', `the throwaway server was ended: ${how}`);
    throw error;
  } finally {
    await throwaway.close();
  }
};
