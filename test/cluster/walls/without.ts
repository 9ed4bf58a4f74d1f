import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { Stone } from './mutations.ts';
import type { Tried } from './send.ts';
import { settlingOf } from './settled.ts';

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
  /** What else was said then, of what the stone had refused. */
  instead: string[];
}

/** How many are tried at once. */
const atOnce = 12;

/**
 * Takes each stone away once, with the one before put back in the same moment, and tries what it had refused until somebody
 * gets through. Everything stands again afterwards.
 *
 * @param isNoticed by what it is seen that a stone is away: that somebody gets through, unless it is said otherwise
 * @param refusals of every stone, those first that are tried first; each of them is refused while all stones stand
 * @throws Error when a wall does not hold again
 */
export const withoutEach = async <What extends Pick<Tried, 'message'>>(
  cluster: Cluster,
  stones: Stone[],
  refusals: (stone: Stone) => Refusal<What>[],
  isThrough: (tried: What) => boolean,
  read: (tried: What) => string,
  isNoticed: (tried: What, stone: Stone) => boolean = isThrough,
): Promise<Noticed[]> => {
  const noticed: Noticed[] = [];
  const settling = settlingOf(cluster);
  const found: { stone: Stone; refusal: Refusal<What> }[] = [];
  let last: Stone | undefined;
  for (const stone of stones) {
    // One after the other: both may be sentences of one policy, of which each writes all.
    await last?.restore(cluster);
    await stone.remove(cluster);
    await settling.settled();
    const { refusal, through, instead } = await firstThrough(refusals(stone), (tried) => isNoticed(tried, stone));
    noticed.push({ stone, through: through && read(through), instead });
    if (refusal) found.push({ stone, refusal });
    last = stone;
  }
  await last?.restore(cluster);
  await settling.settled();
  for (const { stone, refusal } of found) {
    if (isThrough(await refusal.again())) throw new Error(`${stone.name} does not hold again`);
  }
  await settling.end();

  return noticed;
};

const firstThrough = async <What extends Pick<Tried, 'message'>>(
  refusals: Refusal<What>[],
  isThrough: (tried: What) => boolean,
) => {
  const instead = new Set<string>();
  for (let index = 0; index < refusals.length; index += atOnce) {
    const some = refusals.slice(index, index + atOnce);
    const answers = await Promise.all(some.map(async (refusal) => ({ refusal, tried: await refusal.again() })));
    const found = answers.find(({ tried }) => isThrough(tried));
    if (found) return { refusal: found.refusal, through: found.tried, instead: [] };
    for (const { tried } of answers) instead.add(/Policy '[^']+' with binding '[^']+'/.exec(tried.message)?.[0] ?? '');
  }

  return { refusal: undefined, through: undefined, instead: [...instead] };
};
