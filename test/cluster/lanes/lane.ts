import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { repository } from '../../control-plane/state.ts';
import { vitest } from '../../support/vitest.ts';
import type { LaneOrder, LaneReport } from './order.ts';

/** The program of one lane: starts a control plane, runs on it what is ordered, and ends it. Reports to its parent. */
const order = JSON.parse(process.argv[2] ?? '{}') as LaneOrder;

/** Nobody waits for a lane whose parent is gone, however it went: then it stops everything as it does on SIGTERM. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Its end of our output is gone with it, and a line that nobody can read must not end us before everything is stopped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const report = (message: LaneReport) => new Promise((resolve) => process.send?.(message, resolve));

const phase = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const since = Date.now();
  try {
    return await work();
  } finally {
    await report({ phase: name, seconds: (Date.now() - since) / 1000 });
  }
};

/** Runs a program on the control plane and answers its exit status; it must not go on without the control plane. */
const run = async ({ paths }: ControlPlane, programArguments: string[]): Promise<unknown> => {
  const child = spawn(process.execPath, programArguments, {
    cwd: repository,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      SQUADKIT_CONTROL_PLANE: paths.stateFile,
      SQUADKIT_SCENARIOS: order.files.join(','),
      SQUADKIT_DURATIONS: order.durations,
      ...(order.long && { SQUADKIT_LONG: '1' }),
    },
  });
  process.once('exit', () => child.kill());
  const stopped = new Promise<never>(() => process.once('SIGTERM', () => child.kill()));
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));

  // The control plane ends this process on SIGTERM, when everything of it is stopped.
  return child.killed ? stopped : status;
};

/** What is done on the control plane, as arguments of Node: the scenarios, or each guard rail taken away in turn. */
const program = (): string[] =>
  order.mutate
    ? ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, '../without-guard-rails/run.ts')]
    : [
        ...[vitest(), 'run', '--project', 'cluster', '--no-file-parallelism', '--reporter=default', '--reporter=json'],
        ...[`--reporter=${join(import.meta.dirname, 'durations-reporter.ts')}`, `--outputFile.json=${order.results}`],
        ...order.arguments,
      ];

const keep = ({ paths: { hubKubeconfig, aquaKubeconfig } }: ControlPlane) =>
  console.log(
    `The control plane is kept: npm stop ends it.\nexport KUBECONFIG=${hubKubeconfig} (or ${aquaKubeconfig})`,
  );

try {
  const controlPlane = await phase('control plane up', () => startControlPlane({ stateDirectory: order.directory }));
  const status = await phase(order.mutate ? 'guard rails' : 'scenarios', () => run(controlPlane, program()));
  if (order.keep) keep(controlPlane);
  if (!order.keep) await phase('control plane down', () => controlPlane.stop());
  await report({ passed: status === 0 });
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
