/**
 * `npm run test:long` runs what takes too long for every merge, one after the other, and writes what came of it, with the
 * commit and the date of each suite, to test/long/README.md. That file is committed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../control-plane/state.ts';
import { agesOf, countsIn, renewed, type Section, sectionsOf, statusOf, written } from './report.ts';

/** What is run, by its short name: what it is, and the command. */
const suites: Record<string, { name: string; command: string[] }> = {
  install: {
    name: 'an installation of which each object is taken away',
    command: ['test/install/run.ts', '--long'],
  },
  clients: {
    name: 'every way of every client, and migration tools',
    command: ['test/clients/run.ts', '--matrix'],
  },
  addresses: { name: 'every client by an IPv6 address', command: ['test/clients/run.ts', '--bare'] },
  gitops: {
    name: 'Flux on the real control plane, and a hub that is lost',
    command: ['test/cluster/run.ts', '--long', 'gitops', 'hub-lost'],
  },
  newcomer: {
    name: '`npm start -- --gitops`, followed by what it prints',
    command: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'start'],
  },
  argocd: {
    name: "Argo CD's controllers on the real control plane",
    command: ['test/cluster/run.ts', '--long', 'argocd'],
  },
  leaving: {
    name: 'every way in which a Service and its logins go',
    command: ['test/cluster/run.ts', '--long', 'gone', 'deeds', 'leaving'],
  },
  rest: {
    name: 'a hub at rest, on which nothing changes',
    command: ['test/cluster/run.ts', '--long', 'steady'],
  },
  lost: {
    name: 'a database that is broken or lost comes back by one line',
    command: ['test/cluster/run.ts', '--long', 'scenarios/restore'],
  },
  walls: {
    name: 'every wall, by every door that two API servers have',
    command: ['test/cluster/run.ts', '--long', 'walls'],
  },
  monitoring: { name: 'alerts by Prometheus itself', command: ['test/monitoring/run.ts', '--all'] },
  health: {
    name: 'every state of a document by the libraries of kstatus, Flux and Argo CD',
    command: ['test/health/run.ts'],
  },
  properties: {
    name: 'properties, in cases that are others each time',
    command: ['test/properties/run.ts'],
  },
  yaml: { name: 'YAML as kubectl and Kustomize read it', command: ['test/yaml/run.ts'] },
  networks: { name: 'network policies by another judge', command: ['test/networks/run.ts'] },
  drill: {
    name: 'restore drills of backups that are otherwise than they say',
    command: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'drill'],
  },
};

const help = `Runs what takes too long for every merge, and writes what came of it to test/long/README.md.

  npm run test:long                    all of it, one after the other: some two hours on two cores; exit
                                       status 2 if nothing failed, but a suite could not be run here
  npm run test:long -- <suites>        only these: ${Object.keys(suites).join(', ')}
  npm run test:long -- --age           how old the last result of each is; exit status 1 if one is older than 30 commits
                                       that change what runs
`;

const names = Object.values(suites).map(({ name }) => name);
const file = join(repository, 'test', 'long', 'README.md');
const before = existsSync(file) ? sectionsOf(readFileSync(file, 'utf8')) : [];
const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** What an installation is made of, and what it runs on here, without pages: a commit that changes none of it changes no result. */
const whatRuns = [
  'functions',
  'apis',
  'package',
  'examples',
  'crossplane.yaml',
  'package-lock.json',
  'test/control-plane',
  ':(exclude)*.md',
];

/** How many commits that change what runs came after one; undefined if that one is not in this history. */
const commitsSince = (commit: string): number | undefined => {
  try {
    git('merge-base', '--is-ancestor', commit, 'HEAD');
    return Number(git('rev-list', '--count', `${commit}..HEAD`, '--', ...whatRuns));
  } catch {
    return undefined;
  }
};

/** Runs a suite, showing what it says, and resolves to what it said and its exit status: 2 where it cannot be run here. */
const runSuite = (command: string[]): Promise<{ output: string; status: number }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', ...command], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      process.stdout.write(part);
    });
    child.on('close', (code) => resolve({ output, status: code ?? 1 }));
  });

/** Runs suites, and answers the exit status. One that cannot be run here keeps its last result. */
const run = async (chosen: string[]): Promise<number> => {
  let now: Section[] = [];
  const statuses: number[] = [];
  for (const suite of chosen) {
    const { name, command } = suites[suite] as { name: string; command: string[] };
    const commit = git('rev-parse', '--short=10', 'HEAD');
    const since = Date.now();
    const { output, status } = await runSuite(command);
    statuses.push(status);
    if (status === 2) continue;
    const seconds = Math.round((Date.now() - since) / 1000);
    const tables = output.split('\n').filter((line) => line.startsWith('|'));
    // A suite whose tests all passed may fail at its end, where it takes away what it brought.
    const end = status === 0 ? '' : `, and the suite failed with exit status ${status}`;
    const text = [`${countsIn(output)}, in ${seconds} s${end}`, ...(tables.length > 0 ? ['', ...tables] : [])].join(
      '\n',
    );
    now = [...now, { name, commit, date: new Date().toISOString().slice(0, 10), text }];
    // After each: what comes later may take an hour, or be ended by hand.
    writeFileSync(file, written(renewed(before, now, names)));
  }

  return statusOf(statuses);
};

/** Reads the options and does what they say; resolves to the exit status. */
const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { age: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (values.age) {
    const ages = agesOf(before, names, commitsSince);
    process.stdout.write(`The long run, by suite:\n${ages.map(({ line }) => line).join('\n')}\n`);
    return ages.some(({ isOld }) => isOld) ? 1 : 0;
  }
  const unknown = positionals.filter((name) => !(name in suites));
  if (unknown.length > 0)
    throw new Error(`there is no suite ${unknown.join(', ')}: use ${Object.keys(suites).join(', ')}`);

  return run(positionals.length > 0 ? positionals : Object.keys(suites));
};

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`npm run test:long: ${error.message}\n`);
    process.exitCode = 2;
  },
);
