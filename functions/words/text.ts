/**
 * What was written as text, a number or a yes or no, as text; for anything else `otherwise`. Documents and answers may hold
 * an object in the place of a word, and one that has a key `toString` ends what makes text of it.
 */
export const asText = (value: unknown, otherwise = ''): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : otherwise;
