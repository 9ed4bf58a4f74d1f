import type { Removed } from './removal.ts';
import type { AtRest } from './rest.ts';
import type { Restarted } from './restart.ts';
import type { Together } from './together.ts';

/** What it took, in one round on one tree, until so many Services were Ready. */
export interface Measurement extends Together {
  /** The name of the tree that ran. */
  tree: string;
  size: number;
  round: number;
  /** What they cost afterwards while nothing changed; undefined if nobody asked. */
  rest?: AtRest | undefined;
  /** What it cost, with all of them there, that parts of the control plane were started again; undefined if nobody asked. */
  restarted?: Restarted[] | undefined;
  /** How long their removal took. */
  removed?: Removed | undefined;
}

/** A run of the bench, as `--json` writes it. */
export interface Run {
  /** When it began, as RFC 3339. */
  started: string;
  machine: { cores: number; model: string; memoryGibibytes: number; node: string };
  /** How often the providers look at what they manage. */
  poll: string;
  /** The names of the trees: the base, then this one; this one only if it was measured alone. */
  trees: string[];
  measurements: Measurement[];
}
