/**
 * `npm run test:long` runs what takes too long for every merge, one after the other, and writes what came of it, with the
 * commit and the date, to test/long.md. That file is committed with the release it speaks of.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { repository } from './control-plane/state.ts';

/** What is run, by name; the last line of each that says how many tests passed is its result. */
const suites: Record<string, string[]> = {
  'an installation of which each object is taken away': ['test/install/run.ts', '--long'],
  'every way of every client, and migration tools': ['test/clients/run.ts', '--bare', '--matrix'],
  'Flux on the real control plane, and a hub that is lost': ['test/cluster/run.ts', '--long', 'gitops', 'hub-lost'],
  'every wall, by every door that two API servers have': ['test/cluster/run.ts', '--long', 'walls'],
  'alerts by Prometheus itself': ['test/monitoring/run.ts', '--all'],
  'network policies by another judge': ['test/networks/run.ts'],
};

/** `1 passed, 0 failed` of a suite of ours; of Vitest, whose output is for terminals, what stands behind "Tests". */
const countsIn = (output: string): string => {
  const lines = stripVTControlCharacters(output).trimEnd().split('\n');
  const [, ofVitest] = /^\s*Tests\s+(.*)$/.exec(lines.findLast((line) => /^\s*Tests\s+\d/.test(line)) ?? '') ?? [];

  return ofVitest ?? lines.at(-1) ?? '';
};

const rows = Object.entries(suites).map(([name, [file = '', ...rest]]) => {
  const since = Date.now();
  const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', file, ...rest], {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  process.stdout.write(stdout);
  const counts = countsIn(stdout);

  return { name, counts, isRight: status === 0, seconds: Math.round((Date.now() - since) / 1000), table: stdout };
});

const commit = execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { cwd: repository, encoding: 'utf8' }).trim();
const report = rows.map(({ name, counts, seconds, table }) => {
  const lines = table.split('\n').filter((line) => line.startsWith('|'));

  return [`## ${name}`, '', `${counts}, in ${seconds} s`, '', ...lines].join('\n');
});
writeFileSync(
  join(repository, 'test', 'long.md'),
  `# Last run of \`npm run test:long\`\n\nAt commit ${commit}, ${new Date().toISOString().slice(0, 10)}.\n\n${report.join('\n\n')}\n`,
);
process.exit(rows.every(({ isRight }) => isRight) ? 0 : 1);
