import { basename } from 'node:path';

/** Seconds by scenario, as `adoption` for adoption.test.ts. */
export type Durations = Record<string, number>;

/** What a scenario is taken for that was never measured. */
const unmeasured = 60;

/** With less to do than this, a second control plane is hardly worth its start: half a minute of both cores. */
const worthwhile = 60;

/** The name under which a table of durations has a file. */
export const scenarioOf = (file: string): string => basename(file, '.test.ts');

/**
 * Shares scenario files between two control planes so that both end at about the same time: the longest first, each to
 * the one that has less so far. Answers one share when a second would be hardly worth starting, and none for no files.
 */
export const share = (files: string[], durations: Durations): string[][] => {
  const secondsOf = (file: string) => durations[scenarioOf(file)] ?? unmeasured;
  const sum = (some: string[]) => some.reduce((seconds, file) => seconds + secondsOf(file), 0);
  const [one, two]: [string[], string[]] = [[], []];
  const longestFirst = [...files].sort((a, b) => secondsOf(b) - secondsOf(a) || a.localeCompare(b));
  for (const file of longestFirst) (sum(two) < sum(one) ? two : one).push(file);
  if (files.length === 0) return [];
  if (Math.min(sum(one), sum(two)) < worthwhile) return [files];

  return [one, two];
};
