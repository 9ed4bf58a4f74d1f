import { checked } from '../../functions/providers/contract.ts';
import { providers as real } from '../../functions/providers/index.ts';
import type { Provider } from '../../functions/providers/provider.ts';
import { cache } from './cache/index.ts';
import { queue } from './queue/index.ts';

/**
 * Every provider of the function, and two that exist for tests only: with these in the place of `functions/providers/index.ts`
 * (vitest.config.ts) shows what code and tests know of one provider alone. The first in the list are those that others
 * share kinds with.
 */
export const providers: readonly Provider[] = checked([queue, ...real, cache]);

/** Their names. */
export const providerNames: readonly string[] = providers.map((provider) => provider.name);

/**
 * The provider of that name.
 *
 * @throws Error if there is none
 */
export const providerOf = (name: string): Provider => {
  const provider = providers.find((candidate) => candidate.name === name);
  if (provider === undefined) throw new Error(`unknown provider "${name}"`);

  return provider;
};
