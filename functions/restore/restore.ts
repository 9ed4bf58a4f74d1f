import type { Contents } from '../backup/contents.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { Subject } from '../backup/subject.ts';
import { type Archive, listOf, type Taking, takeOut } from '../retrieve/archive.ts';
import { demandSame, differences } from '../retrieve/compare.ts';
import { inFolder } from '../retrieve/folder.ts';
import { lastAt } from '../retrieve/found.ts';
import { contentsIn as contentsInManifest } from '../retrieve/opened.ts';
import { saidOfRestore, Unrestored } from './failure.ts';
import { fill } from './fill.ts';
import { giveRights } from './rights.ts';
import { contentsIn, demandOwner, isMarked, type Target } from './target.ts';

/** One restore, as it is asked for. */
export interface Order extends Taking {
  subject: Subject;
  /** With the last backup at this moment, or before it, the database begins. */
  moment: Date;
  target: Target;
  /** File with the authority of the server. */
  authorityFile: string;
  /** Folder in which it makes one of its own. */
  work: string;
  /** Told which backup it is, once that is known. */
  found: (manifest: Manifest) => void;
}

/**
 * Restores the last backup at a moment into a database that was made for it. However often it is begun and wherever it is
 * ended, the database has nothing, or all of it and once: it is filled by one transaction, and only if there is nothing in it.
 *
 * @throws Failed with one sentence
 */
export const restore = async (order: Order): Promise<{ leftOut: number }> => {
  const { subject, shelf, opener, programs, moment, target, work, stop } = order;
  // It was, before the hub was lost that knew it: what has been written since is nobody's to compare. Why nobody can look is
  // said where it is needed.
  if (await isMarked(target).catch(() => false)) return { leftOut: 0 };
  const backup = await lastAt(shelf, subject, moment, new Date());
  const { manifest } = backup;
  order.found(manifest);
  const wanted = await contentsInManifest(manifest, opener);
  await demandOwner(target);
  // Looked at once more, and not in vain: one that was emptied after it was restored is not filled again.
  if (await isMarked(target)) return { leftOut: 0 };

  return inFolder({ work, beginning: 'squadkit-restore-', stop }, async (folder) => {
    const dump = await takeOut(order, backup, folder);
    const list = await listOf({ programs, stop }, { dump, folder }, saidOfRestore);
    const archive = { dump, folder, list };
    await fillOnce(order, { archive, manifest, wanted });
    const leftOut = await giveRights(target, { archive, programs, roles: manifest.roles });
    demandSame(wanted, await contentsIn(target));

    return { leftOut };
  });
};

const isEmpty = ({ tables, sequences, things }: Contents): boolean =>
  [tables, sequences, things].every((each) => Object.keys(each).length === 0);

/** Whether a restore that was ended before it could say so has filled it. */
const isFilled = async ({ target }: Order, wanted: Contents): Promise<boolean> => {
  const found = await contentsIn(target);

  return !isEmpty(found) && differences(wanted, found).length === 0;
};

const fillOnce = async (
  order: Order,
  { archive, manifest, wanted }: { archive: Archive; manifest: Manifest; wanted: Contents },
): Promise<void> => {
  const { target, programs, authorityFile } = order;
  const found = await contentsIn(target);
  if (isEmpty(found))
    // What was cut off may be done all the same, and another one may have been faster.
    return fill(target, { archive, programs, authorityFile, manifest }).catch(async (error: unknown) => {
      if (!(await isFilled(order, wanted).catch(() => false))) throw error;
    });
  if (differences(wanted, found).length > 0)
    throw new Unrestored('occupied', 'there is something else in the new database than what was backed up');
};
