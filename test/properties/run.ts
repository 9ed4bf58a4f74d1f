import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../control-plane/state.ts';
import { runVitest } from '../support/vitest.ts';

/**
 * `npm run test:properties`: every property, and what else has a share of its cases in each run, in three hundred cases and more that
 * are others each time. CASES asks for more or fewer, SEED repeats a run. Other arguments are Vitest's.
 */
const ofProperties = ['test/unit', 'test/contract']
  .flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => /fast-check|support\/cases/.test(readFileSync(join(repository, file), 'utf8')));
const projects = ['unit', 'contract'].flatMap((project) => ['--project', project]);

runVitest([...projects, ...ofProperties, '--testTimeout', '3600000', ...process.argv.slice(2)], {
  CASES: process.env.CASES ?? '300',
});
