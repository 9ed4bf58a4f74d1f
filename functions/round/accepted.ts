import { isMapping } from '../objects/record.ts';
import { remember } from '../objects/remember.ts';
import { type KubernetesObject, specOf } from '../objects/resource.ts';
import { isSame } from '../objects/same.ts';

/**
 * The document that was accepted last, as `status.accepted` keeps it: all that is needed to compose it again while the
 * one in `spec` is refused.
 */
export interface Accepted {
  /** `metadata.generation` of the document. */
  generation: number;
  /** Its `spec`, without what Crossplane keeps there. */
  spec: Record<string, unknown>;
}

/** What the status keeps; undefined if nothing was accepted yet, or if it is not what we write. */
export const acceptedIn = ({ status }: Pick<KubernetesObject, 'status'>): Accepted | undefined => {
  const accepted = status?.accepted;
  if (!isMapping(accepted)) return undefined;
  const { generation, spec } = accepted;
  if (typeof generation !== 'number' || !Number.isSafeInteger(generation) || generation < 0) return undefined;

  return isMapping(spec) ? { generation, spec } : undefined;
};

/**
 * The object with the document that was accepted last in place of its own; the object itself if that is the one, or if
 * none was.
 */
export const asAccepted = remember((object: KubernetesObject): KubernetesObject => {
  const accepted = acceptedIn(object);

  return accepted === undefined || isSame(accepted.spec, specOf(object)) ? object : { ...object, spec: accepted.spec };
});

/**
 * Whether a Squad or a Zone has been changed, and its own round has not said yet what it thinks of it. One that never
 * said anything is no matter: then its document counts.
 */
export const isBeingRead = ({ metadata, status }: KubernetesObject): boolean =>
  typeof status?.observedGeneration === 'number' && status.observedGeneration !== metadata?.generation;
