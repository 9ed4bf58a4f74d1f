import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cell } from '../../../package/reference.ts';
import { testState } from '../../control-plane/state.ts';

/** One run of one scenario, as measured. */
export interface Measured {
  fault: string;
  /** From the end of the fault, with the start of what was killed, until everything is as it should be. */
  seconds: number;
  /** What a squad saw in the column ACTION BY meanwhile. */
  said: string;
}

/** One file for all control planes and all runs: a line for each fault, so that two can write at the same time. */
const directory = join(testState, 'faults');
const file = join(directory, 'runs.jsonl');
const tableFile = join(directory, 'table.md');

const median = (numbers: number[]): number => {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);

  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

const read = (): Measured[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Measured);

/** A table for people: per fault the median of all its runs, and how many those were. */
const table = (results: Measured[]): string => {
  const faults = [...new Set(results.map(({ fault }) => fault))];
  const rows = faults.map((fault) => {
    const runs = results.filter((result) => result.fault === fault);
    const said = runs.findLast((run) => run.said !== '')?.said ?? '';
    const seconds = median(runs.map((run) => run.seconds));

    return `| ${cell(fault)} | ${seconds.toFixed(1)} s | ${runs.length} | ${cell(said)} |`;
  });

  return ['| fault | healed after | runs | what the squad is told meanwhile |', '|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
};

/** Adds a run to the results of this clone, which later runs add to, and writes the table anew. */
export const record = (result: Measured): void => {
  mkdirSync(directory, { recursive: true });
  appendFileSync(file, `${JSON.stringify(result)}\n`);
  writeFileSync(tableFile, table(read()));
};

/** The table of all faults, as it was last written. */
export const printResults = (): void => {
  if (existsSync(tableFile)) console.log(`\n${readFileSync(tableFile, 'utf8')}`);
};
