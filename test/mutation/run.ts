import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { compare, countsOf, lookedAt, readExplained, readReport, survivorsOf } from './report.ts';
import { mutated } from './scope.ts';

/**
 * `npm run test:mutation`: changes the code that protects data and rights in every way that Stryker knows, one at a
 * time, and fails when a change makes no unit test fail and nobody has explained why. Arguments are Stryker's;
 * `--mutate <files>` looks at those only, `--report` judges the last report again.
 */
const repository = resolve(import.meta.dirname, '../..');
const commandArguments = process.argv.slice(2).filter((argument) => argument !== '--report');

const runStryker = (): Promise<number> =>
  new Promise((done) => {
    const stryker = join(repository, 'node_modules/.bin/stryker');
    spawn(
      stryker,
      ['run', 'test/mutation/stryker.config.json', '--mutate', mutated(repository).join(), ...commandArguments],
      {
        cwd: repository,
        stdio: 'inherit',
      },
    ).once('close', (code) => done(code ?? 1));
  });

if (!process.argv.includes('--report') && (await runStryker()) !== 0) process.exit(1);

const report = readReport(join(repository, '.squadkit/mutation-report.json'));
const explained = lookedAt(readExplained(join(import.meta.dirname, 'survivors.yaml')), mutated(repository), report);
const { unexplained, stale } = compare(survivorsOf(report), explained);
const counts = Object.entries(countsOf(report))
  .sort()
  .map(([status, count]) => `${count} ${status}`);
console.log(`Mutants: ${counts.join(', ')}.`);
if (unexplained.length > 0) {
  console.log(`\nNo test notices these, and test/mutation/survivors.yaml does not say why:\n${stringify(unexplained)}`);
}
if (stale.length > 0) console.log(`\nNo longer so, take them out of survivors.yaml:\n${stringify(stale)}`);
process.exit(unexplained.length + stale.length === 0 ? 0 : 1);
