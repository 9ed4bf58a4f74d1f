import { zonesOf } from '../documents/zones.ts';
import { asText } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { type Outcome, outcomeOfService } from '../simulation/outcome.ts';
import { comeTrue } from '../simulation/simulate.ts';
import type { TreeDocument } from '../tree/document.ts';
import type { Past } from '../tree/past.ts';
import type { World } from '../tree/world.ts';

/** What another version of Squadkit makes of a Service, by composition resource name. */
export type OtherVersion = Map<string, Record<string, KubernetesObject>>;

/** What is there before a change. */
export interface Before {
  base: World;
  /** What was there before of what the base refuses; without it nobody knows. */
  past?: Past | undefined;
  /** What made it, if it was another version of Squadkit. */
  otherVersion?: OtherVersion | undefined;
}

/** What is there of a Service. */
export interface Existing {
  /** Undefined if there is nothing, or nobody knows. */
  outcome: Outcome | undefined;
  /** The environments of what nobody knows; undefined if it is known. */
  unknownIn: string[] | undefined;
  /** Whether its document in the base is refused. */
  isRefused: boolean;
}

/** Of what is not there. */
export const isNew: Existing = { outcome: undefined, unknownIn: undefined, isRefused: false };

/**
 * What is there of a Service of the base. Where that is refused, what was accepted last goes on: it is looked for in the past of
 * the base, and where that does not tell nobody knows.
 */
export const existing = (document: TreeDocument, name: string, { base, past, otherVersion }: Before): Existing => {
  const resources = otherVersion?.get(name);
  const outcome = outcomeOfService(document.object, base.open);
  if (resources !== undefined)
    return {
      ...isNew,
      outcome: { ...outcome, refused: undefined, resources, observed: comeTrue(document.object, resources) },
    };
  // Refused by the version that is there, it may have been accepted before like any other.
  if (outcome.refused === undefined && otherVersion === undefined) return { ...isNew, outcome };

  const found = past?.(document, (object, world) => {
    const then = outcomeOfService(object, world.open);
    return then.refused === undefined ? then : undefined;
  });
  if (found === 'never') return { ...isNew, isRefused: true };
  if (found !== undefined && found !== 'unknown') return { ...isNew, outcome: found, isRefused: true };
  const environments = zonesOf(document.object).map((zone) => base.zones.get(zone)?.object.spec?.environment);

  return { ...isNew, unknownIn: [...new Set(environments.map((one) => asText(one)))], isRefused: true };
};
