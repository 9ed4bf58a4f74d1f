import { allTold as real } from '../../functions/providers/all-told.ts';
import type { Told } from '../../functions/providers/told.ts';
import { told as cache } from './cache/told.ts';
import { told as queue } from './queue/told.ts';

/** What is told of every provider, those for tests too. */
export const allTold: Record<string, Told> = { queue, ...real, cache };

/**
 * What is told about the provider of that name.
 *
 * @throws Error if there is none
 */
export const toldOf = (name: string): Told => {
  const told = Object.hasOwn(allTold, name) ? allTold[name] : undefined;
  if (told === undefined) throw new Error(`nothing is told about provider "${name}"`);

  return told;
};
