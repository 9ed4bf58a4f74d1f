import type { Handler } from './call.ts';
import { describeThrown, type Log } from './log.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';

/** Kubernetes kills after 30 s by default; calls take milliseconds. */
const drainMilliseconds = 10_000;

/**
 * Serves until SIGTERM or SIGINT, then finishes the calls in flight and exits: 0 when all were finished, 1 when the
 * deadline came first. Exits 1 with a sentence on stderr when it cannot start, and 1 on any error outside a call.
 */
export const run = async (options: ServerOptions & { drainMilliseconds?: number }, handler: Handler): Promise<void> => {
  exitOnStrayErrors(options.log);
  const server = await start(options, handler);
  options.log.info('serving', { address: options.address, port: server.port });

  const stop = async (signal: string): Promise<void> => {
    options.log.info('draining', { signal });
    const isClean = await server.drain(options.drainMilliseconds ?? drainMilliseconds);
    options.log.info(isClean ? 'drained' : 'calls in flight cut off at the deadline');
    process.exit(isClean ? 0 : 1);
  };
  // Once each: a second signal has its usual effect and ends the process at once.
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

const start = async (options: ServerOptions, handler: Handler): Promise<RunningServer> => {
  try {
    return await startServer(options, handler);
  } catch (error) {
    process.stderr.write(`squadkit: ${(error as Error).message}\n`);
    return process.exit(1);
  }
};

const exitOnStrayErrors = (log: Log): void => {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (thrown: unknown) => {
      log.error(event, describeThrown(thrown));
      process.exit(1);
    });
  }
};
