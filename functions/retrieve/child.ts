import { type ChildProcess, spawn } from 'node:child_process';
import { Failed } from './failure.ts';

/** Of what a program writes no more than this is kept, in characters. */
const mostWritten = 64 * 1024;

/** After its end, so long for the rest of what it wrote, in milliseconds. */
const mostAfterExit = 1000;

/** A program that runs. */
export interface Child {
  /** How it ended: its status, or the signal that ended it. Rejects with a Failed if it cannot be started. */
  ended: Promise<number | NodeJS.Signals | null>;
  /** The last that it wrote. */
  written: () => string;
  signal: (signal: NodeJS.Signals) => void;
}

/**
 * Starts a program of PostgreSQL. Nothing of our environment reaches it, and nothing on its command line is secret.
 *
 * @param onLine told every line that it writes on stderr
 */
export const start = (
  program: string,
  words: readonly string[],
  {
    environment = {},
    onLine = () => {},
  }: { environment?: Record<string, string>; onLine?: (line: string) => void } = {},
): Child => {
  const child: ChildProcess = spawn(program, words, {
    ...{ cwd: '/', env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const name = program.slice(program.lastIndexOf('/') + 1);
  let [written, rest] = ['', ''];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      written = `${written}${chunk}`.slice(-mostWritten);
      const lines = `${rest}${chunk}`.split('\n');
      rest = (lines.pop() ?? '').slice(-mostWritten);
      for (const line of lines) onLine(line);
    });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', () => reject(new Failed('machine', `${name} cannot be started`)));
    child.once('close', (code, signal) => resolve(code ?? signal));
    // Who it has started may hold what it writes into, and not know yet that it is gone.
    child.once('exit', (code, signal) => setTimeout(() => resolve(code ?? signal), mostAfterExit).unref());
  });
  // Whoever waits for it hears of it; nobody has to.
  ended.catch(() => undefined);

  return { ended, written: () => written, signal: (signal) => void child.kill(signal) };
};

/** Runs a program of PostgreSQL to its end, or until it is stopped. */
export const runToEnd = async (
  program: string,
  words: readonly string[],
  { stop, environment = {} }: { stop: AbortSignal; environment?: Record<string, string> },
): Promise<{ end: number | NodeJS.Signals | null; written: string }> => {
  const child = start(program, words, { environment });
  const kill = () => child.signal('SIGKILL');
  stop.addEventListener('abort', kill);
  try {
    if (stop.aborted) kill();
    const end = await child.ended;

    return { end, written: child.written() };
  } finally {
    stop.removeEventListener('abort', kill);
  }
};
