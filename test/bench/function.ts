import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunFunctionRequest, RunFunctionResponse, Severity } from '@crossplane-org/function-sdk-typescript';
import { bundle, functionEntries } from '../../package/build.ts';
import { engineFlags } from '../../package/engine.ts';
import { createAuthority, writeCertificates } from '../contract/authority.ts';
import { takenPort } from '../contract/packaged.ts';
import { median, table } from './figures.ts';
import { type Connection, cpuMilliseconds, frameOf, listening, openConnection, residentMebibytes } from './load.ts';
import { buildPeers, type Subject } from './peers.ts';
import { requestOf, type Sized, sizes } from './requests.ts';

const passes = 3;
const starts = 10;

/** How many requests a pass makes: enough for the ticks of 10 ms in which the kernel counts. */
const requestsAt: Record<number, number> = { 10: 1000, 30: 500, 100: 300, 1000: 20 };

/** Calls before every pass: an engine that compiles while it runs forgets some of it while others have their turn. */
const warmUpAt: Record<number, number> = { 10: 1500, 30: 700, 100: 400, 1000: 10 };

/** The largest size goes last, and memory is read before it: it is there for the ratio only. */
const ordinary = sizes.filter((size) => size < 1000);

/**
 * The released bundle as a process over mTLS, one request after the other, each the second call of a round of a
 * Service: with everything that call does. Peers get the same observed resources and make as many of their own.
 */
export const benchFunction = async ({ peers }: { peers: boolean }): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'squadkit-bench-'));
  const subjects = [await squadkit(directory), ...(peers ? buildPeers() : [])];
  const certificates = await makeCertificates(directory);
  const requests = sizes.map(requestOf);
  const load = loadavg()[0] ?? 0;
  const runs: Run[] = [];
  try {
    for (const subject of subjects) runs.push(await startRun(subject, certificates, requests));
    for (const size of ordinary) await measureAll(runs, size);
    for (const run of runs) run.loaded = residentMebibytes(run.pid, 'VmRSS');
    for (const run of runs) run.peak = residentMebibytes(run.pid, 'VmHWM');
    await measureAll(runs, 1000);
    for (const run of runs) run.stop();
    for (const run of runs) run.start = await medianStart(run.subject, certificates, requests);

    console.log(`load of the machine ${load.toFixed(2)} before; CPU is in ms per request, by observed resources\n`);
    console.log(table(runs.map((run) => rowOf(run, runs[0] as Run))));
  } finally {
    for (const run of runs) run.stop();
    rmSync(directory, { recursive: true, force: true });
  }
};

const squadkit = async (directory: string): Promise<Subject> => {
  const bytes = await bundle({ outputDirectory: directory, entries: functionEntries });

  return {
    name: 'Squadkit',
    command: (address, certificates) => [
      process.execPath,
      ...engineFlags,
      join(directory, 'function.cjs'),
      ...['--address', address, '--tls-certs-dir', certificates],
    ],
    request: ({ service }) => service,
    bytes: Object.values(bytes).reduce((sum, size) => sum + size, 0),
  };
};

/** One certificate for both sides, as a server and as a client. */
const makeCertificates = async (directory: string): Promise<string> => {
  const authority = await createAuthority('bench');

  return writeCertificates(join(directory, 'certificates'), await authority.issue('localhost'), authority);
};

interface Run {
  subject: Subject;
  pid: number;
  connect: () => Connection;
  connection: Connection;
  frames: Record<number, Buffer>;
  cpu: Record<number, number>;
  idle: number;
  loaded: number;
  peak: number;
  start: number;
  stop(): void;
}

const startRun = async (subject: Subject, certificates: string, requests: Sized[]): Promise<Run> => {
  const { child, port } = await launch(subject, certificates);
  await listening(port);
  await sleep(1000);
  const pid = child.pid as number;
  const connect = () => openConnection(port, certificates);
  const connection = connect();
  const frames = Object.fromEntries(
    requests.map((sized) => [sized.size, frameOf(RunFunctionRequest.encode(subject.request(sized)).finish())]),
  );
  const idle = residentMebibytes(pid, 'VmRSS');
  for (const size of sizes.filter((candidate) => candidate < 1000))
    assertComposes(await connection.call(frames[size] as Buffer), size);
  const stop = () => {
    run.connection.close();
    child.kill();
  };
  const run: Run = { subject, pid, connect, connection, frames, cpu: {}, idle, loaded: 0, peak: 0, start: 0, stop };

  return run;
};

