import { join } from 'node:path';
import { libpqEnvironment } from '../backup/libpq.ts';
import type { Manifest } from '../backup/manifest.ts';
import { type Archive, isOfSchema, listFile } from '../retrieve/archive.ts';
import { runToEnd } from '../retrieve/child.ts';
import { plainly } from '../retrieve/failure.ts';
import { saidOfRestore, Unrestored } from './failure.ts';
import { applicationName, extensionsIn, type Target } from './target.ts';

/** How a database is filled. */
export interface Filling {
  archive: Archive;
  /** Folder with bin/pg_restore, of PostgreSQL 18. */
  programs: string;
  /** File with the authority of the server. */
  authorityFile: string;
  manifest: Manifest;
}

/**
 * Fills a database from a dump in one transaction: all of it, or nothing. Owners are left out, since all that is made is the
 * owner's; so are rights, which are given afterwards, and the schema, which is there and not the owner's.
 *
 * @throws Unrestored
 */
export const fill = async (target: Target, { archive, programs, authorityFile, manifest }: Filling): Promise<void> => {
  const { dump, folder, list } = archive;
  const kinds = ['SCHEMA - ', 'COMMENT - SCHEMA ', 'SECURITY LABEL - SCHEMA '];
  const { end, written } = await runToEnd(
    join(programs, 'bin/pg_restore'),
    [
      ...['--format=custom', '--single-transaction', '--exit-on-error', '--no-owner', '--no-acl', '--no-password'],
      listFile(
        folder,
        'filled',
        list.filter((line) => !isOfSchema(line, kinds)),
      ),
      ...[`--dbname=${target.owner.database}`, dump],
    ],
    { stop: target.stop, environment: libpqEnvironment(target.owner, { authorityFile, applicationName }) },
  );
  if (end === 0) return;
  const failed = saidOfRestore(written, end);
  throw failed.kind === 'incomplete' ? await withMissing(failed, target, manifest) : failed;
};

/** A failure that says which extensions of the backup are not there. */
const withMissing = async (failed: Unrestored, target: Target, { extensions }: Manifest): Promise<Unrestored> => {
  const there = await extensionsIn(target);
  const missing = extensions.map(({ name }) => name).filter((name) => !there.includes(name));

  return missing.length === 0
    ? failed
    : new Unrestored(
        'incomplete',
        `${failed.message}: ${missing.map((name) => plainly('extension', name)).join(', ')}`,
      );
};
