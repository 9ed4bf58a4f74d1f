import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The program file of Vitest, for Node to run. */
export const vitest = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** Runs Vitest on this clone with these arguments, and ends with its exit status. A seed of its own begins its properties. */
export const runVitest = (vitestArguments: string[], environment: Record<string, string>): void => {
  spawn(process.execPath, [vitest(), 'run', ...vitestArguments], {
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: 'inherit',
    env: { SEED: String(Date.now() % 2 ** 31), ...process.env, ...environment },
  }).once('close', (code) => process.exit(code ?? 1));
};
