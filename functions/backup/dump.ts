import { spawn } from 'node:child_process';
import type { Login } from '../outside/postgres.ts';
import { Unusable } from '../outside/reason.ts';
import { schema } from '../providers/postgres/names.ts';
import { saidOfDump } from './failure.ts';
import { libpqEnvironment } from './libpq.ts';

/** What a dump in PostgreSQL's custom format begins with (PostgreSQL 18, pg_backup_archiver.c). */
const beginning = 'PGDMP';

/** Of what pg_dump writes on stderr, no more than this is kept, in bytes. */
const mostWritten = 64 * 1024;

/** What is dumped, and by which program. */
export interface Dump {
  /** Path of pg_dump. */
  program: string;
  login: Login;
  /** File with the authority of the server. */
  authorityFile: string;
  snapshot: string;
  /** Ends pg_dump. */
  stop: AbortSignal;
}

/**
 * The schema of a Service at one moment, in PostgreSQL's custom format, compressed. It ends only when pg_dump has said that
 * it was all: whoever has read to the end has a whole dump.
 *
 * Nothing is on the command line but what everybody may know, nothing of our environment reaches pg_dump, and it connects as
 * `connectAs` does.
 *
 * @throws Unusable if pg_dump fails
 */
export async function* dump({ program, login, authorityFile, snapshot, stop }: Dump): AsyncGenerator<Uint8Array> {
  const child = spawn(
    program,
    [
      ...['--format=custom', '--compress=zstd:3', `--schema=${schema}`, '--strict-names', '--no-password'],
      ...[`--snapshot=${snapshot}`, '--lock-wait-timeout=60s'],
    ],
    {
      env: libpqEnvironment(login, { authorityFile, applicationName: 'squadkit backup' }),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const end = () => child.kill('SIGKILL');
  stop.addEventListener('abort', end);
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    written = `${written}${chunk}`.slice(-mostWritten);
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', () => reject(new Unusable('pg_dump: it cannot be started')));
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  // Whoever stops reading does not ask how it ended.
  ended.catch(() => undefined);
  let head = '';
  try {
    if (stop.aborted) end();
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      if (head.length < beginning.length) head += chunk.toString('latin1', 0, beginning.length);
      yield chunk;
    }
    const how = await ended;
    if (how !== 0) throw saidOfDump(written, how);
    if (!head.startsWith(beginning)) throw new Unusable('pg_dump: it wrote something else than a dump');
  } finally {
    stop.removeEventListener('abort', end);
    end();
  }
}
