/** Controls, direction marks and separators of lines, the line feed among them. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

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
