import type { Control } from './controls.ts';

/** What refuses, when somebody tries. */
export type Enforcer = 'Squadkit' | 'Crossplane' | 'the hub' | 'the cluster' | 'PostgreSQL' | 'your Git host';

/**
 * How a look at the hub tells whether a guard rail holds for one Service. All that is compared is what Git wants with what
 * is there; Secrets are never looked at.
 */
export type Look =
  /** The Service itself: accepted as it is now. */
  | { at: 'service' }
  /** Managed resources of each component, by local name; those that the Service does not have do not count. */
  | { at: 'component'; resources: string[] }
  /** How Crossplane reaches the server or cluster of each component. */
  | { at: 'provider config' }
  /** What the Squad or the Zones compose, by composition resource name. */
  | { at: 'squad' | 'zones'; resources: string[] }
  /** Admission policies on the hub, by name: each and its bindings as this version ships them. */
  | { at: 'policies'; names: string[] }
  /** What the janitor of sessions says of the server of each component for which the platform has registered it. */
  | { at: 'sessions' }
  /** It holds, or not, where a look at the hub does not reach. */
  | { at: 'nowhere' };

/**
 * Something that holds for every squad whatever it writes: who enforces it, and the control that it answers. Where it is
 * enforced and which tests try to break it is marked there, by a comment `Guard rail: <id>`. A register of these is
 * written for auditors, so each says only what is so.
 */
export interface GuardRail {
  /** Stable: it is in evidence that others keep. */
  id: string;
  protects: string;
  /** What it means, in a sentence for a squad. */
  means: string;
  /** Who enforces it, by what; it is called so in the line below the mark. The first is the one that matters most. */
  enforced: { by: Enforcer; name: string }[];
  controls: Control[];
  look: Look;
  /** What belongs to it and cannot be seen from the hub, or is somebody else's to keep. */
  unseen?: string;
}
