import type { KubernetesObject, Observed } from '../objects/resource.ts';
import type { Claim } from '../ownership/claim.ts';

/** A resource as a provider or a kind wants it, before the gate. */
export interface Composed {
  object: KubernetesObject;
  /** Names of resources that must exist outside before this one is created; an existing one is never held back. */
  after?: string[] | undefined;
  /** Why it cannot be created yet, in words: something that goes into it does not exist. */
  hold?: string | undefined;
  /** What arrives at its destination with this resource, in words; it then counts for `Delivered`. */
  delivers?: string | undefined;
  /** Says when it counts as ready; by default when its `Ready` condition is True. */
  ready?: ((observed: Observed) => boolean) | undefined;
  /** Where somebody else may have taken its name outside: what waits for it waits until it is known to be ours. */
  claim?: Claim | undefined;
}
