import { type Contents, contentsOf } from '../backup/contents.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { Subject } from '../backup/subject.ts';
import { type Taking, takeOut } from '../retrieve/archive.ts';
import { demandSame } from '../retrieve/compare.ts';
import { Failed } from '../retrieve/failure.ts';
import { inFolder } from '../retrieve/folder.ts';
import { type Found, newestOf } from '../retrieve/found.ts';
import { contentsIn } from '../retrieve/opened.ts';
import { Unproven } from './failure.ts';
import { makeProver } from './prover.ts';
import { restore } from './restore.ts';
import { startThrowaway } from './throwaway.ts';

/** One drill, as it is asked for. */
export interface Order extends Taking {
  subject: Subject;
  /** Folder with bin/initdb, bin/postgres and bin/pg_restore, of PostgreSQL 18. */
  programs: string;
  /** Folder in which it makes one of its own. */
  work: string;
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
  const wanted = await contentsIn(newest.manifest, opener);
  await inFolder({ work, beginning: 'squadkit-drill-', stop }, async (folder) =>
    demandSame(wanted, await restored(order, newest, folder)),
  );

  return newest.manifest;
};

/** What is in a database after a restore. */
const restored = async (order: Order, newest: Found, folder: string): Promise<Contents> => {
  const { programs, stop } = order;
  const dump = await takeOut(order, newest, folder);
  const throwaway = await startThrowaway(programs, folder, stop);
  try {
    const prover = await makeProver(throwaway, newest.manifest);
    await restore({ programs, dump, folder, throwaway, prover, stop });
    const server = await prover.look();
    try {
      return await contentsOf(server);
    } finally {
      server.cut();
    }
  } catch (error) {
    if (error instanceof Failed) throw error;
    const how = await throwaway.hasEnded();
    if (throwaway.firstError() === '53100')
      throw new Unproven('room', 'there is not room enough for the throwaway server');
    if (how !== undefined) throw new Unproven('machine', `the throwaway server was ended: ${how}`);
    throw error;
  } finally {
    await throwaway.close();
  }
};
