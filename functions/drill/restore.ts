import { join } from 'node:path';
import { isOfSchema, listFile, listOf } from '../retrieve/archive.ts';
import { runToEnd } from '../retrieve/child.ts';
import { saidOfRestore, Unproven } from './failure.ts';
import type { Prover } from './prover.ts';
import type { Throwaway } from './throwaway.ts';

/** A dump, and where it goes. */
export interface Restore {
  /** Folder with bin/pg_restore, of PostgreSQL 18. */
  programs: string;
  /** The dump, opened. */
  dump: string;
  /** A folder for the list of what is in it. */
  folder: string;
  throwaway: Throwaway;
  prover: Prover;
  stop: AbortSignal;
}

/**
 * Restores a dump, all of it or none: owners and rights are left out, since their roles have no meaning here, and the schema,
 * since that was made before: extensions may lie in it.
 *
 * @throws Unproven
 */
export const restore = async ({ programs, dump, folder, throwaway, prover, stop }: Restore): Promise<void> => {
  const list = await listOf({ programs, stop }, { dump, folder }, (written, end) =>
    saidOfRestore(written, undefined, end),
  );
  const withoutSchema = list.filter((line) => !isOfSchema(line, ['SCHEMA - ']));
  throwaway.firstError();
  const { end, written } = await runToEnd(
    join(programs, 'bin/pg_restore'),
    [
      ...['--format=custom', '--exit-on-error', '--no-owner', '--no-acl', '--jobs=2', '--no-password'],
      ...[listFile(folder, 'restored', withoutSchema), `--dbname=${prover.database}`, dump],
    ],
    {
      stop,
      environment: {
        ...{ PGHOST: throwaway.directory, PGPORT: String(throwaway.port), PGUSER: prover.user },
        ...{ PGPASSWORD: prover.password, PGPASSFILE: '/dev/null', PGSERVICEFILE: '/dev/null' },
        ...{ PGREQUIREAUTH: 'scram-sha-256', PGAPPNAME: 'squadkit drill', PGCONNECT_TIMEOUT: '30' },
      },
    },
  );
  if (end === 0) return;
  const how = await throwaway.hasEnded();
  const code = throwaway.firstError();
  if (how !== undefined && code !== '53100') throw new Unproven('machine', `the throwaway server was ended: ${how}`);
  throw saidOfRestore(written, code, end);
};
