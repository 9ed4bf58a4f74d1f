import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schema } from '../providers/postgres/names.ts';
import { runToEnd } from './child.ts';
import { saidOfRestore, Unproven } from './failure.ts';
import type { Prover } from './prover.ts';
import type { Throwaway } from './throwaway.ts';

/** A dump, and where it goes. */
export interface Restore {
  /** Folder with bin/pg_restore, of PostgreSQL 18. */
  programs: string;
  /** The dump, opened. */
  dump: string;
  /** A file for the list of what is in it. */
  list: string;
  throwaway: Throwaway;
  prover: Prover;
  stop: AbortSignal;
}

/** The list of a dump without its schema: that was made before, since extensions may lie in it. */
const withoutSchema = (list: string): string =>
  list
    .split('\n')
    .filter((line) => !new RegExp(`^\\d+; \\d+ \\d+ SCHEMA - ${schema} `).test(line))
    .join('\n');

/**
 * Restores a dump, all of it or none: owners and rights are left out, since their roles have no meaning here.
 *
 * @throws Unproven
 */
export const restore = async ({ programs, dump, list, throwaway, prover, stop }: Restore): Promise<void> => {
  const program = join(programs, 'bin/pg_restore');
  const known = await runToEnd(program, ['--format=custom', '--list', dump], { stop });
  if (known.end !== 0) throw saidOfRestore(known.written, undefined, known.end);
  if (!known.written.includes('\n')) throw new Unproven('damaged', 'what lies there is no dump, or not all of one');
  writeFileSync(list, withoutSchema(known.written), { mode: 0o600 });
  throwaway.firstError();
  const { end, written } = await runToEnd(
    program,
    [
      ...['--format=custom', '--exit-on-error', '--no-owner', '--no-acl', '--jobs=2', '--no-password'],
      ...[`--use-list=${list}`, `--dbname=${prover.database}`, dump],
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
