/** What a lane is to do, as it gets it. */
export interface LaneOrder {
  /** The state directory of its control plane. */
  directory: string;
  /** The scenario files that are its share, relative to the clone. */
  files: string[];
  /** Where Vitest writes its results, and how many seconds each file took. */
  results: string;
  durations: string;
  /** What else Vitest was called with. */
  arguments: string[];
  /** Whether the control plane stays, so that people can look. */
  keep: boolean;
  /** Whether scenarios that take many minutes are run as well. */
  long: boolean;
  /** Whether, in place of the scenarios, each guard rail is taken away in turn. */
  mutate: boolean;
}

/** What a lane tells while it runs: how long a phase took, and at its end whether all was as it should be. */
export type LaneReport = { phase: string; seconds: number } | { passed: boolean };
