/** Things in a sentence: `a`, `a and b`, `a, b and c`. */
export const inWords = (parts: string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** At most so many of them, and how many more there are: `a, b and 2 more`. */
export const listed = (parts: string[], most: number, separator = ', '): string => {
  const told = parts.slice(0, most).join(separator);

  return parts.length > most ? `${told} and ${parts.length - most} more` : told;
};
