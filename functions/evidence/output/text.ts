import { printable } from '../../words/printable.ts';
import type { Evidence } from '../subject.ts';
import { type Row, sectionsOf, summaryOf } from './sections.ts';

const widest = 24;

/** Names stand out by themselves on a terminal. */
const unquoted = (words: string): string => printable(words.replaceAll('`', '').replaceAll('\n', ' '));

const lines = (rows: Row[]): string[] => {
  const heads = rows.map(({ head }) => unquoted(head));
  const width = Math.min(Math.max(...heads.map((head) => head.length)), widest);

  return rows.flatMap(({ words, details }, index) => {
    const head = heads[index] ?? '';
    // A long name gets a line of its own.
    const first =
      head.length > width
        ? [`  ${head}`, `  ${' '.repeat(width)}  ${unquoted(words)}`]
        : [`  ${head.padEnd(width)}  ${unquoted(words)}`];
    const shown = width === 0 ? [`  ${unquoted(words)}`] : first;
    const margin = ' '.repeat(width === 0 ? 4 : width + 6);

    return [...shown, ...details.map((detail) => `${margin}${unquoted(detail)}`)];
  });
};

/** Evidence for people at a terminal. */
export const textOf = (evidence: Evidence): string =>
  [
    `Evidence for Service ${printable(evidence.service)}`,
    summaryOf(evidence),
    ...sectionsOf(evidence).flatMap(({ title, note, rows }) => [
      '',
      title,
      ...(note === undefined ? [] : [`  ${unquoted(note)}`]),
      ...lines(rows),
    ]),
    '',
  ].join('\n');
