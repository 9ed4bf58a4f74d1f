/** One part of a pattern of .gitignore's kind. */
type Part = { is: 'letter'; letter: string } | { is: 'any letter' } | { is: 'any name' } | { is: 'any path' };

/** What a pattern means, as far as all engines agree. */
export interface Pattern {
  parts: Part[];
  /** The longest text that is in every path that it means: almost all paths are without. */
  needed: string;
}

/** Of what is quoted, escaped or a class of characters, engines make different things: undefined, it may mean everything. */
export const patternOf = (text: string): Pattern | undefined => {
  if (/["[\\]/.test(text)) return undefined;
  const parts: Part[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charAt(index);
    if (letter === '?') parts.push({ is: 'any letter' });
    else if (letter !== '*') parts.push({ is: 'letter', letter });
    else if (text.charAt(index + 1) === '*') {
      index += text.charAt(index + 2) === '/' ? 2 : 1;
      parts.push({ is: 'any path' });
    } else parts.push({ is: 'any name' });
  }
  const needed = text
    .split(/\*\*\/|[*?]/)
    .reduce((longest, each) => (each.length > longest.length ? each : longest), '');

  return { parts, needed };
};

/**
 * Whether a pattern means a path, or a folder that it lies in. All places at which the pattern may be are kept together, and each
 * letter moves them at once: it takes as long as path and pattern are, one times the other, and never more.
 */
export const means = ({ parts, needed }: Pattern, path: string): boolean => {
  if (!path.includes(needed)) return false;
  let places = new Uint8Array(parts.length + 1);
  for (let index = 0; index <= path.length; index += 1) {
    // It may begin with every name of the path.
    if (index === 0 || path.charAt(index - 1) === '/') places[0] = 1;
    passOver(parts, places);
    if (places[parts.length] === 1 && (index === path.length || path.charAt(index) === '/')) return true;
    if (index < path.length) places = moved(parts, places, path.charAt(index));
  }

  return false;
};

/** Stars may stand for nothing. */
const passOver = (parts: readonly Part[], places: Uint8Array): void => {
  for (const [place, { is }] of parts.entries()) {
    if (places[place] === 1 && (is === 'any name' || is === 'any path')) places[place + 1] = 1;
  }
};

const moved = (parts: readonly Part[], places: Uint8Array, letter: string): Uint8Array<ArrayBuffer> => {
  const next = new Uint8Array(places.length);
  for (const [place, part] of parts.entries()) {
    if (places[place] !== 1) continue;
    if (part.is === 'any path' || (part.is === 'any name' && letter !== '/')) next[place] = 1;
    if (part.is === 'letter' ? part.letter === letter : part.is === 'any letter' && letter !== '/') next[place + 1] = 1;
  }

  return next;
};
