import { serviceNames, usersOfZone } from '../../ownership/users.ts';
import { nothingLeft } from '../../providers/leftovers.ts';
import { unlessRefused } from '../../round/refusal.ts';
import type { Refused } from '../../simulation/outcome.ts';
import { whyProtected as squadProtection } from '../../squad/protection.ts';
import { readSquad } from '../../squad/read.ts';
import type { TreeDocument } from '../../tree/document.ts';
import type { World } from '../../tree/world.ts';
import { whyProtected as zoneProtection } from '../../zone/protection.ts';
import { readZone } from '../../zone/read.ts';

/** A document that the tree no longer has, and that the cluster will not let go. */
export interface Protected {
  document: TreeDocument;
  refused: Refused;
}

/** Zones and Squads that are gone from the tree but protected in the cluster, in the words of their protection. */
export const protectedDocuments = (base: World, target: World): Protected[] =>
  (['zones', 'squads'] as const).flatMap((kind) =>
    [...base[kind]].flatMap(([name, document]): Protected[] => {
      if (target[kind].has(name)) return [];
      const message = protectionOf(document, target);
      if (message === undefined) return [];

      return [{ document, refused: { reason: 'Protected', message: `${message}.`, path: [] } }];
    }),
  );

/** Why the cluster keeps a Zone or a Squad while these Services are there, if it does; one that is refused has nothing. */
const protectionOf = ({ object }: TreeDocument, { services }: World): string | undefined => {
  const users = [...services.values()].map((service) => service.object);
  if (object.kind === 'Zone') {
    const zone = unlessRefused(() => readZone(object));
    return zone && zoneProtection(zone, usersOfZone(users, zone.name), nothingLeft);
  }
  const squad = unlessRefused(() => readSquad(object));
  const own = users.filter(({ metadata }) => metadata?.namespace === squad?.name);

  return squad && squadProtection(squad, { users: serviceNames(own), unseen: 0, leftovers: nothingLeft, isSealed });
};

/** A tree does not tell whether the API server already counts by the quota of a closed squad, nor what has been left behind. */
const isSealed = false;
