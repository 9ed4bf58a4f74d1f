import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that is removed by the returned function. */
export const temporaryDirectory = (): [string, () => void] => {
  const directory = mkdtempSync(join(tmpdir(), 'squadkit-'));

  return [directory, () => rmSync(directory, { recursive: true, force: true })];
};

export interface Exit {
  code: number | null;
  stderr: string;
  stdout: string;
}

export interface Packaged {
  port: number;
  process: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  exited: Promise<Exit>;
  stop(): Promise<Exit>;
}

/** Runs the packaged function until it ends by itself. */
export const runToEnd = (file: string, args: string[], environment: Record<string, string> = {}): Promise<Exit> =>
  launch(file, args, environment).exited;

/** Starts the packaged function on a free port and waits until it says that it serves. Throws when it ends instead. */
export const start = async (
  file: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<Packaged> => {
  const started = launch(file, ['--address', '127.0.0.1:0', ...args], environment);
  const port = await Promise.race([
    started.serving,
    started.exited.then(({ code, stderr }) => Promise.reject(new Error(`ended with ${code}: ${stderr}`))),
  ]);

  return {
    ...started,
    port,
    stop: () => {
      started.process.kill('SIGTERM');
      return started.exited;
    },
  };
};

const launch = (file: string, args: string[], environment: Record<string, string>) => {
  const { PATH = '' } = globalThis.process.env;
  const child = spawn(globalThis.process.execPath, [file, ...args], { env: { PATH, ...environment } });
  let stdout = '';
  let stderr = '';
  const serving = new Promise<number>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
      const port = /"message":"serving".*"port":(\d+)/.exec(stderr)?.[1];
      if (port) resolve(Number(port));
    });
  });
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  const exited = new Promise<Exit>((resolve) => child.on('close', (code) => resolve({ code, stderr, stdout })));

  return { process: child, serving, exited, log: () => stderr };
};

/** A port that somebody else listens on. */
export const takenPort = async (): Promise<[number, () => void]> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return [(server.address() as { port: number }).port, () => server.close()];
};
