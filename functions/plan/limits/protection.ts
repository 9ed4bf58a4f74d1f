import type { Refused } from '../../simulation/outcome.ts';
import { outcomeOf } from '../../simulation/outcome.ts';
import { registryOf } from '../../simulation/registry.ts';
import type { TreeDocument } from '../../tree/document.ts';
import type { World } from '../../tree/world.ts';

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

      return [{ document, refused: { reason: 'Protected', message: `${message}.` } }];
    }),
  );

/** What the protection of a document says while these Services are there. */
const protectionOf = ({ object }: TreeDocument, target: World): string | undefined => {
  const services = [...target.services.values()].map((service) => service.object);
  const { refused, resources } = outcomeOf(object, registryOf(services));
  if (refused !== undefined) return undefined;
  const usage = Object.values(resources).find(({ kind }) => kind === 'ClusterUsage');

  return usage === undefined ? undefined : String(usage.spec?.reason);
};
