/**
 * `npm run test:clients` connects every client with the Secret that a real control plane delivers, with a wrong CA and
 * with a wrong host name, and prints what came of it. `--bare` does it on a PostgreSQL server alone, `--matrix` every way
 * of every client; arguments name clients by their folders. The exit status is 0 when all went as it must.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../control-plane/state.ts';
import { startBare } from './bare.ts';
import { clients } from './client.ts';
import { startDelivered } from './delivered.ts';
import { type Result, resultsOf, tableOf } from './table.ts';

const options = process.argv.slice(2);
const has = (option: string): boolean => options.includes(option);
const chosen = options.filter((option) => !option.startsWith('--'));

const parent = join(repository, '.squadkit', 'clients');
mkdirSync(parent, { recursive: true });
const state = mkdtempSync(join(parent, 'run-'));
const { secrets, stop } = await (has('--bare') ? startBare(state) : startDelivered());

const results: Result[] = [];
try {
  for (const client of clients) {
    if (chosen.length > 0 && !chosen.includes(client.folder)) continue;
    const of = await resultsOf(state, client, secrets.spike ?? {}, has('--matrix'));
    for (const { way, variant, wanted, isRight, said } of of) {
      console.log(`${isRight ? 'ok   ' : 'WRONG'} ${client.name}, ${way}, ${variant}: ${wanted}. ${said}`);
    }
    results.push(...of);
  }
} finally {
  await stop();
}

const failed = results.filter(({ isRight }) => !isRight).length;
console.log(`\n${tableOf(results)}\n\n${results.length - failed} passed, ${failed} failed`);
writeFileSync(join(parent, 'results.json'), JSON.stringify(results, null, 2));
process.exit(failed === 0 && results.length > 0 ? 0 : 1);
