import { total } from '../counters.ts';
import { median, table } from '../figures.ts';
import type { Measurement, Run } from './measurement.ts';
import type { AtRest } from './rest.ts';
import type { Restarted } from './restart.ts';

/** How many kinds of requests the report names. */
const listed = 12;

/** What a measurement tells, by what a table calls it; `each` is per Service. */
const figures: Record<string, { of: (measurement: Measurement) => number; digits: number }> = {
  'first Ready s': { of: ({ ready }) => ready[0] ?? 0, digits: 1 },
  'median s': { of: ({ ready }) => median(ready), digits: 1 },
  'last s': { of: ({ ready }) => ready.at(-1) ?? 0, digits: 1 },
  'last / median': { of: ({ ready }) => (ready.at(-1) ?? 0) / median(ready), digits: 2 },
  'reconciles each': { of: ({ reconciles, size }) => reconciles / size, digits: 1 },
  'calls each': { of: ({ calls, size }) => calls.reduce((a, b) => a + b, 0) / size, digits: 1 },
  fewest: { of: ({ calls }) => calls[0] ?? 0, digits: 0 },
  most: { of: ({ calls }) => calls.at(-1) ?? 0, digits: 0 },
  'API requests each': { of: ({ requests, size }) => total(requests) / size, digits: 0 },
  'CPU s each': { of: ({ cpu, size }) => total(cpu) / size, digits: 2 },
  'Services gone s': { of: ({ removed }) => removed?.services ?? 0, digits: 1 },
  'access gone s': { of: ({ removed }) => removed?.access ?? 0, digits: 1 },
  'all gone s': { of: ({ removed }) => removed?.everything ?? 0, digits: 1 },
  'failed creates': { of: ({ failures }) => failures.length, digits: 0 },
};

/** Tables: all figures of both trees with their ratios, then where CPU and API requests went, what they cost at rest and when parts start again. */
export const report = (run: Run): string => {
  const groups = sizesOf(run).flatMap((size) => run.trees.map((tree) => groupOf(run, size, tree)));
  const names = (of: keyof Pick<Measurement, 'cpu' | 'requests'>) => [
    ...new Set(run.measurements.flatMap((measurement) => Object.keys(measurement[of]))),
  ];

  return [
    table(sizesOf(run).flatMap((size) => comparison(run, size))),
    'CPU seconds each, by process:',
    table(largest(groups, names('cpu'), ({ cpu, size }, name) => (cpu[name] ?? 0) / size, 2)),
    `API requests each, the ${listed} most:`,
    table(
      largest(groups, names('requests'), ({ requests, size }, name) => (requests[name] ?? 0) / size, 1).slice(
        0,
        listed,
      ),
    ),
    ...atRest(run),
    ...startedAgain(run),
  ].join('\n\n');
};

/** What Services cost at rest, where that was measured: each, by the hour; of memory and storage, all together. */
const restFigures: Record<string, { of: (rest: AtRest, size: number) => number; digits: number }> = {
  'reconciles each and hour': { of: ({ reconciles, minutes }, size) => perHour(reconciles, minutes) / size, digits: 1 },
  'API requests each and hour': {
    of: ({ requests, minutes }, size) => perHour(total(requests), minutes) / size,
    digits: 0,
  },
  'sessions each and hour': { of: ({ sessions, minutes }, size) => perHour(sessions, minutes) / size, digits: 0 },
  'CPU s each and hour': { of: ({ cpu, minutes }, size) => perHour(total(cpu), minutes) / size, digits: 1 },
  'cores, %': { of: ({ cpu, minutes }) => (100 * total(cpu)) / (minutes * 60), digits: 1 },
  'API server MiB': { of: ({ memory }) => memory['hub-apiserver'] ?? 0, digits: 0 },
  'Crossplane MiB': { of: ({ memory }) => memory.crossplane ?? 0, digits: 0 },
  'etcd file MiB': { of: ({ storage }) => storage, digits: 0 },
};

const perHour = (value: number, minutes: number): number => (value * 60) / minutes;

const atRest = (run: Run): string[] => {
  const groups = sizesOf(run)
    .flatMap((size) => run.trees.map((tree) => groupOf(run, size, tree)))
    .map((group) => ({ ...group, measurements: group.measurements.filter(({ rest }) => rest !== undefined) }))
    .filter(({ measurements }) => measurements.length > 0);
  if (groups.length === 0) return [];
  const requests = [
    ...new Set(
      groups.flatMap(({ measurements }) => measurements.flatMap(({ rest }) => Object.keys(rest?.requests ?? {}))),
    ),
  ];

  return [
    'At rest:',
    table(
      groups.map((group) => ({
        'at rest': `${group.size}, ${group.tree}`,
        ...Object.fromEntries(
          Object.entries(restFigures).map(([name, { of, digits }]) => [
            name,
            mid(group, ({ rest, size }) => (rest === undefined ? 0 : of(rest, size))).toFixed(digits),
          ]),
        ),
      })),
    ),
    `API requests each and hour at rest, the ${listed} most:`,
    table(
      largest(
        groups,
        requests,
        ({ rest, size }, name) => perHour(rest?.requests[name] ?? 0, rest?.minutes ?? 1) / size,
        1,
      ).slice(0, listed),
    ),
  ];
};

