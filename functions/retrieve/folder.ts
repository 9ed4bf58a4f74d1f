import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failed, orFailed } from './failure.ts';

const asLongAsItTakes = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };

/**
 * Works in a folder of its own, which is gone afterwards: where the program itself is killed with SIGKILL it goes with the pod.
 *
 * @param work folder in which it is made
 * @param beginning what its name begins with
 * @throws Failed if it cannot be made, and what the work rejects with
 */
export const inFolder = async <Result>(
  { work, beginning, stop }: { work: string; beginning: string; stop: AbortSignal },
  run: (folder: string) => Promise<Result>,
): Promise<Result> => {
  const folder = folderIn(work, beginning);
  const remove = () => rmSync(folder, asLongAsItTakes);
  process.once('exit', remove);
  try {
    return await run(folder);
  } catch (error) {
    // Why it failed is that it was stopped; what is done by then is done.
    stop.throwIfAborted();
    throw error;
  } finally {
    await rm(folder, asLongAsItTakes);
    process.off('exit', remove);
  }
};

const folderIn = (work: string, beginning: string): string => {
  try {
    return mkdtempSync(join(work, beginning));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOSPC') throw orFailed(error, 'room');
    throw new Failed('machine', 'the folder that it works in cannot be written');
  }
};
