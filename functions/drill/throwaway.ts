import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAs, type Server } from '../outside/postgres.ts';
import { runToEnd, start } from '../retrieve/child.ts';
import { orUnproven, Unproven } from './failure.ts';

/** A PostgreSQL server that lives as long as it is asked something. */
export interface Throwaway {
  /** How its socket is found, as libpq and our driver take it. */
  directory: string;
  port: number;
  /** A connection as somebody of the server. @throws what the driver rejects with, or Unusable */
  connect: (
    user: string,
    password: string,
    to: { database: string; parameters?: Record<string, string> },
  ) => Promise<Server>;
  /** The same as its superuser, to the database that nothing is restored into. */
  connectAsSuperuser: () => Promise<Server>;
  /** The first error that it had since it was last asked, as SQLSTATE. */
  firstError: () => string | undefined;
  /** How it ended, if it has, or is about to: who is connected may hear of it first. */
  hasEnded: () => Promise<number | NodeJS.Signals | undefined>;
  /** Ends it, and everybody in it. */
  close: () => Promise<void>;
}

/** Its superuser: no role of a Service is called so. */
export const superuser = 'squadkit_throwaway';

/** A number in the name of the socket; nothing listens there. */
const port = 5432;

/** How long starting may take, and ending, in milliseconds: a machine that does other things may stand still for seconds. */
const [patience, mostForEnding] = [120_000, 10_000];

/** After whoever is connected, we hear within so long that it has ended, in milliseconds. */
const mostForHearing = 3000;

/** A path of a socket is at most so long on Linux, in bytes (sockaddr_un). */
const mostOfSocket = 107;

/**
 * Settings of a server that lives for minutes: it listens at no address, takes no care of its files, and starts nothing of its
 * own. What is shared lies in its folder, because /dev/shm of a pod is small.
 */
const settings = (directory: string): Record<string, string> => ({
  ...{ listen_addresses: '', unix_socket_directories: directory, unix_socket_permissions: '0700', port: String(port) },
  ...{ fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', wal_level: 'minimal', max_wal_senders: '0' },
  ...{ autovacuum: 'off', max_connections: '10', max_locks_per_transaction: '1024', jit: 'off' },
  ...{ max_logical_replication_workers: '0', dynamic_shared_memory_type: 'mmap', maintenance_work_mem: '128MB' },
  ...{
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%e ',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
  },
});

/**
 * Makes a server in a folder and starts it, as the user that we are: PostgreSQL refuses to run as root. Everybody who
 * connects needs a password.
 *
 * @param programs folder with bin/initdb and bin/postgres, of PostgreSQL 18
 * @param folder an empty one; what is in it after `close` may be deleted
 * @throws Unproven
 */
export const startThrowaway = async (programs: string, folder: string, stop: AbortSignal): Promise<Throwaway> => {
  const [data, directory, passwordFile] = ['data', 'socket', 'password'].map((name) => join(folder, name)) as [
    ...[string, string, string],
  ];
  if (Buffer.byteLength(`${directory}/.s.PGSQL.${port}`) > mostOfSocket)
    throw new Unproven('machine', 'the path of the folder of the drill is too long for a socket');
  if (process.getuid?.() === 0) throw new Unproven('machine', 'the drill runs as root: PostgreSQL refuses that');
  mkdirSync(directory, { mode: 0o700 });
  const password = randomBytes(24).toString('hex');
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  } catch (error) {
    throw orUnproven(error, 'room');
  }
  const { end, written } = await runToEnd(
    join(programs, 'bin/initdb'),
    [
      ...['-D', data, '-U', superuser, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync'],
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ...['--no-instructions', '--wal-segsize=4'],
    ],
    { stop },
  );
  rmSync(passwordFile, { force: true });
  if (end !== 0) {
    if (/No space left/.test(written)) throw new Unproven('room', 'there is not room enough for the throwaway server');
    throw new Unproven('machine', `the throwaway server cannot be made: initdb ended with ${end}`);
  }
  let first: string | undefined;
  let isFull = false;
  const child = start(
    join(programs, 'bin/postgres'),
    ['-D', data, ...Object.entries(settings(directory)).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    {
      onLine: (line) => {
        const [, code] = /^([0-9A-Z]{5}) (?:ERROR|FATAL|PANIC): {2}/.exec(line) ?? [];
        // While it starts it sends everybody away.
        if (code !== undefined && code !== '57P03') first ??= code;
        isFull ||= line.includes('No space left');
      },
    },
  );
  let ended: number | NodeJS.Signals | undefined;
  const gone = child.ended.then(
    (how) => {
      ended = how ?? 'SIGKILL';
      // Whoever restores would wait for them.
      killAllIn(data);
    },
    () => {
      ended = 127;
    },
  );
  const throwaway: Throwaway = {
    ...{ directory, port },
    hasEnded: async () => {
      await Promise.race([gone, pause(mostForHearing, undefined, { ref: false })]);

      return ended;
    },
    connect: (user, itsPassword, { database, parameters = {} }) =>
      connectAs(
        { ...{ directory, port, database, user }, password: itsPassword },
        { ...{ applicationName: 'squadkit drill', parameters, patience: 10_000, mostBytes: 64 * 1024 * 1024 } },
      ),
    connectAsSuperuser: () => throwaway.connect(superuser, password, { database: 'postgres' }),
    firstError: () => {
      const code = isFull ? '53100' : first;
      first = undefined;

      return code;
    },
    close: async () => {
      stop.removeEventListener('abort', quit);
      // At once, and without taking care of what is written: nobody reads it any more.
      quit();
      await Promise.race([gone, pause(mostForEnding, undefined, { ref: false })]);
      child.signal('SIGKILL');
      killAllIn(data);
      await Promise.race([gone, pause(mostForEnding, undefined, { ref: false })]);
    },
  };
  const quit = () => child.signal('SIGQUIT');
  stop.addEventListener('abort', quit);
  try {
    await waitFor(throwaway, () => ended, stop);
  } catch (error) {
    await throwaway.close();
    throw error;
  }

  return throwaway;
};

/**
 * Kills every process of ours that works in a directory, as all of a PostgreSQL server do. One that computes does not look
 * whether the one that started it is still there.
 */
const killAllIn = (directory: string): void => {
  for (const pid of existsSync('/proc/self') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [])
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) === directory) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It is somebody else's, or gone.
    }
};

const waitFor = async (
  throwaway: Throwaway,
  hasEnded: () => number | NodeJS.Signals | undefined,
  stop: AbortSignal,
): Promise<void> => {
  const until = Date.now() + patience;
  for (;;) {
    try {
      (await throwaway.connectAsSuperuser()).cut();

      return;
    } catch {
      const how = hasEnded();
      if (stop.aborted) throw new Unproven('machine', 'it was stopped');
      if (how !== undefined && throwaway.firstError() === '53100')
        throw new Unproven('room', 'there is not room enough for the throwaway server');
      if (how !== undefined) throw new Unproven('machine', `the throwaway server does not start: it ended with ${how}`);
      if (Date.now() > until) throw new Unproven('machine', 'the throwaway server does not answer in time');
      await pause(50);
    }
  }
};
