import type { LaneOutcome } from './start.ts';

/** How long each phase of a run took, in seconds: a column for each lane, and what was done once in the last. */
export const phaseTable = (
  lanes: Pick<LaneOutcome, 'name' | 'phases'>[],
  whole: Record<'tools' | 'all', number>,
): string => {
  const names = [...new Set(lanes.flatMap(({ phases }) => Object.keys(phases)))];
  const empty = lanes.map(() => '');
  const rows = [
    ['seconds', ...lanes.map(({ name }) => name), 'together'],
    ['tools', ...empty, whole.tools.toFixed(1)],
    ...names.map((name) => [name, ...lanes.map(({ phases }) => phases[name]?.toFixed(1) ?? ''), '']),
    ['all', ...empty, whole.all.toFixed(1)],
  ];
  const width = Math.max(...rows.map(([first = '']) => first.length));

  return rows
    .map(([first = '', ...others]) =>
      [first.padEnd(width), ...others.map((cell) => cell.padStart(9))].join(' ').trimEnd(),
    )
    .join('\n');
};
