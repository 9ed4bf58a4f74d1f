import type { Observed } from '../objects/resource.ts';
import type { Composed } from './composed.ts';
import { type Gated, gate } from './gate.ts';

/**
 * What something that exists was created after, however far back: it was there before, so where it is missing it was
 * lost.
 */
const foundations = (composed: Record<string, Composed>, observed: Record<string, Observed>): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const before of composed[name]?.after ?? []) {
      if (found.has(before)) continue;
      found.add(before);
      visit(before);
    }
  };
  for (const name of Object.keys(composed)) if (observed[name] !== undefined) visit(name);

  return found;
};

/**
 * The gate while a document is refused: nothing is created that was not there before. What keeps something true that
 * exists is made again, and what comes in the place of something that exists or proves whose that is, unless everything is
 * going.
 */
const onlyHealing = (
  gated: Gated,
  composed: Record<string, Composed>,
  observed: Record<string, Observed>,
  { isGoing }: { isGoing: boolean },
): Gated => {
  const lost = isGoing ? new Set<string>() : foundations(composed, observed);
  const kept: Gated = { resources: {}, waiting: { ...gated.waiting } };
  for (const [name, resource] of Object.entries(gated.resources)) {
    const { replaces, proves } = composed[name] ?? {};
    const isOfOne = [replaces, proves].some((other) => other !== undefined && observed[other] !== undefined);
    if (observed[name] !== undefined || lost.has(name) || (isOfOne && !isGoing)) {
      kept.resources[name] = resource;
      continue;
    }
    kept.waiting[name] = ['a document that is accepted'];
  }

  return kept;
};

/** What passes the gate: all that may, or of a document that is kept while another is refused, what heals. */
export const passing = (
  composed: Record<string, Composed>,
  observed: Record<string, Observed>,
  { isKept, isGoing, closed }: { isKept: boolean; isGoing: boolean; closed?: string | undefined },
): Gated => {
  const open = gate(composed, observed, closed);

  return isKept ? onlyHealing(open, composed, observed, { isGoing }) : open;
};
