import { factsOf, type Outcome } from '../retrieve/outcome.ts';

/**
 * What is written under the keys of the ConfigMap. What is restored takes away why it was not before. Who finds that it was restored
 * already does not know from what, and does not write over what was said of that.
 *
 * @param besides what is said besides of what was restored
 */
export const dataOf = (outcome: Outcome, besides: Record<string, string | number>): Record<string, string | null> => {
  const facts = factsOf(outcome);
  if (outcome.because === undefined)
    return {
      [outcome.backup === undefined ? 'foundRestored' : 'restored']: JSON.stringify({ ...facts, ...besides }),
      notRestored: null,
    };
  // What would be in it says nothing of what is not.
  const { bytes: _bytes, tables: _tables, rows: _rows, ...why } = facts;

  return { notRestored: JSON.stringify(why) };
};
