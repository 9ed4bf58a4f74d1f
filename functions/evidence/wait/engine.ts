import type { KubernetesObject } from '../../objects/resource.ts';
import type { Reference } from '../live/hub.ts';

/** What a GitOps engine says is wrong with the folder of a squad. */
export interface EngineSaid {
  /** Whether it is about the commit that is waited for, which will not be applied unless somebody acts. */
  isRefusal: boolean;
  /** In a sentence, which ends in the engine's own words. */
  words: string;
}

/** A GitOps engine that a folder may be delivered by: where it says how that goes, and how that is read. */
export interface Engine {
  /** The object in which it does, where the Squad told it of a folder. */
  folderOf: (squad: string) => Reference;
  /** What it says is wrong; undefined if nothing is, or it has not tried that commit yet. */
  said: (folder: KubernetesObject, commit: string) => EngineSaid | undefined;
}
