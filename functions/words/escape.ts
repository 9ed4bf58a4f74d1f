import { printable } from './printable.ts';

/** Longer texts say nothing more to a reader, and a document may hold a megabyte of them. */
const longestText = 400;

const shortened = (text: string): string =>
  printable((text.length > longestText ? `${text.slice(0, longestText)}…` : text).replaceAll('\n', ' '));

/** Any text as code: nothing in it is markup, a mention or a link. */
export const code = (text: string): string =>
  `\`${shortened(text).replaceAll('`', "'").replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim() || ' '}\``;

/** Any text as text: nothing in it is markup, a mention or a link. */
export const plain = (text: string): string =>
  shortened(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]#!|~]/g, '\\$&')
    // Neither a mention nor a link begins before something that is not there.
    .replaceAll('@', '@\u200b')
    .replaceAll('://', ':\u200b//')
    .replaceAll(/\bwww\./gi, 'www\u200b.');

/** Words with names in backticks. */
export const inline = (words: string): string =>
  words
    .split(/(`[^`]*`)/)
    .map((part) => (/^`[^`]*`$/.test(part) ? code(part.slice(1, -1)) : plain(part)))
    .join('');

/** A label in a Mermaid picture: names only, everything else is a space. */
export const label = (text: string): string => text.replaceAll(/[^A-Za-z0-9 ,._:@/()-]/g, ' ').slice(0, 80);
