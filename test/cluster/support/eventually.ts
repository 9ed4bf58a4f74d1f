import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tries until it is so.
 *
 * @param what in words what is waited for
 * @throws Error after so many seconds, with the last error as the reason
 */
export const eventually = async (
  what: string,
  isSo: () => Promise<boolean>,
  { seconds = 120, interval = 250 } = {},
): Promise<void> => {
  const deadline = Date.now() + seconds * 1000;
  let reason = '';
  while (Date.now() < deadline) {
    try {
      if (await isSo()) return;
      reason = '';
    } catch (error) {
      reason = `: ${error instanceof Error ? error.message : error}`;
    }
    await sleep(interval);
  }

  throw new Error(`not after ${seconds} s: ${what}${reason}`);
};
