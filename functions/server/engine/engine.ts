import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const mebibyte = 1024 * 1024;

/** A call leaves about five times the bytes of its request behind. */
const bytesBetweenCollections = 384 * 1024;

const flags = [
  '--expose-gc',
  // With so small a heap, marking beside the calls costs more CPU than marking between them: Node 20, 30 resources, 3.1 ms
  // a call instead of 1.8.
  '--no-concurrent-marking',
  // A full collection leaves gaps between what it keeps, 6 of 16 MB, and closes them only with this.
  '--compact-on-every-full-gc',
  // A third of V8's own, in bytes of bytecode: what runs once or twice a call is optimised after hundreds of calls instead of
  // thousands. Calls 1,500 to 2,500 with 10 resources take 0.69 ms of CPU instead of 0.82; later ones take the same.
  '--interrupt-budget=22528',
];

/**
 * Has the engine keep little memory, and optimise early, in a process that answers calls, and returns what is to be told
 * the bytes of every answered request. Between two calls nothing of either is alive: a small collection takes half a
 * millisecond then, while one in the middle of a call copies what the call still needs, and makes it old before its time.
 *
 * V8 reads these flags whenever it collects or counts, so it is in time to set them here, whatever command line Node was
 * started with. Were one unknown to an engine, V8 would say so on stderr and go on.
 */
export const tuneEngine = (): ((requestBytes: number) => void) => {
  let collect: (() => void) | undefined;

  return collectBetweenCalls((largest) => {
    // Not before the first calls: code that was made before, as of Node's own modules, is taken only with the flags it was
    // made with.
    collect ??= prepare();
    setFlagsFromString(`--heap-growing-percent=${growthFor(largest)}`);
    setFlagsFromString(`--semi-space-growth-factor=${newSpace() < newSpaceFor(largest) ? 2 : 1}`);
    collect();
  });
};

const prepare = (): (() => void) => {
  for (const flag of flags) setFlagsFromString(flag);
  // The engine gives this function only to contexts that are made after its flag was set.
  const collect: unknown = runInNewContext('globalThis.gc');

  return typeof collect === 'function' ? () => collect({ type: 'minor' }) : () => undefined;
};

/** How many bytes the space has in which objects are made. */
const newSpace = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;

/**
 * How large the space may become in which objects are made, in bytes of both its halves; a call should fit into one. V8
 * doubles it whenever as much survived as it holds, up to 32 MiB, and begins to collect everything once less than a half is left
 * of the 8 MB by which the rest may grow: at each tenth call with 100 resources, 10.2 ms of CPU a call instead of 7.2.
 */
export const newSpaceFor = (requestBytes: number): number =>
  Math.min(32 * mebibyte, Math.max(8 * mebibyte, 16 * requestBytes));

/**
 * By how many percent the heap may grow until all of it is collected again; what outlives a call is 10 MB. As a rule memory
 * counts: at 400 % the process has 20 MiB more after a load with 100 resources. But a call with 1,000 makes more old than a
 * third of those 10 MB, and would pay for a full collection each time, which is a quarter of its CPU. It has 600 %: 44 ms
 * instead of the 47 at 400 %, in a process that then has 182 MiB instead of 164.
 */
export const growthFor = (requestBytes: number): number =>
  Math.min(600, Math.max(30, 10 * Math.round(requestBytes / 76_000)));

/**
 * Counts the bytes of answered requests, and calls `collect`, with the bytes of the largest, as soon as nothing else is to
 * be done once there are enough.
 */
export const collectBetweenCalls = (collect: (largest: number) => void): ((requestBytes: number) => void) => {
  let bytes = 0;
  let largest = 0;
  let isPlanned = false;

  return (requestBytes) => {
    bytes += requestBytes;
    largest = Math.max(largest, requestBytes);
    if (isPlanned || bytes < bytesBetweenCollections) return;
    isPlanned = true;
    setImmediate(() => {
      const ofThese = largest;
      [bytes, largest, isPlanned] = [0, 0, false];
      collect(ofThese);
    });
  };
};
