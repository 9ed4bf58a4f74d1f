import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schema } from '../providers/postgres/names.ts';
import { runToEnd } from './child.ts';
import { Failed, orFailed } from './failure.ts';
import { fetchDump } from './fetched.ts';
import type { Found } from './found.ts';
import type { Opener } from './opened.ts';
import type { Shelf } from './shelf.ts';

/** A dump that has been taken out of the store and opened. */
export interface Archive {
  /** Its file. */
  dump: string;
  /** A folder beside it. */
  folder: string;
  /** What is in it, a line each, as pg_restore lists it. */
  list: string[];
}

/** What a dump is taken out with. */
export interface Taking {
  shelf: Shelf;
  opener: Opener;
  /** Folder with bin/pg_restore, of PostgreSQL 18. */
  programs: string;
  stop: AbortSignal;
}

/** Takes a dump out of the store, whole and as it was put there, and opens it. @throws Failed */
export const takeOut = async ({ shelf, opener, stop }: Taking, found: Found, folder: string): Promise<string> => {
  const [sealed, dump] = ['sealed', 'dump'].map((name) => join(folder, name)) as [string, string];
  await fetchDump(shelf, found, sealed, stop);
  await opener.file(sealed, dump, stop);
  rmSync(sealed);

  return dump;
};

/**
 * What is in a dump, a line each. Into a file, since a schema may have more than is kept of what a program writes.
 *
 * @param orElse what is made of what pg_restore wrote where it cannot list it
 * @throws what that makes
 */
export const listOf = async (
  { programs, stop }: Pick<Taking, 'programs' | 'stop'>,
  { dump, folder }: Omit<Archive, 'list'>,
  orElse: (written: string, end: number | NodeJS.Signals | null) => Failed<string>,
): Promise<string[]> => {
  const file = join(folder, 'list');
  const words = ['--format=custom', '--list', `--file=${file}`, dump];
  const { end, written } = await runToEnd(join(programs, 'bin/pg_restore'), words, { stop });
  if (end !== 0) throw orElse(written, end);
  const list = readFileSync(file, 'utf8').split('\n');
  if (list.length < 2) throw new Failed('damaged', 'what lies there is no dump, or not all of one');

  return list;
};

/** Whether a line of a list is of the schema of a Service itself, as one of these kinds. */
export const isOfSchema = (line: string, kinds: readonly string[]): boolean =>
  kinds.some((kind) => new RegExp(`^\\d+; \\d+ \\d+ ${kind}${schema} `).test(line));

/** Writes lines of a list where pg_restore finds them, and answers the word that says so. @throws Failed */
export const listFile = (folder: string, name: string, lines: readonly string[]): string => {
  const file = join(folder, name);
  try {
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  } catch (error) {
    throw orFailed(error, 'room');
  }

  return `--use-list=${file}`;
};
