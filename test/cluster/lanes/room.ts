import { availableParallelism } from 'node:os';

/** Two control planes with their tests took 5 GiB when they were measured. */
const gibibytes = 6;

/** Why this machine has no room for two control planes at once; undefined when it has. */
export const noRoom = (
  memory = process.availableMemory() / 2 ** 30,
  cores = availableParallelism(),
): string | undefined => {
  if (cores < 2) return 'this machine has one core';
  if (memory < gibibytes) return `${memory.toFixed(1)} GiB of memory are free, and two need ${gibibytes}`;

  return undefined;
};