const launch = async (subject: Subject, certificates: string): Promise<{ child: ChildProcess; port: number }> => {
  const port = await freePort();
  const [command = '', ...args] = subject.command(`127.0.0.1:${port}`, certificates);

  return { child: spawn(command, args, { stdio: 'ignore' }), port };
};

const freePort = async (): Promise<number> => {
  const [port, release] = await takenPort();
  release();

  return port;
};

/** Whoever refuses or composes less would be measured for nothing. */
const assertComposes = (response: Uint8Array, size: number): void => {
  const { desired, results } = RunFunctionResponse.decode(response);
  const fatal = results.find(({ severity }) => severity === Severity.SEVERITY_FATAL);
  if (fatal) throw new Error(`refused: ${fatal.message}`);
  const count = Object.keys(desired?.resources ?? {}).length;
  if (count < size) throw new Error(`expected ${size} resources, got ${count}`);
};

/** Everybody's turn comes in every pass, so that what disturbs the machine disturbs all of them. */
const measureAll = async (runs: Run[], size: number): Promise<void> => {
  const passesOf = new Map<Run, number[]>(runs.map((run) => [run, []]));
  for (let pass = 0; pass < passes; pass += 1) {
    for (const run of runs) {
      reconnect(run);
      await callAgain(run, size, warmUpAt[size] ?? 0);
      const before = cpuMilliseconds(run.pid);
      const count = requestsAt[size] ?? 300;
      await callAgain(run, size, count);
      passesOf.get(run)?.push((cpuMilliseconds(run.pid) - before) / count);
    }
  }
  for (const [run, values] of passesOf) run.cpu[size] = median(values);
};

/** Functions end a connection after some minutes, which is less than a bench takes. */
const reconnect = (run: Run): void => {
  run.connection.close();
  run.connection = run.connect();
};

const callAgain = async ({ connection, frames }: Run, size: number, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await connection.call(frames[size] as Buffer);
};

const medianStart = async (subject: Subject, certificates: string, requests: Sized[]): Promise<number> => {
  const smallest = requests[0] as Sized;
  const frame = frameOf(RunFunctionRequest.encode(subject.request(smallest)).finish());
  const milliseconds: number[] = [];
  for (let index = 0; index < starts; index += 1) milliseconds.push(await timeToAnswer(subject, certificates, frame));

  return median(milliseconds);
};

const timeToAnswer = async (subject: Subject, certificates: string, frame: Buffer): Promise<number> => {
  const started = performance.now();
  const { child, port } = await launch(subject, certificates);
  try {
    await listening(port);
    const connection = openConnection(port, certificates);
    await connection.call(frame);
    const milliseconds = performance.now() - started;
    connection.close();

    return milliseconds;
  } finally {
    child.kill();
  }
};

const rowOf = (run: Run, ours: Run): Record<string, string> => {
  const at = (size: number) => run.cpu[size] ?? Number.NaN;
  const cell = (size: number) => `${at(size).toFixed(2)} (${(at(size) / (ours.cpu[size] ?? 1)).toFixed(1)}x)`;

  return {
    function: run.subject.name,
    ...Object.fromEntries(ordinary.map((size) => [`CPU ms, ${size}`, cell(size)])),
    'CPU ms, 1000': cell(1000),
    '1000 to 100': (at(1000) / at(100)).toFixed(1),
    'RSS MiB idle': run.idle.toFixed(0),
    loaded: run.loaded.toFixed(0),
    peak: run.peak.toFixed(0),
    'first answer ms': run.start.toFixed(0),
    'size MB': (run.subject.bytes / 1e6).toFixed(2),
  };
};
