import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Undo } from './undo.ts';

interface CommandOptions {
  directory: string;
  environment?: Record<string, string>;
  /** Called for each line of output that is not empty. */
  onLine?: (line: string) => void;
}

/** A command that runs. */
export interface RunningCommand {
  /** Resolves when it has ended well; rejects with the end of its output when it has not. */
  ended: Promise<void>;
  /** Ends it and whatever it started, at once: npm asked to end would first finish. */
  kill(): void;
}

/** Starts a command in a process group of its own: Ctrl-C reaches only us, and we end it in order. */
export const startCommand = (command: string[], options: CommandOptions): RunningCommand => {
  const { directory, environment, onLine } = options;
  const [program = '', ...commandArguments] = command;
  const child = spawn(program, commandArguments, {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const output: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      if (line.trim() === '') return;
      output.push(line);
      onLine?.(line);
    });
  }
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      return reject(new Error(`"${command.join(' ')}" in ${directory} failed:\n${output.slice(-15).join('\n')}`));
    });
  });
  // Whoever waits for the end hears of a failure; until somebody does, it must not end us.
  ended.catch(() => undefined);

  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };

  return { ended, kill };
};

/** Runs a command to its end, and ends it when everything is undone meanwhile. */
export const runCommand = async (undo: Undo, command: string[], options: CommandOptions): Promise<void> => {
  const { ended, kill } = startCommand(command, options);
  const forget = undo.add(async () => {
    kill();
    await ended.catch(() => undefined);
  });
  await ended.finally(forget);
};
