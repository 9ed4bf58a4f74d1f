import { providerConfigName } from '../documents/names.ts';
import { isForeign } from '../ownership/foreign.ts';
import { providerOf } from '../providers/index.ts';
import type { Requirements } from '../round/answer.ts';
import { Refusal } from '../round/refusal.ts';
import type { Request } from '../round/request.ts';
import type { Zone } from './read.ts';

const label = 'squadkit.io/zone';

const keyOf = (component: string): string => `config.${component}`;

/** Components whose provider config the Zone has not made yet. */
const unmade = (zone: Zone, isMade: (component: string) => boolean): Zone['components'] =>
  zone.components.filter(({ name }) => !isMade(name));

/** What may already have the name of a provider config that is to be made. */
export const providerConfigRequirements = (zone: Zone, isMade: (component: string) => boolean): Requirements =>
  Object.fromEntries(
    unmade(zone, isMade).map(({ name, provider, settings }) => {
      const { apiVersion, kind } = providerOf(provider).configure(settings);
      return [keyOf(name), { apiVersion, kind, matchName: providerConfigName(zone.name, name) }];
    }),
  );

/**
 * A provider config of that name decides with which credentials somebody else's resources are managed: it is not
 * overwritten.
 *
 * @throws Refusal if one is not the Zone's.
 */
export const refuseTakenProviderConfigs = (
  zone: Zone,
  { composite, required }: Request,
  isMade: (component: string) => boolean,
): void => {
  for (const component of unmade(zone, isMade)) {
    const { name } = component;
    const [found] = required[keyOf(name)] ?? [];
    if (found === undefined || !isForeign(found, composite, [label, zone.name])) continue;

    throw new Refusal({
      reason: 'NameTaken',
      actor: 'Platform',
      what: `provider config ${providerConfigName(zone.name, name)} is taken: the hub has one that is not zone ${zone.name}'s`,
      next: `give the zone or the component another name, delete the ${found.kind}, or hand it over by the label ${label}: ${zone.name}`,
      path: ['spec', 'components', zone.components.indexOf(component), 'name'],
    });
  }
};
