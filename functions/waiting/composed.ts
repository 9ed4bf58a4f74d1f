import type { KubernetesObject, Observed } from '../objects/resource.ts';
import type { Claim } from '../ownership/claim.ts';

/** A resource as a provider or a kind wants it, before the gate. */
export interface Composed {
  object: KubernetesObject;
  /** Names of resources that must exist outside before this one is created; an existing one is never held back. */
  after?: string[] | undefined;
  /** Name of the resource in whose place it comes: then it is created also while the document is refused. */
  replaces?: string | undefined;
  /**
   * Name of the resource that it proves to be ours. It is created as soon as that is there, also while the document is
   * refused: what we made and cannot prove is a stranger's when the Service comes again.
   */
  proves?: string | undefined;
  /** Why it cannot be created yet, in words: something that goes into it does not exist. */
  hold?: string | undefined;
  /** What arrives at its destination with this resource, in words; it then counts for `Delivered`. */
  delivers?: string | undefined;
  /**
   * Says when it counts as ready; by default when its `Ready` condition is True. What says of itself that it failed is not
   * ready, but where `whateverItSays` stands here.
   */
  ready?: ((observed: Observed) => boolean) | undefined;
  /** Where somebody else may have taken its name outside: what waits for it waits until it is known to be ours. */
  claim?: Claim | undefined;
}
