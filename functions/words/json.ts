/** What a terminal or a CI system would act upon, though it stands in a string of JSON. */
const active = /(?![\n ])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}]|#(?=#\w*\[)/gu;

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');

/** JSON for programs, on lines that people may see in a log: the same value, and nothing in it acts. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2).replaceAll(active, escaped)}\n`;
