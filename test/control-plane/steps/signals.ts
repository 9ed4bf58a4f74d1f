import type { Processes } from '../processes.ts';
import { clearState } from '../state.ts';

/** Ctrl-C and SIGTERM stop everything, also half-way through the start. */
export const stopOnSignal = (processes: Processes, directory: string): void => {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping everything.');
    // The start, if it is still under way, fails because its processes go; that is no news.
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', () => undefined);
    processes
      .stopAll()
      .then(() => clearState(directory))
      .finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
};
