import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { Stone } from './mutations.ts';
import type { Tried } from './send.ts';

/** A refusal with the cluster as whoever was refused. */
export interface Refusal<What extends Pick<Tried, 'message'>> {
  tried: What;
  /** Tries the same again, as a dry run. */
  again(): Promise<What>;
}

/** What was noticed when one stone was away. */
export interface Noticed {
  stone: Stone;
  /** How it reads that somebody got through; undefined when nobody did. */
  through: string | undefined;
}

/**
 * The API server reads its policies once a second (k8s.io/apiserver v0.35, plugin/policy/generic/policy_source.go), and
 * later on a machine that does other things too: so long is waited before a wall counts as gone for good.
 */
const patience = 30_000;

/**
 * Takes each stone away once, with the one before put back in the same moment, and tries what it had refused until somebody
 * gets through. Everything stands again afterwards.
 *
 * @param refusals of every stone, those first that are tried first
 * @throws Error when a wall does not hold again
 */
export const withoutEach = async <What extends Pick<Tried, 'message'>>(
  cluster: Cluster,
  stones: Stone[],
  refusals: (stone: Stone) => Refusal<What>[],
  isThrough: (tried: What) => boolean,
  read: (tried: What) => string,
): Promise<Noticed[]> => {
  const noticed: Noticed[] = [];
  let last: { stone: Stone; refusal: Refusal<What> | undefined } | undefined;
  for (const stone of [...stones, undefined]) {
    // One after the other: both may be sentences of one policy, of which each writes all.
    await last?.stone.restore(cluster);
    await stone?.remove(cluster);
    if (last) await standsAgain(last.stone, last.refusal, isThrough);
    if (stone === undefined) break;
    const found = await firstThrough(refusals(stone), isThrough);
    noticed.push({ stone, through: found && read(found.tried) });
    last = { stone, refusal: found?.refusal };
  }

  return noticed;
};

/** What nobody noticed to be away is given the time that it takes. */
const standsAgain = async <What extends Pick<Tried, 'message'>>(
  { name }: Stone,
  refusal: Refusal<What> | undefined,
  isThrough: (tried: What) => boolean,
) => {
  if (refusal === undefined) return sleep(2000);
  if (await isSoon(async () => !isThrough(await refusal.again()))) return;

  throw new Error(`${name} does not hold again`);
};

const isSoon = async (isSo: () => Promise<boolean>): Promise<boolean> => {
  for (const until = Date.now() + patience; Date.now() < until; await sleep(100)) if (await isSo()) return true;

  return false;
};

/** How many are tried again and again, until the API server knows of the change; then all the others. */
const first = 12;

const firstThrough = async <What extends Pick<Tried, 'message'>>(
  refusals: Refusal<What>[],
  isThrough: (tried: What) => boolean,
) => {
  const tryOut = async (some: Refusal<What>[]) => {
    const answers = await Promise.all(some.map(async (refusal) => ({ refusal, tried: await refusal.again() })));

    return answers.find(({ tried }) => isThrough(tried));
  };
  // From all over the list, because neighbours in it are often refused by the same other wall besides.
  const some = refusals.filter((_, index) => index % Math.ceil(refusals.length / first) === 0);
  const soon = Date.now() + 2500;
  for (const until = Date.now() + patience / 3; Date.now() < until; await sleep(150)) {
    const found = await tryOut(some);
    if (found) return found;
    if (Date.now() < soon) continue;
    for (let index = 0; index < refusals.length; index += first) {
      const other = await tryOut(refusals.slice(index, index + first));
      if (other) return other;
    }
  }

  return undefined;
};
