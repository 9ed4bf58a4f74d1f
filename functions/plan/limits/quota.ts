import type { KubernetesObject } from '../../objects/resource.ts';
import { Refusal, unlessRefused } from '../../round/refusal.ts';
import type { Refused } from '../../simulation/outcome.ts';
import { readSquad } from '../../squad/read.ts';
import type { TreeDocument } from '../../tree/document.ts';
import type { World } from '../../tree/world.ts';
import { type Concern, concern, nearly } from '../../words/risk.ts';

/** What the quota in a squad's namespace on the hub says to its Services: it counts them, whatever is in them. */
export interface Quota {
  refused: (service: TreeDocument) => Refused | undefined;
  nearlyUsed: (service: TreeDocument) => Concern[];
}

/** A squad that is refused has no limit: it refuses each of its Services itself. */
const limitOf = (squad: KubernetesObject): number =>
  unlessRefused(() => readSquad(squad).services) ?? Number.POSITIVE_INFINITY;

/** Those that exist stay, whatever the limit; of the new ones the first that fit, in the order of their files. */
export const quotaOf = (world: World, exists: (name: string) => boolean): Quota => {
  const count = new Map<string, number>();
  const limit = new Map<string, number>();
  const rank = new Map<TreeDocument, number>();
  for (const [name, { object }] of world.squads) limit.set(name, limitOf(object));
  const place = ([, document]: [string, TreeDocument]) => {
    const squad = document.object.metadata?.namespace ?? '';
    count.set(squad, (count.get(squad) ?? 0) + 1);
    rank.set(document, count.get(squad) ?? 0);
  };
  const services = [...world.services];
  for (const service of services.filter(([name]) => exists(name))) place(service);
  for (const service of services.filter(([name]) => !exists(name))) place(service);

  const limitFor = ({ object }: TreeDocument) =>
    limit.get(object.metadata?.namespace ?? '') ?? Number.POSITIVE_INFINITY;

  return {
    refused: (service) => {
      const most = limitFor(service);
      const squad = service.object.metadata?.namespace ?? '';
      if ((rank.get(service) ?? 0) <= most) return undefined;
      return new Refusal({
        reason: 'LimitExceeded',
        actor: 'Squad',
        what: `squad ${squad} may have ${most} Services and would have ${count.get(squad)}`,
        next: `remove one, or ask the platform to raise limits.services of squad ${squad}`,
        path: ['metadata', 'namespace'],
      });
    },
    nearlyUsed: (service) => {
      const most = limitFor(service);
      const used = rank.get(service) ?? 0;
      const words = `squad \`${service.object.metadata?.namespace}\` has ${used} of at most ${most} Services`;
      return used >= most * nearly ? [concern('LimitNearlyUsed', 'elsewhere', words)] : [];
    },
  };
};
