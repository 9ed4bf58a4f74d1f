/** Controls, direction marks and separators of lines, except the line feed. */
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Without what would steer a terminal or turn the direction of reading. */
export const printable = (text: string): string => text.replaceAll(unprintable, '\ufffd');
