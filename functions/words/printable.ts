/** Controls, direction marks, separators of lines, the line feed among them, and blanks that are not the plain one. */
const unprintable = /(?! )[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}]/gu;

/** Whether a text has none of what `printable` replaces by a sign, so that it can be written as it is. */
export const isVisible = (text: string): boolean => text.search(unprintable) === -1;

/**
 * One line without what would steer a terminal, turn the direction of reading, begin a line of its own, or be a command to
 * the CI system that shows it: `::set-output` at its beginning (GitHub), `##[`, `##vso[` and `##teamcity[` anywhere
 * (GitHub, Azure, TeamCity).
 */
export const printable = (line: string): string =>
  line
    .replaceAll(unprintable, '\ufffd')
    .replaceAll(/##(?=\w*\[)/g, '#\ufffd')
    .replace(/^(\s*):(?=:)/, '$1\ufffd');
