import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../../package/tools/progress.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { type Counters, readCounters, settled, spentAcross, usage } from '../counters.ts';

/** What is started again, one after the other: what a node's end, an upgrade or an eviction starts again in a hub. */
const parts = ['function', 'provider-sql', 'provider-kubernetes', 'crossplane', 'hub-apiserver'];

/** How long it may be busy, and for how long is watched before what is usual, in seconds. */
const [patience, watched] = [1200, 60];

/** What it cost that one part was started again, until for a minute all was as before. */
export interface Restarted extends Counters {
  part: string;
  /** Seconds from its end until no more was used than before. */
  seconds: number;
}

/** Stops and starts each part of a control plane in turn, while nobody changes anything. */
export const restartParts = async (
  controlPlane: ControlPlane,
  { progress, what }: { progress: Progress; what: string },
): Promise<Restarted[]> => {
  const restarted: Restarted[] = [];
  for (const part of parts.filter((name) => controlPlane.names().includes(name))) {
    restarted.push(await progress.step(`${what}: ${part} started again`, () => restartPart(controlPlane, part)));
  }

  return restarted;
};

const restartPart = async (controlPlane: ControlPlane, part: string): Promise<Restarted> => {
  const usual = await usage(controlPlane, watched);
  const before = await readCounters(controlPlane);
  const started = performance.now();
  await controlPlane.restart(part);
  const seconds = (performance.now() - started) / 1000 + (await settled(controlPlane, usual, patience));

  return { part, seconds, ...spentAcross(part, before, await answering(controlPlane)) };
};

/** What ended because another part was away may still be on its way back. */
const answering = async (controlPlane: ControlPlane): Promise<Counters> => {
  for (const deadline = Date.now() + 60_000; ; await sleep(1000)) {
    try {
      return await readCounters(controlPlane);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
};
