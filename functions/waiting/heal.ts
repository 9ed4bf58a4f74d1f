import { mapValues } from '../objects/record.ts';
import { isEstablished, type Observed } from '../objects/resource.ts';
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

/** Whether these policies let a provider make something. */
const mayMake = (policies: unknown): boolean =>
  Array.isArray(policies) && (policies.includes('Create') || policies.includes('*'));

/**
 * While nothing may be created: what was looked for before it is made, and not found, is looked for and no more. It has a
 * managed resource already, so the gate does not keep it back. What proves something that exists, or comes in its place, is made.
 */
export const onlyLooking = (
  composed: Record<string, Composed>,
  observed: Record<string, Observed>,
): Record<string, Composed> =>
  mapValues(composed, (resource, name) => {
    const { object, replaces, proves } = resource;
    const existing = observed[name];
    const policies = existing?.object.spec?.managementPolicies;
    if (existing === undefined || !mayMake(object.spec?.managementPolicies) || !Array.isArray(policies))
      return resource;
    const isOfOne = [replaces, proves].some((other) => other !== undefined && observed[other] !== undefined);
    if (mayMake(policies) || isEstablished(existing) || isOfOne) return resource;

    return { ...resource, object: { ...object, spec: { ...object.spec, managementPolicies: policies } } };
  });

/** What passes the gate: all that may, or of a document that is kept while another is refused, what heals. */
export const passing = (
  composed: Record<string, Composed>,
  observed: Record<string, Observed>,
  { isKept, isGoing, closed }: { isKept: boolean; isGoing: boolean; closed?: string | undefined },
): Gated => {
  const open = gate(composed, observed, closed);

  return isKept ? onlyHealing(open, composed, observed, { isGoing }) : open;
};
