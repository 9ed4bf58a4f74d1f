import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { NoToolchain } from '../../package/tools/go.ts';
import { createProgress } from '../../package/tools/progress.ts';
import { argocdTools, buildTools, gitopsTools } from '../../package/tools/tools.ts';
import { clearState, owner, testState, testStates } from '../control-plane/state.ts';
import { expectedDurations, writeDurations } from './lanes/durations.ts';
import { ownNetwork } from './lanes/network.ts';
import type { LaneOrder } from './lanes/order.ts';
import { phaseTable } from './lanes/phases.ts';
import { countTests, mergeResults, readResults } from './lanes/results.ts';
import { noRoom } from './lanes/room.ts';
import { listScenarios } from './lanes/scenarios.ts';
import { scenarioOf, share } from './lanes/share.ts';
import { type Lane, type LaneOutcome, startLane } from './lanes/start.ts';

const flags = ['--keep', '--long', '--mutate'];
const given = process.argv.slice(2);
const vitestArguments = given.filter((argument) => !flags.includes(argument));
const [keep, long, mutate] = flags.map((flag) => given.includes(flag)) as [boolean, boolean, boolean];
const started = Date.now();
const secondsSince = (since: number) => (Date.now() - since) / 1000;

const lanes: Lane[] = [];
let signalled: NodeJS.Signals | undefined;
/** Ctrl-C and SIGTERM end what is being built, or all lanes; these stop everything that they started. */
const stop = (signal: NodeJS.Signals) => {
  if (lanes.length === 0) process.exit(statusOf(signal));
  signalled = signal;
  for (const lane of lanes) lane.stop();
};
const statusOf = (signal: NodeJS.Signals) => (signal === 'SIGINT' ? 130 : 143);
process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);

/** Takes away what earlier runs left, also running; throws when another run is under way. */
const clear = async () => {
  for (const directory of testStates) {
    const running = owner(directory);
    if (running) throw new Error(`the scenarios already run on another control plane (pid ${running.pid})`);
  }
  mkdirSync(testState, { recursive: true });
  for (const directory of testStates) await clearState(directory);
  for (const file of ['results.json', 'durations.json', 'phases.txt']) rmSync(join(testState, file), { force: true });
  for (const directory of testStates) {
    const { results, durations } = orderOf([], directory);
    for (const file of [results, durations]) rmSync(file, { force: true });
  }
};

/**
 * Which files each lane has, and what to put before it for a network of its own, which also keeps one lane apart from
 * whatever has the providers' ports here. Says why when there is one lane only.
 */
const planLanes = (files: string[]): { shares: string[][]; before: string[] } => {
  const network = keep ? { reason: '--keep leaves one to look at' } : ownNetwork();
  const before = 'before' in network ? network.before : [];
  const shares = share(files, expectedDurations(long));
  if (mutate || shares.length < 2) return { shares: [files], before };
  const reason = 'reason' in network ? network.reason : noRoom();
  if (reason !== undefined) {
    console.log(`One control plane runs all scenarios, not two at once: ${reason}.`);

    return { shares: [files], before };
  }
  shares.forEach((share, index) => {
    console.log(`${basename(testStates[index] ?? '')}: ${share.map(scenarioOf).join(', ')}`);
  });

  return { shares, before };
};

/** The names of the tools that these files need; what is for the long run only needs none in another. */
const toolsFor = (files: string[]): string[] | undefined => {
  const scenarios = files.map(scenarioOf);
  const needed = [
    ...(scenarios.includes('gitops') ? gitopsTools : []),
    ...(long && scenarios.includes('argocd') ? argocdTools : []),
    // An SRE's kubectl is built with the programs of nodes.
    ...(long && scenarios.includes('hub-lost') ? [...gitopsTools, 'node'] : []),
  ];

  return needed.length > 0 ? [...new Set(needed)] : undefined;
};

const orderOf = (files: string[], directory: string): LaneOrder => ({
  ...{ directory, files, keep, long, mutate, arguments: vitestArguments },
  results: `${directory}.results.json`,
  durations: `${directory}.durations.json`,
});

const runLanes = async (files: string[]): Promise<LaneOutcome[]> => {
  const { shares, before } = planLanes(files);
  const orders = testStates.slice(0, shares.length).map((directory, index) => orderOf(shares[index] ?? [], directory));
  lanes.push(...orders.map((order) => startLane(order, before, orders.length > 1)));
  const outcomes = await Promise.all(lanes.map(({ outcome }) => outcome));
  writeDurations(
    orders.map(({ durations }) => durations),
    join(testState, 'durations.json'),
  );

  return outcomes;
};

/** Puts the results of all lanes into one file, and answers how many tests ran. */
const collectResults = (): number => {
  const results = testStates.flatMap((directory) => readResults(orderOf([], directory).results) ?? []);
  if (results.length === 0) return 0;
  const merged = mergeResults(results);
  writeFileSync(join(testState, 'results.json'), JSON.stringify(merged));

  return countTests(merged);
};

try {
  const files = mutate ? [] : await listScenarios(vitestArguments);
  if (!mutate && files.length === 0) throw new Error(`no scenario is called ${vitestArguments.join(' ')}`);
  await clear();
  const buildingSince = Date.now();
  await buildTools(createProgress(), toolsFor(files));
  // Who wrote what is read in the hub's audit log there.
  if (long && files.some((file) => ['argocd', 'gitops'].includes(scenarioOf(file)))) process.env.SQUADKIT_AUDIT ??= '1';
  const tools = secondsSince(buildingSince);
  const outcomes = await runLanes(files);
  const table = phaseTable(outcomes, { tools, all: secondsSince(started) });
  const tests = collectResults();
  writeFileSync(join(testState, 'phases.txt'), `${table}\n`);
  console.log(`\n${table}`);
  if (signalled) process.exit(statusOf(signalled));
  for (const { name } of outcomes.filter(({ passed }) => !passed))
    console.error(`npm run test:cluster: ${name} failed`);
  if (!mutate && tests === 0) console.error('npm run test:cluster: no test ran');
  const passed = outcomes.every((outcome) => outcome.passed) && (mutate || tests > 0);
  process.exit(passed ? 0 : 1);
} catch (error) {
  console.error(`npm run test:cluster: ${error instanceof Error ? error.message : error}`);
  process.exit(error instanceof NoToolchain ? 2 : 1);
}
