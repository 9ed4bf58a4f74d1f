import { existsSync, readFileSync } from 'node:fs';

/** What Vitest's JSON reporter writes, as far as anybody here reads it; counts are named num…. */
export interface Results {
  success: boolean;
  startTime: number;
  testResults: object[];
  [field: string]: unknown;
}

/** Reads results, or answers undefined when there are none: who ran the tests did not get that far. */
export const readResults = (file: string): Results | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;

/** The results of several runs as if it had been one, in the same form. */
export const mergeResults = (all: Results[]): Results => {
  const counts = new Map<string, number>();
  for (const results of all) {
    for (const [field, value] of Object.entries(results)) {
      if (field.startsWith('num') && typeof value === 'number') counts.set(field, (counts.get(field) ?? 0) + value);
    }
  }

  return {
    ...Object.fromEntries(counts),
    startTime: Math.min(...all.map(({ startTime }) => startTime)),
    success: all.every(({ success }) => success),
    testResults: all.flatMap(({ testResults }) => testResults),
  };
};

/** How many tests ran, and did not only exist. */
export const countTests = ({ numPassedTests = 0, numFailedTests = 0 }: Results): number =>
  Number(numPassedTests) + Number(numFailedTests);
