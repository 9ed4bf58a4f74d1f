import { code, inline, plain } from '../../words/escape.ts';
import { version } from '../../words/version.ts';
import type { Evidence } from '../subject.ts';
import { type Row, sectionsOf, summaryOf } from './sections.ts';

const item = ({ head, words, details }: Row): string[] => [
  `- ${head === '' ? '' : `**${inline(head)}**: `}${inline(words)}`,
  ...details.map((detail) => `  - ${inline(detail)}`),
];

/** Evidence for a file or a ticket. */
export const markdownOf = (evidence: Evidence): string =>
  [
    `# Evidence for Service ${code(evidence.service)}`,
    '',
    summaryOf(evidence),
    ...sectionsOf(evidence).flatMap(({ title, note, rows }) => [
      '',
      `## ${title}`,
      '',
      ...(note === undefined ? [] : [inline(note), '']),
      ...rows.flatMap(item),
    ]),
    '',
    `<sub>By Squadkit ${plain(version)}.</sub>`,
    '',
  ].join('\n');
