import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, commandLineEntries } from '../../package/build.ts';
import { median, table } from './figures.ts';
import { platformRepository, writeFiles } from './tree.ts';

/** Written by the measured process when it ends: what it used itself. */
const usage = `process.on('exit',()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();process.stderr.write(JSON.stringify({maxRSS,cpu:(userCPUTime+systemCPUTime)/1e6}))})`;

/**
 * Plans of repositories that grow, each in a process of its own from the released bundle: everything new, one Service
 * changed against a Git revision, and one Zone changed that a fifth of the Services use.
 */
export const benchPlan = async ({ services, runs }: { services: number[]; runs: number }): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'squadkit-bench-'));
  try {
    await bundle({ outputDirectory: directory, entries: commandLineEntries });
    const rows = services.flatMap((count) => rowsFor(directory, count, runs));
    console.log(table(rows));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const rowsFor = (directory: string, count: number, runs: number): Record<string, string>[] => {
  const tree = join(directory, `${count}`);
  writeFiles(tree, platformRepository(count));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', tree, '-c', 'user.email=bench@example.org', '-c', 'user.name=bench', ...args], {
      maxBuffer: 1024 * 1024 * 1024,
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'base');
  const plan = (...args: string[]) => [join(directory, 'squadkit.mjs'), 'plan', tree, ...args];
  const row = (name: string, args: string[], wanted: RegExp) =>
    summary(
      `${count} Services, ${name}`,
      Array.from({ length: runs }, () => measured(args, wanted)),
    );

  const rows = [row('everything new', plan(), new RegExp(`${count + 55} new`))];
  const service = join(tree, 'squads/squad00/service-0.yaml');
  edit(service, 'provider: postgres', 'provider: postgres\n          postgres: { connections: 30 }');
  rows.push(row('one Service changed', plan('--base', 'main'), /1 changed/));
  const ids = git('ls-files', '-s')
    .toString()
    .split('\n')
    .map((line) => line.split(' ')[1])
    .join('\n');
  rows.push(
    summary(
      `${count} Services, the work of git in that`,
      Array.from({ length: runs }, () => gitOnly(tree, ids)),
    ),
  );
  edit(join(tree, 'platform/zones/alps.yaml'), 'default: 20', 'default: 25');
  rows.push(row('one Zone changed too', plan('--base', 'main'), new RegExp(`${count / 5 + 1} changed`)));

  return rows;
};

const edit = (file: string, before: string, after: string): void => {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
  writeFileSync(file, text.replace(before, after));
};

interface Measurement {
  seconds: number;
  cpu: number;
  mebibytes: number;
}

const measured = (args: string[], wanted: RegExp): Measurement => {
  const start = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${usage}`, ...args], {
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
  });
  const seconds = (performance.now() - start) / 1000;
  // A plan of something else would be measured for nothing.
  if (!wanted.test(stdout)) throw new Error(`expected ${wanted}, got: ${stderr} ${stdout.slice(-200)}`);
  const { maxRSS, cpu } = JSON.parse(stderr) as { maxRSS: number; cpu: number };

  return { seconds, cpu, mebibytes: maxRSS / 1024 };
};

const gitOnly = (tree: string, ids: string): Measurement => {
  const start = performance.now();
  execFileSync('git', ['-C', tree, 'ls-tree', '-r', '-l', '-z', 'main'], { maxBuffer: 1024 * 1024 * 1024 });
  execFileSync('git', ['-C', tree, 'cat-file', '--batch'], { input: ids, maxBuffer: 1024 * 1024 * 1024 });

  return { seconds: (performance.now() - start) / 1000, cpu: Number.NaN, mebibytes: Number.NaN };
};

const summary = (name: string, measurements: Measurement[]): Record<string, string> => {
  const of = (key: keyof Measurement, digits: number): string => {
    const value = median(measurements.map((measurement) => measurement[key]));
    return Number.isNaN(value) ? '' : value.toFixed(digits);
  };

  return { plan: name, seconds: of('seconds', 2), 'CPU s': of('cpu', 2), 'RSS MiB': of('mebibytes', 0) };
};
