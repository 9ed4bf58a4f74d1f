import { checked } from './contract.ts';
import { kubernetes } from './kubernetes/index.ts';
import { postgres } from './postgres/index.ts';
import type { Provider } from './provider.ts';

/**
 * Every provider there is, by its name. A new one is a folder beside these, a line here, and a line in `all-told.ts`,
 * which does not compile without.
 */
const byName = { postgres, kubernetes };

/** The name of a provider, for lists that must have every one of them. */
export type ProviderName = keyof typeof byName;

/** Every provider, in the order in which they are told. */
export const providers: readonly Provider[] = checked(Object.values(byName));

/** What `provider:` may say in a document. */
export const providerNames: readonly string[] = providers.map((provider) => provider.name);

/**
 * The provider of that name.
 *
 * @throws Error if there is none: documents are parsed against `providerNames` first, so this is a defect.
 */
export const providerOf = (name: string): Provider => {
  const provider = providers.find((candidate) => candidate.name === name);
  if (provider === undefined)
    throw new Error(`unknown provider "${name}": expected one of ${providerNames.join(', ')}`);

  return provider;
};
