import { factsOf, type Outcome } from '../retrieve/outcome.ts';

/**
 * What is written under the keys of the ConfigMap. What is not proven leaves what is said of the last that is; what is proven
 * takes away what was not before it.
 */
export const dataOf = (outcome: Outcome): Record<string, string | null> =>
  outcome.because === undefined
    ? { proven: JSON.stringify(factsOf(outcome)), notProven: null }
    : { notProven: JSON.stringify(factsOf(outcome)) };
