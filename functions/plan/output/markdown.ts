import { code, inline, plain } from '../../words/escape.ts';
import { listed } from '../../words/listed.ts';
import { printable } from '../../words/printable.ts';
import { highest } from '../../words/risk.ts';
import type { Change } from '../change.ts';
import { concernsByRisk } from './concerns.ts';
import { pictureOf } from './picture.ts';
import { resourceDiff } from './resources.ts';
import { byPlace, countedWords, outline, type Report } from './summary.ts';

/** By which a workflow finds the comment that it wrote before. */
export const marker = '<!-- squadkit plan -->';

/** GitHub takes 65,536 characters; what is counted differs, so bytes are counted here and some are left over. */
export const mostBytes = 60_000;

/** Shares of that for what comes before the details. */
const mostRows = 100;
const mostListed = 20;

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** The plan for a pull request: who must agree first, then what happens, then everything else folded away. */
export const markdownOf = (report: Report): string => {
  const { plan } = report;
  if (plan === undefined) return problemsMarkdown(report);

  const refused = plan.changes.filter((change) => change.refused !== undefined);
  const head = [
    marker,
    `## Squadkit plan: ${outline(plan.changes)}`,
    '',
    ...(refused.length > 0 ? refusedLines(refused) : approvalLines(report)),
    '',
    ...riskLines(plan.changes),
    ...table(plan.changes),
  ].join('\n');
  const foot = footOf(report);
  const picture = pictureBlock(plan.changes);
  const left = mostBytes - bytesOf(head) - bytesOf(foot);
  const isDrawn = bytesOf(picture) <= left / 2;
  const details = fitted(plan.changes, report.withResources, isDrawn ? left - bytesOf(picture) : left);

  return bounded([head, ...(isDrawn ? [picture] : []), details, foot].filter((part) => part !== '').join('\n'));
};

/** A text by its first lines, if it is too long: whatever made it so, a host takes no more. */
const bounded = (text: string): string => {
  if (bytesOf(text) <= mostBytes) return text;
  const cut = Buffer.from(text).subarray(0, mostBytes - 200);
  const lines = cut.subarray(0, cut.lastIndexOf('\n') + 1).toString();

  return `${lines}\n_Left out to fit into a comment: what comes after this. \`squadkit plan\` shows all of it._\n`;
};

const problemsMarkdown = ({ problems }: Report): string => {
  const shown = problems.slice(0, mostListed);
  const more = problems.length - shown.length;

  return bounded(
    [
      marker,
      '## Squadkit plan: this cannot be planned',
      '',
      ...shown.map(
        ({ file, line, message }) => `- ${code(line === undefined ? file : `${file}:${line}`)} ${plain(message)}`,
      ),
      ...(more > 0 ? [`- and ${more} more`] : []),
      '',
    ].join('\n'),
  );
};

const refusedLines = (refused: Change[]): string[] => [
  '**This cannot be applied as it is:**',
  ...refused
    .slice(0, mostListed)
    .map(
      ({ name, file, line, refused: why }) =>
        `- ${code(name)} (${code(`${file}:${line}`)}): ${plain(why?.message ?? '')}`,
    ),
  ...(refused.length > mostListed ? [`- and ${refused.length - mostListed} more`] : []),
];

const approvalLines = ({ plan }: Report): string[] => {
  const approvals = plan?.approvals ?? [];
  if (approvals.length === 0) return ['**Nobody has to agree.**'];

  return [
    '**Who must agree, besides whoever wrote this:**',
    ...approvals.slice(0, mostListed).map(({ approver, handle, changes }) => {
      const names =
        changes.length > 5 ? [...changes.slice(0, 5).map(code), `${changes.length - 5} more`] : changes.map(code);
      return `- **${plain(approver)}**${handle === undefined ? '' : ` (${code(handle)})`}, to ${names.join(', ')}`;
    }),
    ...(approvals.length > mostListed ? [`- and ${approvals.length - mostListed} more`] : []),
  ];
};

const riskLines = (changes: Change[]): string[] => {
  const risk = highest(changes.map((change) => change.risk));
  if (risk === 'none') return [];
  const reasons = concernsByRisk({ concerns: changes.flatMap(({ concerns }) => concerns) }).filter(
    (found) => found.risk === risk,
  );

  return [
    `**Risk: ${risk}.** ${listed(
      reasons.slice(0, 3).map(({ because }) => inline(because)),
      mostListed,
      '; ',
    )}${reasons.length > 3 ? `; and ${reasons.length - 3} more` : ''}.`,
    '',
  ];
};

