import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresClient } from '../tools/postgres-client.ts';
import type { Architecture } from './lock.ts';

/** Where programs of PostgreSQL lie in an image. */
const place = 'usr/lib/postgresql';

/**
 * Puts programs of PostgreSQL, their library and their licence into a directory. They look for the library beside them.
 *
 * @throws Error of pip if what it fetched is not what is pinned
 */
export const addPostgres = async (
  programs: readonly string[],
  architecture: Architecture,
  directory: string,
): Promise<void> => {
  const from = await postgresClient(architecture === 'amd64' ? 'x64' : architecture);
  for (const folder of ['bin', 'lib']) mkdirSync(join(directory, place, folder), { recursive: true });
  for (const program of programs) cpSync(join(from, 'bin', program), join(directory, place, 'bin', program));
  // The file itself under the name by which it is linked.
  writeFileSync(join(directory, place, 'lib/libpq.so.5'), readFileSync(join(from, 'lib/libpq.so.5')), { mode: 0o644 });
  mkdirSync(join(directory, 'usr/share/doc/postgresql'), { recursive: true });
  cpSync(join(from, 'COPYRIGHT'), join(directory, 'usr/share/doc/postgresql/copyright'));
};
