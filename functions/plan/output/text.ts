import { styleText } from 'node:util';
import { problemLine } from '../../tree/problem.ts';
import { listed } from '../../words/listed.ts';
import { printable } from '../../words/printable.ts';
import type { Change } from '../change.ts';
import { concernsByRisk } from './concerns.ts';
import { resourceDiff } from './resources.ts';
import { actionSigns, byPlace, countedWords, outline, type Report, signs } from './summary.ts';

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'bold';
type Paint = (text: string, colour: Colour) => string;

// Whether there is a terminal has been asked before, of the stream that is written to.
const painted: Paint = (text, colour) => styleText(colour, text, { validateStream: false });
const plain: Paint = (text) => text;

const colourOf: Record<string, Colour> = {
  '+': 'green',
  '~': 'yellow',
  '>': 'yellow',
  '-': 'red',
  '!': 'red',
  '=': 'cyan',
};
const riskColours = { none: 'green', routine: 'green', careful: 'yellow', destructive: 'red' } as const;

/** The names in words stand out by themselves on a terminal. */
const unquoted = (words: string): string => printable(words.replaceAll('`', ''));

/** The plan for people at a terminal. Problems are told elsewhere. */
export const textOf = (report: Report, { colour }: { colour: boolean }): string => {
  const { plan, comparedWith, notes, counted, withResources } = report;
  const paint = colour ? painted : plain;
  if (plan === undefined) return '';
  const refusedBefore = plan.refusedBefore.map(({ name, message }) => `${name}: ${message}`);

  return [
    unquoted(`Read ${countedWords(counted)}; compared with ${comparedWith ?? 'nothing: everything counts as new'}.`),
    ...notes.map((note) => unquoted(`Note: ${note}.`)),
    ...plan.changes.flatMap((change) => ['', ...changeLines(change, paint, withResources)]),
    ...(refusedBefore.length > 0
      ? ['', `Refused before and still, not by this change: ${unquoted(listed(refusedBefore, 5))}`]
      : []),
    '',
    ...approvalLines(report, paint),
    `${paint(`Risk: ${plan.risk}`, riskColours[plan.risk])}. ${capitalised(outline(plan.changes))}.`,
    '',
  ].join('\n');
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const changeLines = (change: Change, paint: Paint, withResources: boolean): string[] => {
  const sign = actionSigns[change.action];
  const head = `${sign} ${change.kind} ${change.name}: ${unquoted(change.title)}`;

  return [
    paint(paint(printable(head), colourOf[sign] ?? 'bold'), 'bold'),
    printable(`  ${change.file}:${change.line}`),
    ...(change.refused ? [paint(`  ${change.refused.reason}: ${printable(change.refused.message)}`, 'red')] : []),
    ...(change.risk === 'none' ? [] : [`  Risk: ${paint(change.risk, riskColours[change.risk])}`]),
    ...concernsByRisk(change).map(({ risk, because }) => `    ${risk}: ${unquoted(because)}`),
    ...byPlace(change).flatMap(({ place, consequences }) => [
      ...(place === '' ? [] : [`  ${unquoted(place)}`]),
      ...consequences.map(({ effect, words }) =>
        paint(`    ${signs[effect]} ${unquoted(words)}`, colourOf[signs[effect]] ?? 'bold'),
      ),
    ]),
    ...(withResources && change.resources.length > 0
      ? ['  Resources', ...change.resources.flatMap(resourceDiff).map((line) => `    ${printable(line)}`)]
      : []),
  ];
};

const approvalLines = ({ plan }: Report, paint: Paint): string[] => {
  const approvals = plan?.approvals ?? [];
  if (plan?.changes.some(({ refused }) => refused)) {
    return [paint('This cannot be applied as it is: see what is refused above.', 'red'), ''];
  }
  if (approvals.length === 0) return ['Nobody has to agree.', ''];
  const names = approvals.map(({ approver, handle }) => (handle ? `${approver} (${handle})` : approver));
  const width = Math.max(...names.map((name) => name.length));

  return [
    paint('Who must agree', 'bold'),
    ...approvals.map(({ changes }, index) => printable(`  ${names[index]?.padEnd(width)}  to ${listed(changes, 5)}`)),
    '',
  ];
};

/** What is wrong with the tree, a line each. */
export const problemsText = ({ problems }: Pick<Report, 'problems'>): string =>
  problems.map((problem) => `${printable(problemLine(problem))}\n`).join('');
