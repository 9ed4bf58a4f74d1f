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
import { type Migrated, migrate, tools } from './migration.ts';
import { type Result, resultsOf, type Tried, tableOf } from './table.ts';

const options = process.argv.slice(2);
const has = (option: string): boolean => options.includes(option);
const chosen = options.filter((option) => !option.startsWith('--'));

const parent = join(repository, '.squadkit', 'clients');
mkdirSync(parent, { recursive: true });
const state = mkdtempSync(join(parent, 'run-'));
const { secrets, addressed, admission, stop } = await (has('--bare') ? startBare(state) : startDelivered());

const tried: Tried = { secret: secrets.spike ?? {}, ...(addressed && { addressed }) };
const results: Result[] = [];
const migrated: Migrated[] = [...admission];
for (const { tool, what, isRight, said } of admission)
  console.log(`${isRight ? 'ok   ' : 'WRONG'} ${tool}, ${what}: ${said}`);
try {
  for (const client of clients) {
    if (chosen.length > 0 && !chosen.includes(client.folder)) continue;
    const of = await resultsOf(state, client, tried, has('--matrix'));
    for (const { way, variant, wanted, isRight, said } of of) {
      console.log(`${isRight ? 'ok   ' : 'WRONG'} ${client.name}, ${way}, ${variant}: ${wanted}. ${said}`);
    }
    results.push(...of);
  }
  for (const tool of tools) {
    if (chosen.length > 0 && !chosen.includes(tool.folder)) continue;
    const of = await migrate(state, tool, secrets);
    for (const { what, isRight, said } of of)
      console.log(`${isRight ? 'ok   ' : 'WRONG'} ${tool.name}, ${what}: ${said}`);
    migrated.push(...of);
  }
} finally {
  await stop();
}

const all = [...results, ...migrated];
const failed = all.filter(({ isRight }) => !isRight).length;
console.log(`\n${tableOf(results)}\n\n${all.length - failed} passed, ${failed} failed`);
/** In the shape in which .ci/run adds up what suites say. */
const report = {
  numPassedTests: all.length - failed,
  numFailedTests: failed,
  testResults: [
    {
      name: 'test/clients',
      status: failed === 0 ? 'passed' : 'failed',
      assertionResults: [
        ...results.map(({ client, way, variant, isRight, said }) => ({
          name: `${client}, ${way}, ${variant}`,
          isRight,
          said,
        })),
        ...migrated.map(({ tool, what, isRight, said }) => ({ name: `${tool}, ${what}`, isRight, said })),
      ].map(({ name, isRight, said }) => ({
        fullName: name,
        status: isRight ? 'passed' : 'failed',
        failureMessages: isRight ? [] : [said],
      })),
    },
  ],
};
writeFileSync(join(parent, 'results.json'), JSON.stringify(report, null, 2));
process.exit(failed === 0 && all.length > 0 ? 0 : 1);