const table = (changes: Change[]): string[] => {
  if (changes.length === 0) return [];
  const more = changes.length - mostRows;

  return [
    '| | what happens | risk |',
    '|---|---|---|',
    ...changes.slice(0, mostRows).map(({ kind, name, title, risk, refused }) => {
      const short = name.length > 80 ? `${name.slice(0, 80)}…` : name;
      return `| ${kind} ${code(short)} | ${inline(title.slice(0, 200))} | ${refused ? '**refused**' : risk} |`;
    }),
    ...(more > 0 ? [`| and ${more} more | | |`] : []),
    '',
  ];
};

const pictureBlock = (changes: Change[]): string => {
  const picture = pictureOf(changes);
  if (picture === undefined) return '';
  const { text, leftOut } = picture;

  return [
    '```mermaid',
    text,
    '```',
    `Green is new, yellow changes, red and dashed goes, grey stays.${leftOut > 0 ? ` ${leftOut} more Services are not drawn.` : ''}`,
    '',
  ].join('\n');
};

const notedIn = (notes: string[]): string =>
  [
    ...notes.slice(0, mostListed).map((note) => ` ${plain(note)}.`),
    ...(notes.length > mostListed
      ? [` And ${notes.length - mostListed} more notes, which \`squadkit plan\` shows.`]
      : []),
  ].join('');

const footOf = ({ comparedWith, notes, counted, plan }: Report): string => {
  const before = plan?.refusedBefore ?? [];

  return [
    ...(before.length > 0
      ? [
          `Refused before and still, not by this change: ${listed(
            before.map(({ name }) => code(name.slice(0, 80))),
            mostListed,
          )}.`,
          '',
        ]
      : []),
    `<sub>Read ${countedWords(counted)}; compared with ${comparedWith === undefined ? 'nothing, so everything counts as new' : code(comparedWith)}.${notedIn(notes)}</sub>`,
    '',
  ].join('\n');
};

/** Details in the order of the changes as long as they fit; words of all of them go before resources of any. */
const fitted = (changes: Change[], withResources: boolean, bytes: number): string => {
  const reserve = 200;
  let left = bytes - reserve;
  const take = (text: string, instead: string): string => {
    const more = bytesOf(text) - bytesOf(instead) + 1;
    if (more > left) return instead;
    left -= more;
    return text;
  };
  const told = changes.map((change) => ({ change, words: detail(change, []) }));
  const words = told.map(({ change, words: text }) => ({ change, isTold: take(text, '') === text, text }));
  const parts = words.map(({ change, isTold, text }) => {
    if (!isTold || !withResources || change.resources.length === 0)
      return { isTold, hasDiff: true, text: isTold ? text : '' };
    const full = take(detail(change, change.resources.flatMap(resourceDiff)), text);
    return { isTold, hasDiff: full !== text, text: full };
  });
  const withoutDetails = parts.filter(({ isTold }) => !isTold).length;
  const withoutDiff = parts.filter(({ isTold, hasDiff }) => isTold && !hasDiff).length;
  const leftOut = [
    ...(withoutDetails > 0 ? [`the details of ${withoutDetails} of ${changes.length} changes`] : []),
    ...(withoutDiff > 0 ? [`the resources of ${withoutDiff}`] : []),
  ];

  return [
    ...parts.flatMap(({ text }) => (text === '' ? [] : [text])),
    ...(leftOut.length > 0
      ? [`_Left out to fit into a comment: ${leftOut.join(' and ')}. \`squadkit plan\` shows all of it._\n`]
      : []),
  ].join('\n');
};

const detail = (change: Change, diff: string[]): string => {
  const concerns = concernsByRisk(change);
  if (concerns.length + change.consequences.length + diff.length === 0) return '';

  return [
    `<details><summary><b>${plain(change.name)}</b>: ${plain(change.title.replaceAll('`', ''))}</summary>`,
    '',
    `${code(`${change.file}:${change.line}`)}`,
    '',
    ...concerns.map(({ risk, because }) => `- ${risk}: ${inline(because)}`),
    '',
    ...byPlace(change).flatMap(({ place, consequences }) => [
      ...(place === '' ? [] : [`**${inline(place)}**`, '']),
      ...consequences.map(({ effect, words }) => `- ${icons[effect]} ${inline(words)}`),
      '',
    ]),
    ...(diff.length > 0 ? ['```diff', ...diff.map(printable), '```', ''] : []),
    '</details>',
    '',
  ].join('\n');
};

const icons = { create: '🟢', change: '🟡', adjust: '🟡', move: '🟠', keep: '⚪', remove: '🔴' } as const;
