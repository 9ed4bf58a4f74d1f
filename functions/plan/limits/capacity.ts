import { unlessRefused } from '../../round/refusal.ts';
import { readService } from '../../service/read.ts';
import { resolvedZones } from '../../service/resolve.ts';
import { type Amounts, exceeds, limitsOf, sumOf, type Take, takesOf } from '../../service/takes.ts';
import type { Refused } from '../../simulation/outcome.ts';
import { readSquad, type Squad } from '../../squad/read.ts';
import type { TreeDocument } from '../../tree/document.ts';
import type { World } from '../../tree/world.ts';
import { type Concern, concern, nearly } from '../../words/risk.ts';
import { zonesByName } from '../../zone/read.ts';

/** What servers and squads can still promise once everything of a tree is there. */
export interface Capacity {
  refused: (service: TreeDocument) => Refused | undefined;
  nearlyUsed: (service: TreeDocument) => Concern[];
}

interface Claim {
  document: TreeDocument;
  squad: Squad;
  takes: Take[];
}

/** What was promised stays promised; of what is new the first that fits gets it, in the order of the files. */
export const capacityOf = (base: World, target: World): Capacity => {
  const before = base.services.size === 0 ? undefined : capacityOf(withoutServices(base), base);
  const had = new Map(
    claimsOf(base).flatMap(({ document, takes }) => {
      const name = nameOf(document);
      return before?.refused(document) === undefined ? takes.map((take) => [keyOf(name, take), take.amount]) : [];
    }),
  );
  const claims = claimsOf(target);
  const kept = (document: TreeDocument, take: Take): number =>
    Math.min(had.get(keyOf(nameOf(document), take)) ?? 0, take.amount);
  const held: Amounts = sumOf(
    claims.flatMap(({ document, takes }) => takes.map((take) => ({ ...take, amount: kept(document, take) }))),
  );

  const refused = new Map<TreeDocument, Refused>();
  const grown = new Set<TreeDocument>();
  for (const { document, squad, takes } of claims) {
    const more = sumOf(takes.map((take) => ({ ...take, amount: take.amount - kept(document, take) })));
    if ([...more.values()].every((amount) => amount === 0)) continue;
    const own = sumOf(takes);
    const exceeded = limitsOf(takes, squad).find(
      ({ pool, total }) => (held.get(pool) ?? 0) + (more.get(pool) ?? 0) > total,
    );
    if (exceeded !== undefined) {
      const { pool, total } = exceeded;
      const others = (held.get(pool) ?? 0) + (more.get(pool) ?? 0) - (own.get(pool) ?? 0);
      refused.set(document, exceeds(exceeded, total - others, takes));
      continue;
    }
    grown.add(document);
    for (const [pool, amount] of more) held.set(pool, (held.get(pool) ?? 0) + amount);
  }

  return {
    refused: (document) => refused.get(document),
    nearlyUsed: (document) => {
      const claim = grown.has(document) ? claims.find((candidate) => candidate.document === document) : undefined;
      if (claim === undefined) return [];

      return limitsOf(claim.takes, claim.squad).flatMap(({ pool, owner, what, total }) => {
        const used = held.get(pool) ?? 0;
        const words = `${used} of ${total} ${what} of ${owner} are promised`;
        return used >= total * nearly ? [concern('LimitNearlyUsed', 'elsewhere', words)] : [];
      });
    },
  };
};

const nameOf = ({ object }: TreeDocument): string => `${object.metadata?.namespace}/${object.metadata?.name}`;
const keyOf = (service: string, { zone, component }: Take): string => `${service} ${zone} ${component}`;

const withoutServices = (world: World): World => ({ ...world, services: new Map() });

/** What each Service of a tree asks for; malformed documents ask for nothing. */
const claimsOf = ({ services, squads, zones }: World): Claim[] => {
  const known = zonesByName([...zones.values()].map(({ object }) => object));
  const limited = new Map(
    [...squads.values()].flatMap(({ object }) => {
      const squad = unlessRefused(() => readSquad(object));
      return squad === undefined ? [] : [[squad.name, squad] as const];
    }),
  );

  return [...services.values()].flatMap((document): Claim[] => {
    const squad = limited.get(document.object.metadata?.namespace ?? '');
    const service = unlessRefused(() => readService({ composite: document.object }));
    if (squad === undefined || service === undefined) return [];

    const zones = resolvedZones(service, (name) => known.get(name));

    return [{ document, squad, takes: takesOf(service.namespace, zones) }];
  });
};
