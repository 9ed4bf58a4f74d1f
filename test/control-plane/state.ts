import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRunning, Processes, type RunningProcess, thisProcess } from './processes.ts';

/** The clone. */
export const repository = resolve(import.meta.dirname, '..', '..');

/** Where `npm start` keeps everything. */
export const startState = join(repository, '.squadkit');

/** Where `npm run test:cluster` keeps its results, and how long faults took to heal in all its runs. */
export const testState = join(startState, 'test');

/** Where each of its control planes keeps everything. */
export const testStates = ['one', 'two'].map((name) => join(testState, name));

/** What outlives a control plane: the logs of the last one, and in what `npm start` has, the tests and their results. */
const kept = ['test', 'logs'];

/** Makes a state directory ours and empty; what an earlier run left running, however it ended, is stopped first. */
export const claimState = async (directory: string): Promise<void> => {
  const running = owner(directory);
  if (running) throw new Error(`a control plane already runs (pid ${running.pid}): "npm stop" ends it`);

  await clearState(directory);
  rmSync(join(directory, 'logs'), { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(ownerFile(directory), JSON.stringify(thisProcess()));
};

/** Stops every process recorded in a state directory and removes what they kept, but not their logs. */
export const clearState = async (directory: string): Promise<void> => {
  if (!existsSync(directory)) return;
  await new Processes(directory).stopAll();
  for (const external of externalDirectories(directory)) rmSync(external, { recursive: true, force: true });
  for (const name of readdirSync(directory)) {
    if (!kept.includes(name)) rmSync(join(directory, name), { recursive: true, force: true });
  }
};

/** The process that runs the control plane of a state directory, if it still does. */
export const owner = (directory: string): RunningProcess | undefined => {
  if (!existsSync(ownerFile(directory))) return undefined;
  const recorded = JSON.parse(readFileSync(ownerFile(directory), 'utf8')) as RunningProcess;

  return isRunning(recorded) ? recorded : undefined;
};

/** Remembers a directory that had to be made elsewhere, so that even a later run can remove it. */
export const recordExternalDirectory = (directory: string, external: string): void =>
  writeFileSync(externalFile(directory), JSON.stringify([...externalDirectories(directory), external]));

const externalDirectories = (directory: string): string[] =>
  existsSync(externalFile(directory)) ? JSON.parse(readFileSync(externalFile(directory), 'utf8')) : [];

const ownerFile = (directory: string) => join(directory, 'owner.json');
const externalFile = (directory: string) => join(directory, 'external-directories.json');
