import { asText, isMapping } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { allTold } from '../providers/all-told.ts';
import type { Told } from '../providers/told.ts';

/** What is told of the provider that composed a resource; undefined if no provider did. */
export type Composer = (resourceName: string) => Told | undefined;

const itemsOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isMapping) : []);

/**
 * Who composed which resource: `frontier.spike.database` of a Service is of the provider of component spike in zone
 * frontier, and `identity.spike.server` of a Zone of that of its component spike. Two providers may compose resources of the same kind, so a kind tells nothing.
 *
 * @param told what is told of each provider, by its name
 */
export const composerOf = ({ spec }: KubernetesObject, told: Readonly<Record<string, Told>> = allTold): Composer => {
  const providers = new Map<string, string>([
    ...itemsOf(spec?.zones).flatMap((zone) =>
      itemsOf(zone.components).map(
        ({ name, provider }) => [`${asText(zone.name)}.${asText(name)}`, asText(provider)] as const,
      ),
    ),
    ...itemsOf(spec?.components).map(({ name, provider }) => [`identity.${asText(name)}`, asText(provider)] as const),
  ]);

  return (resourceName) => {
    const provider = providers.get(resourceName.split('.').slice(0, 2).join('.'));
    return provider !== undefined && Object.hasOwn(told, provider) ? told[provider] : undefined;
  };
};
