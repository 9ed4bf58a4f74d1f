import type { Found } from '../evidence/live/hub.ts';
import type { Actor } from '../round/refusal.ts';

/** What a check found. `hidden`: whoever looks may not see it, so nobody knows. */
export type State = 'well' | 'missing' | 'wrong' | 'weak' | 'hidden';

/** One thing that must hold for an installation, and what was found of it. */
export interface Check {
  /** What was looked at: `ClusterRole squadkit:auditor`. */
  what: string;
  state: State;
  /** What is not as it must be; nothing if it is well. */
  because: string[];
  /** Whose move it is. */
  actor: Actor;
  /** What they do. */
  next: string;
}

/** Who acts, and what they do. */
export type Move = Pick<Check, 'actor' | 'next'>;

/** All is well with it. */
export const well = (what: string): Check => ({ what, state: 'well', because: [], actor: 'Nobody', next: '' });

/** A check that says what is not as it must be; well if that is nothing. */
export const found = (what: string, state: Exclude<State, 'well'>, because: string[], move: Move): Check =>
  because.length === 0 ? well(what) : { what, state, because, ...move };

/** Whoever looks may not see it. */
export const hidden = (what: string, because = 'you may not read it'): Check =>
  found(what, 'hidden', [because], {
    actor: 'Platform',
    next: 'look as somebody who may read all of the cluster',
  });

/** What is not to be seen of an object: it is not there, for a reason in words, or whoever looks may not read it. */
export const absent = (
  what: string,
  { missing }: Extract<Found, { missing: unknown }>,
  because: string,
  move: Move,
): Check => (missing === 'not allowed' ? hidden(what) : found(what, 'missing', [because], move));

/** What applies a part of package/install again. */
export const applyAgain = (file: string): Move => ({ actor: 'Platform', next: `apply ${file} of this version again` });
