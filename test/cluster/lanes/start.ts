import { type ChildProcess, spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { clearState } from '../../control-plane/state.ts';
import type { LaneOrder, LaneReport } from './order.ts';

/** How a lane went: the seconds of each of its phases, and whether all was as it should be. */
export interface LaneOutcome {
  name: string;
  passed: boolean;
  phases: Record<string, number>;
}

/** A lane that runs: its outcome when nothing of it runs any more, and how to end it before. */
export interface Lane {
  outcome: Promise<LaneOutcome>;
  stop(): void;
}

/**
 * Starts a lane as a process, with the words before it that give it a network of its own, if any. With a prefix, each
 * line that it prints is printed with its name before it. However a lane ends, its processes end with it, unless it
 * was ordered to keep them.
 */
export const startLane = (order: LaneOrder, before: string[], prefixed: boolean): Lane => {
  const name = basename(order.directory);
  const program = [process.execPath, '--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'lane.ts')];
  const [command = '', ...rest] = [...before, ...program, JSON.stringify(order)];
  const output = prefixed ? 'pipe' : 'inherit';
  const child = spawn(command, rest, {
    // A group of its own: Ctrl-C reaches only us, and what a lane leaves behind can be named.
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, ...(prefixed && process.stdout.isTTY && { FORCE_COLOR: '1' }) },
  });
  const phases: Record<string, number> = {};
  let passed: boolean | undefined;
  child.on('message', (message: LaneReport) => {
    if ('passed' in message) passed = message.passed;
    if ('phase' in message) phases[message.phase] = message.seconds;
  });
  const printed = [printLines(child.stdout, name), printLines(child.stderr, name)];

  return {
    outcome: (async () => {
      await ended(child);
      endGroup(child);
      // It did not get as far as that itself.
      if (passed === undefined) await clearState(order.directory);
      await Promise.all(printed);

      return { name, passed: passed ?? false, phases };
    })(),
    stop: () => child.kill('SIGTERM'),
  };
};

/** Resolves when it is over and everything that it told has arrived, or when it cannot even be started. */
const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    const isOver = { exit: false, disconnect: false };
    for (const event of ['exit', 'disconnect'] as const) {
      child.once(event, () => {
        isOver[event] = true;
        if (isOver.exit && isOver.disconnect) resolve();
      });
    }
    child.once('error', (error) => {
      console.error(`cannot start a lane: ${error.message}`);
      resolve();
    });
  });

/** Kills what is left of a lane, such as tests whose lane was killed. */
const endGroup = ({ pid }: ChildProcess) => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const printLines = async (stream: NodeJS.ReadableStream | null, name: string): Promise<void> => {
  if (!stream) return;
  for await (const line of createInterface({ input: stream })) console.log(line ? `${name} | ${line}` : '');
};
