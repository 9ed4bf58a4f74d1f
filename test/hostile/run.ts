import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** `npm run test:hostile`: the default takes about a minute; with `-- --long`, all of it. Other arguments are Vitest's. */
const isLong = process.argv.includes('--long');
const rest = process.argv.slice(2).filter((argument) => argument !== '--long');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

spawn(process.execPath, [vitest, 'run', '--project', 'hostile', ...rest], {
  cwd: resolve(import.meta.dirname, '../..'),
  stdio: 'inherit',
  env: { SEED: String(Date.now() % 2 ** 31), ...process.env, ...(isLong && { SQUADKIT_LONG: '1' }) },
}).once('close', (code) => process.exit(code ?? 1));
