import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { backupEntries, bundle } from '../../package/build.ts';
import { postgresClient } from '../../package/tools/postgres-client.ts';
import { createProgress } from '../../package/tools/progress.ts';
import { type BuiltTool, backupTools, buildTools } from '../../package/tools/tools.ts';
import { choosePorts } from '../control-plane/ports.ts';
import { bootstrapPostgres, type PostgresConnection, preparePostgres } from '../control-plane/postgres.ts';
import { findPostgres } from '../control-plane/postgres-programs.ts';
import { Processes } from '../control-plane/processes.ts';
import { ended } from '../support/ended.ts';
import { makeDatabases, mark, password } from './databases.ts';
import { makeBucket, type RunningStore, secretOf, startStore } from './store.ts';

const clone = resolve(import.meta.dirname, '../..');

/** The Node that the image has. */
export const node = join(
  dirname(createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`)),
  'bin/node',
);

/** What a run of the program did. */
export interface Outcome {
  status: number | null;
  out: string;
  error: string;
}

/** What of a run can be otherwise than it should be. */
export interface Wrong {
  of?: string;
  mark?: string;
  login?: Record<string, string>;
  writer?: Record<string, string>;
  authority?: string;
  storeAuthority?: string;
  storeHost?: string;
  storePort?: number;
  bucket?: string;
  recipients?: string[];
  keepDays?: number;
  pgDump?: string;
  mostMinutes?: number;
  /** Told the number of the process once it runs. */
  started?: (pid: number) => void;
}

/** A server, a store, keys, and the program as the image has it. */
export interface Scene {
  state: string;
  server: PostgresConnection;
  store: RunningStore;
  processes: Processes;
  /** Where pg_dump and pg_restore are. */
  programs: string;
  age: BuiltTool;
  /** Files with private keys. */
  identities: string[];
  recipients: string[];
  backUp: (wrong?: Wrong) => Promise<Outcome>;
  /** What the program is started with; Secrets are laid into a folder. */
  words: (room: string, wrong?: Wrong) => string[];
  close: () => Promise<void>;
}

/** Starts all of it. What it leaves in .squadkit/backup goes with `close`. */
export const openScene = async (): Promise<Scene> => {
  mkdirSync(join(clone, '.squadkit/backup'), { recursive: true });
  const state = mkdtempSync(join(clone, '.squadkit/backup/run-'));
  const [tools, client] = await Promise.all([buildTools(createProgress(), backupTools), postgresClient()]);
  const age = tools('age');
  const programs = findPostgres(join(state, 'postgres'));
  const ports = await choosePorts(['backup-postgres', 'backup-store']);
  const prepared = await preparePostgres(programs, { name: 'postgres', port: ports['backup-postgres'] });
  const processes = new Processes(state);
  const close = async () => {
    await processes.stopAll();
    rmSync(state, { recursive: true, force: true });
    if (programs.externalDirectory) rmSync(programs.externalDirectory, { recursive: true, force: true });
  };
  try {
    await processes.run(prepared.specification);
    await bootstrapPostgres(prepared.connection);
    const store = await startStore(processes, { tool: tools('versitygw'), state, port: ports['backup-store'] });
    await Promise.all([
      makeDatabases(prepared.connection),
      makeBucket(store, 'backups'),
      bundle({ outputDirectory: join(state, 'bundle'), entries: backupEntries }),
    ]);
    const keys = await Promise.all([1, 2].map((number) => makeKey(age, join(state, `identity-${number}`))));
    const scene = { state, server: prepared.connection, store, processes, programs: join(client, 'bin'), age };
    const recipients = keys.map(({ recipient }) => recipient);

    return {
      ...scene,
      ...{ identities: keys.map(({ file }) => file), recipients, close },
      backUp: (wrong = {}) => run({ ...scene, recipients }, wrong),
      words: (room, wrong = {}) => wordsOf({ ...scene, recipients }, wrong, room),
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Runs a command to its end, and answers what it wrote on stdout. */
export const runProgram = async (command: string, words: string[]): Promise<Buffer> => {
  const { stdout } = await promisify(execFile)(command, words, { encoding: 'buffer', maxBuffer: 1 << 28 });

  return stdout;
};

const makeKey = async (age: BuiltTool, file: string) => {
  await runProgram(age.binary('age-keygen'), ['-o', file]);

  return { file, recipient: (await runProgram(age.binary('age-keygen'), ['-y', file])).toString().trim() };
};

type Needed = Pick<Scene, 'state' | 'server' | 'store' | 'programs' | 'recipients'>;

/** What somebody else's shell, or a pod's template, could have in it: none of it counts. */
const environment = {
  ...{ PGHOST: 'nowhere.invalid', PGSSLMODE: 'disable', PGOPTIONS: '-c nonsense=1', PGUSER: 'postgres' },
  ...{ AWS_ENDPOINT_URL: 'https://nowhere.invalid', AWS_REGION: 'nowhere', AWS_ACCESS_KEY_ID: 'nobody' },
};

/** Two backups of one database in one second are one too many: the second is refused. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1001 - (Date.now() % 1000)));

/** As a node would: Secrets as files, and as root on a file system that is only read. */
const run = async (needed: Needed, wrong: Wrong): Promise<Outcome> => {
  await nextSecond();
  const room = mkdtempSync(join(needed.state, 'room-'));
  chmodSync(room, 0o755);
  const words = [join(needed.state, 'bundle/backup.cjs'), ...wordsOf(needed, wrong, room)];
  const readOnly = ['--mount', 'sh', '-euc', 'mount -o remount,bind,ro /; exec "$@"', 'sh', node, ...words];
  const [command, argumentsOf] = process.getuid?.() === 0 ? ['unshare', readOnly] : [node, words];
  const child = spawn(command as string, argumentsOf as string[], {
    ...{ cwd: '/', env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  if (child.pid !== undefined) wrong.started?.(child.pid);
  const said = await ended(child);
  rmSync(room, { recursive: true });

  return said;
};

/** What the program is started with; Secrets are laid into the room. */
const wordsOf = ({ server, store, programs, recipients }: Needed, wrong: Wrong, room: string): string[] => {
  const secret = (name: string, values: Record<string, string>) => {
    mkdirSync(join(room, name));
    for (const [key, value] of Object.entries(values)) writeFileSync(join(room, name, key), value);

    return join(room, name);
  };
  const of = wrong.of ?? 'main/frontier.spike/galaxy/billing';
  const database = of.split('/').slice(2).join('_').replaceAll('-', '_');
  const login = { endpoint: 'localhost', port: String(server.port), username: `${database}_backup`, password };
  const writer = { accessKeyId: 'writer', secretAccessKey: secretOf('writer') };

  return [
    ...['--of', of, '--mark', wrong.mark ?? mark],
    ...['--login', secret('login', { ...login, ...wrong.login }), '--authority-file', wrong.authority ?? server.caPath],
    ...['--store', `https://${wrong.storeHost ?? 'localhost'}:${wrong.storePort ?? store.port}`],
    ...['--store-authority-file', wrong.storeAuthority ?? store.caPath],
    ...['--region', 'eu-west-1', '--bucket', wrong.bucket ?? 'backups'],
    ...['--writer', secret('writer', { ...writer, ...wrong.writer })],
    ...(wrong.recipients ?? recipients).flatMap((recipient) => ['--recipient', recipient]),
    ...['--keep-days', String(wrong.keepDays ?? 14), '--pg-dump', wrong.pgDump ?? join(programs, 'pg_dump')],
    ...(wrong.mostMinutes === undefined ? [] : ['--most-minutes', String(wrong.mostMinutes)]),
  ];
};
