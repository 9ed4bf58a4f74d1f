import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { repository, testState } from '../control-plane/state.ts';

const ours = ['--keep', '--long', '--mutate'];
const commandArguments = process.argv.slice(2).filter((argument) => !ours.includes(argument));
const keep = process.argv.includes('--keep');
const mutate = process.argv.includes('--mutate');
/** With `--long`, scenarios that take many minutes are run as well: SQUADKIT_LONG=1 for the tests. */
const long = process.argv.includes('--long') && { SQUADKIT_LONG: '1' };
const results = join(testState, 'results.json');

/** Runs the scenarios one after the other, and answers whether there were some and all passed. */
const runScenarios = async ({ paths }: ControlPlane): Promise<boolean> => {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const child = spawn(
    process.execPath,
    [
      ...[vitest, 'run', '--project', 'cluster', '--no-file-parallelism'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...commandArguments],
    ],
    { cwd: repository, stdio: 'inherit', env: { ...process.env, ...long, SQUADKIT_CONTROL_PLANE: paths.stateFile } },
  );
  // Ctrl-C and SIGTERM end this process by way of the control plane: the scenarios must not go on without it.
  process.once('exit', () => child.kill());
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));

  return code === 0 && countTests() > 0;
};

/** Takes each guard rail away in turn, and answers whether an attack noticed every time. */
const runMutations = async ({ paths }: ControlPlane): Promise<boolean> => {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'without-guard-rails/run.ts')],
    { cwd: repository, stdio: 'inherit', env: { ...process.env, SQUADKIT_CONTROL_PLANE: paths.stateFile } },
  );
  process.once('exit', () => child.kill());

  return (await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))) === 0;
};

const countTests = () => {
  if (!existsSync(results)) return 0;
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(results, 'utf8')) as Record<string, number>;

  return (numPassedTests ?? 0) + (numFailedTests ?? 0);
};

try {
  const controlPlane = await startControlPlane({ stateDirectory: testState });
  const passed = mutate ? await runMutations(controlPlane) : await runScenarios(controlPlane);
  if (!passed && !mutate && countTests() === 0) console.error('npm run test:cluster: no test ran');
  if (keep) {
    const { hubKubeconfig, aquaKubeconfig } = controlPlane.paths;
    console.log(
      `The control plane is kept: npm stop ends it.\nexport KUBECONFIG=${hubKubeconfig} (or ${aquaKubeconfig})`,
    );
  } else {
    await controlPlane.stop();
  }
  process.exit(passed ? 0 : 1);
} catch (error) {
  console.error(`npm run test:cluster: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
