import { providerOf } from '../../providers/index.ts';
import { unlessRefused } from '../../round/refusal.ts';
import type { Refused } from '../../simulation/outcome.ts';
import type { TreeDocument } from '../../tree/document.ts';
import type { World } from '../../tree/world.ts';
import { serverTaken } from '../../zone/identity.ts';
import { type RegisteredComponent, readZone, type Zone } from '../../zone/read.ts';

/** What the cluster says to a Zone that registers what another one has: why it is refused, if it is. */
export type Servers = (zone: TreeDocument) => Refused | undefined;

interface Place {
  zone: Zone;
  component: RegisteredComponent;
}

/**
 * One server or cluster is one component of one Zone. A tree does not say which server it is that credentials lead to, but the
 * same Secret leads to the same one. Who has it in the base keeps it; of those that are new the first gets it, in the order of
 * their files.
 */
export const serversOf = (base: World, target: World): Servers => {
  const before = new Set(placesIn(base).map(keyOf));
  const places = placesIn(target);
  const holders = new Map<string, Place>();
  for (const wasThere of [true, false]) {
    for (const place of places.filter((one) => before.has(keyOf(one)) === wasThere)) {
      const server = serverOf(place);
      if (!holders.has(server)) holders.set(server, place);
    }
  }

  return ({ object }) => {
    const zone = unlessRefused(() => readZone(object));
    // A closed one takes nothing, and must be able to go.
    if (zone === undefined || zone.lifecycle === 'Closed') return undefined;
    for (const component of zone.components) {
      const place = { zone, component };
      const holder = holders.get(serverOf(place));
      const isOwn = holder?.zone.name === zone.name && holder.component.name === component.name;
      if (holder === undefined || isOwn || before.has(keyOf(place))) continue;
      const other =
        holder.zone.name === zone.name
          ? `${holder.component.name} of the same zone`
          : `${holder.component.name} of zone ${holder.zone.name}`;

      return serverTaken(zone, component, other);
    }

    return undefined;
  };
};

const placesIn = ({ zones }: World): Place[] =>
  [...zones.values()].flatMap(({ object }) => {
    const zone = unlessRefused(() => readZone(object));

    return (zone?.components ?? []).map((component) => ({ zone: zone as Zone, component }));
  });

const serverOf = ({ component: { provider, settings } }: Place): string =>
  `${provider} ${providerOf(provider).target(settings)}`;

/** A component with where it leads. */
const keyOf = (place: Place): string => `${place.zone.name} ${place.component.name} ${serverOf(place)}`;