/** A row for each part that was started again, on each tree. */
const startedAgain = (run: Run): string[] => {
  const measured = run.measurements.filter(({ restarted }) => restarted !== undefined);
  const groups = run.trees.flatMap((tree) => {
    const ofTree = measured.filter((measurement) => measurement.tree === tree);
    const parts = [...new Set(ofTree.flatMap(({ restarted = [] }) => restarted.map(({ part }) => part)))];

    return parts.map((part) => ({ tree, part, ofTree }));
  });
  if (groups.length === 0) return [];

  return [
    'Started again, with all of them there:',
    table(
      groups.map(({ tree, part, ofTree }) => ({
        'started again': `${part}, ${ofTree[0]?.size}, ${tree}`,
        ...Object.fromEntries(
          Object.entries(restartFigures).map(([name, { of, digits }]) => [
            name,
            median(
              ofTree.flatMap(({ restarted = [], size }) =>
                restarted.filter((one) => one.part === part).map((one) => of(one, size)),
              ),
            ).toFixed(digits),
          ]),
        ),
      })),
    ),
  ];
};

/** What it cost that a part was started again: until all is quiet, and each. */
const restartFigures: Record<string, { of: (restarted: Restarted, size: number) => number; digits: number }> = {
  'as before after s': { of: ({ seconds }) => seconds, digits: 0 },
  'reconciles each': { of: ({ reconciles }, size) => reconciles / size, digits: 1 },
  'API requests each': { of: ({ requests }, size) => total(requests) / size, digits: 0 },
  'CPU s each': { of: ({ cpu }, size) => total(cpu) / size, digits: 2 },
};

interface Group {
  size: number;
  tree: string;
  measurements: Measurement[];
}

const sizesOf = ({ measurements }: Run): number[] =>
  [...new Set(measurements.map(({ size }) => size))].sort((a, b) => a - b);

const groupOf = ({ measurements }: Run, size: number, tree: string): Group => ({
  size,
  tree,
  measurements: measurements.filter((measurement) => measurement.size === size && measurement.tree === tree),
});

/** A row for each tree, medians of its runs, and the ratio of this tree to the base. */
const comparison = (run: Run, size: number): Record<string, string>[] => {
  const groups = run.trees.map((tree) => groupOf(run, size, tree));
  const [base = [], ours = []] = groups.map((group) => Object.values(figures).map(({ of }) => mid(group, of)));
  const row = (what: string, cells: string[]) =>
    Object.fromEntries([['at once', what], ...Object.keys(figures).map((name, index) => [name, cells[index] ?? ''])]);
  const rows = groups.map((group) => {
    const runs = group.measurements.length;
    return row(
      `${size}, ${group.tree}${runs > 1 ? `, median of ${runs}` : ''}`,
      Object.values(figures).map(({ of, digits }) => mid(group, of).toFixed(digits)),
    );
  });
  const ratios = ours.map((value, index) => ratio(value, base[index] ?? 0));

  return groups.length > 1 && groups.every(({ measurements }) => measurements.length > 0)
    ? [...rows, row('   ratio', ratios)]
    : rows;
};

/** `1.25x`; nothing where there is nothing to compare with. */
const ratio = (ours: number, base: number): string => (base === 0 ? '' : `${(ours / base).toFixed(2)}x`);

const mid = ({ measurements }: Group, of: (measurement: Measurement) => number): number =>
  measurements.length === 0 ? 0 : median(measurements.map(of));

/** A row for each name, a column for each size and tree, what is most in any of them first. */
const largest = (
  groups: Group[],
  names: string[],
  of: (measurement: Measurement, name: string) => number,
  digits: number,
): Record<string, string>[] =>
  names
    .map((name) => ({ name, values: groups.map((group) => mid(group, (measurement) => of(measurement, name))) }))
    .sort((a, b) => Math.max(...b.values) - Math.max(...a.values))
    .map(({ name, values }) =>
      Object.fromEntries([
        ['', name],
        ...groups.map(({ size, tree }, index) => [`${size}, ${tree}`, (values[index] ?? 0).toFixed(digits)]),
      ]),
    );
