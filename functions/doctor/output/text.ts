import { printable } from '../../words/printable.ts';
import type { Check } from '../check.ts';
import type { Examination } from '../doctor.ts';

const wordOf: Record<Check['state'], string> = {
  well: 'ok',
  missing: 'missing',
  wrong: 'wrong',
  weak: 'weak',
  hidden: 'hidden',
};

/** What was found, and who does what: `it is not there; Platform: apply … again`. */
const said = ({ because, actor, next }: Check): string =>
  because.length === 0 ? '' : `${because.join(', ')}; ${actor}: ${next}`;

/** An examination for people at a terminal: a line each, what is not well at the end, where a terminal shows it. */
export const textOf = (examinations: Examination[]): string => {
  const rows = examinations.flatMap(({ cluster, checks }) => checks.map((check) => ({ cluster, check })));
  const sorted = [
    ...rows.filter(({ check }) => check.state === 'well'),
    ...rows.filter(({ check }) => check.state !== 'well'),
  ];
  const width = (texts: string[]) => Math.max(0, ...texts.map((text) => text.length));
  const clusterWidth = width(rows.map(({ cluster }) => cluster));
  const whatWidth = width(rows.map(({ check }) => check.what));
  const lines = sorted.map(({ cluster, check }) =>
    printable(
      [cluster.padEnd(clusterWidth), wordOf[check.state].padEnd(7), check.what.padEnd(whatWidth), said(check)].join(
        '  ',
      ),
    ).trimEnd(),
  );
  const bad = rows.filter(({ check }) => check.state !== 'well').length;

  return [...lines, '', `${rows.length} checks, ${bad === 0 ? 'all is well' : `${bad} not well`}`, ''].join('\n');
};
