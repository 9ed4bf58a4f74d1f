import { providerOf } from '../providers/index.ts';
import type { More } from '../providers/provider.ts';
import { Refusal } from '../round/refusal.ts';
import type { Squad } from '../squad/read.ts';
import type { ServiceComponent, ServiceZone } from './components.ts';
import type { AdmittedZone } from './resolve.ts';

/** What a component asks for that it does not have yet: itself, or more of something. */
const moreOf = (component: ServiceComponent): More | undefined => {
  if (Object.keys(component.observed).length === 0) return { what: `component ${component.component}`, path: ['name'] };

  return providerOf(component.provider).more?.(component);
};

/**
 * A closed zone and a closed squad take nothing new, also for a Service that is there: what it has goes on, may change,
 * become less, and end.
 *
 * @throws Refusal naming the first thing that would be new
 */
// Guard rail: closed-takes-nothing
export const refuseMore = (squad: Squad, admitted: AdmittedZone[], zones: ServiceZone[]): void => {
  for (const [index, { components }] of zones.entries()) {
    const zone = admitted[index]?.zone;
    const isZoneClosed = zone?.lifecycle === 'Closed';
    if (zone === undefined || !(isZoneClosed || squad.lifecycle === 'Closed')) continue;

    for (const component of components) {
      const more = moreOf(component);
      if (more === undefined) continue;

      throw new Refusal({
        reason: isZoneClosed ? 'ZoneClosed' : 'SquadClosed',
        actor: 'Squad',
        what: `${isZoneClosed ? `zone ${zone.name}` : `squad ${squad.name}`} is closed and takes nothing new: ${more.what}${more.path[0] === 'name' ? '' : ` for ${component.component}`}${isZoneClosed ? '' : ` in zone ${zone.name}`}`,
        next: 'take it out of the Service again, or ask the platform to open it',
        path: [...component.path, ...more.path],
      });
    }
  }
};
