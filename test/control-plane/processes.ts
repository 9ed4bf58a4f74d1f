import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How to run a process, as data: whoever reads its file can start it again. */
export interface ProcessSpecification {
  name: string;
  command: string;
  arguments: string[];
  environment?: Record<string, string>;
  /** Another user to run as, for programs that refuse to be root. */
  user?: { uid: number; gid: number };
  /** When it counts as started: a port, of loopback unless it says where, or a socket that accepts connections, or an address that answers 200. */
  ready?: { port: number; host?: string } | { socket: string } | { url: string };
  /** What asks it to stop, SIGTERM by default. */
  stopSignal?: NodeJS.Signals;
}

/** A process that can be told from a later one with the same number. */
export interface RunningProcess {
  pid: number;
  startTime: string;
}

interface ProcessRecord {
  specification: ProcessSpecification;
  order: number;
  running?: RunningProcess;
}

const startSeconds = 60;

/**
 * The processes of one state directory. Everything known about them is in files, so that any process (a test, `npm
 * stop`, the start after a crash) can stop and start them.
 */
export class Processes {
  readonly #records: string;
  readonly #logs: string;
  #closed = false;

  constructor(stateDirectory: string) {
    this.#records = join(stateDirectory, 'processes');
    this.#logs = join(stateDirectory, 'logs');
    mkdirSync(this.#records, { recursive: true });
    mkdirSync(this.#logs, { recursive: true });
  }

  /** The log file of a process. */
  log(name: string): string {
    return join(this.#logs, `${name}.log`);
  }

  /** The names of all known processes, in the order in which they were first started. */
  names(): string[] {
    return this.#all().map(({ specification }) => specification.name);
  }

  /** The number of a process, or undefined when it does not run. */
  pid(name: string): number | undefined {
    const { running } = this.#read(name);

    return running && isRunning(running) ? running.pid : undefined;
  }

  /** Runs a new process and waits until it is ready. */
  async run(specification: ProcessSpecification): Promise<void> {
    const order = Math.max(0, ...this.#all().map((record) => record.order)) + 1;
    this.#write({ specification, order });
    await this.start(specification.name);
  }

  /** Starts a known process and waits until it is ready; a running one is left alone. */
  async start(name: string): Promise<void> {
    if (this.pid(name) !== undefined) return;
    if (this.#closed) throw new Error(`cannot start ${name}: the control plane is being stopped`);

    const record = this.#read(name);
    const { specification } = record;
    const log = openSync(this.log(name), 'a');
    const child = spawn(specification.command, specification.arguments, {
      cwd: '/',
      // A session of its own: Ctrl-C reaches only us, and we stop everything in order.
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...specification.environment },
      ...specification.user,
    });
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
    });
    child.unref();
    if (child.pid !== undefined) {
      const startTime = processStartTime(child.pid);
      if (startTime) this.#write({ ...record, running: { pid: child.pid, startTime } });
    }
    await this.#ready(specification, () => failure);
  }

  /** Starts every known process that does not run, in the order in which they were first started. */
  async startAll(): Promise<void> {
    for (const name of this.names()) if (this.pid(name) === undefined) await this.start(name);
  }

  /** Asks a process to stop, and kills it when it has not stopped after ten seconds. */
  async stop(name: string): Promise<void> {
    const record = this.#read(name);
    if (record.running) await stopProcess(record.running, record.specification.stopSignal);
    this.#write({ specification: record.specification, order: record.order });
  }

  /** Stops a process and forgets it: nothing starts it again. */
  async remove(name: string): Promise<void> {
    await this.stop(name);
    rmSync(this.#file(name));
  }

  /** Sends a signal to a running process: SIGKILL for a crash, SIGSTOP and SIGCONT for a hang. */
  signal(name: string, signal: NodeJS.Signals): void {
    const pid = this.pid(name);
    if (pid === undefined) throw new Error(`cannot send ${signal} to ${name}: it does not run`);

    process.kill(pid, signal);
  }

  /** Stops everything, last started first; from then on nothing starts. */
  async stopAll(): Promise<void> {
    this.#closed = true;
    for (const { specification } of this.#all().reverse()) await this.stop(specification.name);
  }

  async #ready({ name, ready }: ProcessSpecification, failure: () => Error | undefined): Promise<void> {
    const deadline = Date.now() + startSeconds * 1000;
    while (Date.now() < deadline) {
      if (failure()) throw new Error(`cannot start ${name}: ${failure()?.message}`);
      if (this.pid(name) === undefined)
        throw new Error(`${name} stopped while starting; the end of its log:\n${this.#end(name)}`);
      if (!ready || (await isReady(ready))) return;

      await sleep(50);
    }

    throw new Error(`${name} was not ready after ${startSeconds} s; the end of its log:\n${this.#end(name)}`);
  }

  #end(name: string): string {
    return readFileSync(this.log(name), 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  }

  #all(): ProcessRecord[] {
    return readdirSync(this.#records)
      .filter((file) => file.endsWith('.json'))
      .map((file) => this.#read(file.replace(/\.json$/, '')))
      .sort((left, right) => left.order - right.order);
  }

  #read(name: string): ProcessRecord {
    const file = this.#file(name);
    if (!existsSync(file)) throw new Error(`unknown process "${name}": expected one of ${this.names().join(', ')}`);

    return JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
  }

  #file(name: string): string {
    return join(this.#records, `${name}.json`);
  }

  #write(record: ProcessRecord): void {
    const file = this.#file(record.specification.name);
    writeFileSync(`${file}.new`, JSON.stringify(record, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** Identifies this process, for a file that a later run reads. */
export const thisProcess = (): RunningProcess => ({
  pid: process.pid,
  startTime: processStartTime(process.pid) ?? '',
});

/** Whether exactly this process, not a later one with the same number, still runs. */
export const isRunning = ({ pid, startTime }: RunningProcess): boolean => processStartTime(pid) === startTime;

/** Asks a process to stop, kills it after `seconds`, and waits until it is gone. */
export const stopProcess = async (running: RunningProcess, signal: NodeJS.Signals = 'SIGTERM', seconds = 10) => {
  send(running, signal);
  const deadline = Date.now() + seconds * 1000;
  while (isRunning(running) && Date.now() < deadline) await sleep(20);
  // A stopped process handles no SIGTERM, and SIGKILL needs no SIGCONT.
  while (isRunning(running)) {
    send(running, 'SIGKILL');
    await sleep(50);
  }
};

const send = (running: RunningProcess, signal: NodeJS.Signals) => {
  if (!isRunning(running)) return;
  try {
    process.kill(running.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** When a process started, in a form that never repeats for a later one; undefined when it is gone or a zombie. */
const processStartTime = (pid: number): string | undefined => {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
    const [, state, time] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(stdout) ?? [];

    return state?.startsWith('Z') ? undefined : time;
  }
  try {
    // The name, in parentheses, may itself contain spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;

    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch {
    return undefined;
  }
};

const isReady = (ready: NonNullable<ProcessSpecification['ready']>): Promise<boolean> => {
  if ('url' in ready) return answers(ready.url);

  return accepts('port' in ready ? { port: ready.port, host: ready.host ?? '127.0.0.1' } : { path: ready.socket });
};

const accepts = (where: { port: number; host: string } | { path: string }) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(where)
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      })
      .once('error', () => resolve(false));
  });

const answers = (url: string) =>
  new Promise<boolean>((resolve) => {
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    request(url, { rejectUnauthorized: false, agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .once('timeout', function (this: { destroy(): void }) {
        this.destroy();
      })
      .once('error', () => resolve(false))
      .end();
  });
