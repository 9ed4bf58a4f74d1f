import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/**
 * `npm run test:properties`: every property, and what else has a share of its cases in each run, in three hundred cases and more that
 * are others each time. CASES asks for more or fewer, SEED repeats a run. Other arguments are Vitest's.
 */
const repository = resolve(import.meta.dirname, '../..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const ofProperties = ['test/unit', 'test/contract']
  .flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => /fast-check|support\/cases/.test(readFileSync(join(repository, file), 'utf8')));
const projects = ['unit', 'contract'].flatMap((project) => ['--project', project]);
const { SEED = String(Date.now() % 2 ** 31), CASES = '300' } = process.env;

spawn(
  process.execPath,
  [vitest, 'run', ...projects, ...ofProperties, '--testTimeout', '3600000', ...process.argv.slice(2)],
  {
    cwd: repository,
    stdio: 'inherit',
    env: { ...process.env, SEED, CASES },
  },
).once('close', (code) => process.exit(code ?? 1));
