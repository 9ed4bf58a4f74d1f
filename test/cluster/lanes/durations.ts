import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Durations } from './share.ts';

/** How long each scenario took when somebody last wrote it down, on two cores with two control planes. */
const recorded = join(import.meta.dirname, 'durations.json');

/**
 * What takes longer in a long run, in seconds, as measured on 2026-11-30. Faults that last for minutes take longer than
 * everything else together.
 */
const longer: Durations = {
  ...{ argocd: 1500, gitops: 960, 'hub-lost': 545, restore: 560, 'restore-lost': 460, steady: 704, walls: 350 },
  'faults-long': 2 * 3600,
};

/** How long each scenario is expected to take, in seconds. */
export const expectedDurations = (long: boolean): Durations => ({
  ...read(recorded),
  ...(long && longer),
});

/** Writes what is recorded, with what the lanes have measured in its place, to a file that can replace the record. */
export const writeDurations = (measured: string[], file: string): void => {
  const all: Durations = Object.assign({}, read(recorded), ...measured.map(read));
  const sorted = Object.fromEntries(Object.entries(all).sort(([left], [right]) => left.localeCompare(right)));
  writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
};

const read = (file: string): Durations =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Durations) : {};
