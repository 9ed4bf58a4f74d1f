import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

/** One run of one scenario, as measured. */
export interface Measured {
  fault: string;
  /** From the end of the fault, with the start of what was killed, until everything is as it should be. */
  seconds: number;
  /** What a squad saw in the column ACTION BY meanwhile. */
  said: string;
}

const directory = ({ paths }: ControlPlane): string => join(paths.state, 'faults');

const median = (numbers: number[]): number => {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);

  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

const read = (file: string): Measured[] => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

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

/** Adds a run to the results of this clone, which later runs add to, and writes the table anew: faults/table.md. */
export const record = (controlPlane: ControlPlane, result: Measured): void => {
  mkdirSync(directory(controlPlane), { recursive: true });
  const file = join(directory(controlPlane), 'results.json');
  const results = [...read(file), result];
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(directory(controlPlane), 'table.md'), table(results));
};

/** The table of all faults, as it was last written. */
export const printResults = (controlPlane: ControlPlane): void => {
  const file = join(directory(controlPlane), 'table.md');
  if (existsSync(file)) console.log(`\n${readFileSync(file, 'utf8')}`);
};
