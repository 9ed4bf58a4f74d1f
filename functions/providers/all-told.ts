import type { ProviderName } from './index.ts';
import { told as kubernetes } from './kubernetes/told.ts';
import { told as postgres } from './postgres/told.ts';
import type { Told } from './told.ts';

/** What is told about every provider there is, by its name and in their order: one that says nothing does not compile. */
export const allTold: Record<ProviderName, Told> = { postgres, kubernetes };

/**
 * What is told about the provider of that name.
 *
 * @throws Error if there is none: documents are parsed against `providerNames` first, so this is a defect.
 */
export const toldOf = (name: string): Told => {
  const told = Object.hasOwn(allTold, name) ? allTold[name as ProviderName] : undefined;
  if (told === undefined) throw new Error(`nothing is told about provider "${name}"`);

  return told;
};
