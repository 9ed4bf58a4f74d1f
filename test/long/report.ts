import { stripVTControlCharacters } from 'node:util';

/** What came of one suite of the long run. */
export interface Section {
  /** What was run. */
  name: string;
  /** Ten digits of the commit that it ran on. */
  commit: string;
  /** As in 2026-11-28. */
  date: string;
  /** What stands below: how many passed, and tables. */
  text: string;
}

const opening = '# Last run of `npm run test:long`\n';

/** The report as it is committed, with the sections in the order in which they come. */
export const written = (sections: readonly Section[]): string =>
  [
    opening,
    ...sections.map(({ name, commit, date, text }) => `## ${name}\n\nAt commit ${commit}, ${date}.\n\n${text}\n`),
  ].join('\n');

/** The sections of a report that `written` made; what is none is left out. */
export const sectionsOf = (report: string): Section[] =>
  report
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [, name, commit, date, text] =
        /^(.*)\n\nAt commit ([0-9a-f]+), ([\d-]+)\.\n\n([\s\S]*)$/.exec(section) ?? [];

      return name && commit && date && text ? [{ name, commit, date, text: text.trimEnd() }] : [];
    });

/** The report with what was run now in the place of what was run before; in the order of `names`, and of these only. */
export const renewed = (before: readonly Section[], now: readonly Section[], names: readonly string[]): Section[] =>
  names.flatMap(
    (name) => now.find((section) => section.name === name) ?? before.find((section) => section.name === name) ?? [],
  );

/**
 * How many tests passed, by the output of a suite: of Vitest, whose output is for terminals, what stands behind "Tests", of all
 * control planes together where several ran (`one | Tests  7 passed (7)`); of a suite of ours its last line.
 */
export const countsIn = (output: string): string => {
  const lines = stripVTControlCharacters(output).trimEnd().split('\n');
  const counts = lines.flatMap((line) => {
    const [, lane = '', counted] = /^(?:(\w+) \| )?\s*Tests\s+(\d.*)$/.exec(line) ?? [];

    return counted === undefined ? [] : [[lane, counted] as const];
  });
  // A suite may run Vitest several times; its last word of each control plane counts.
  const last = [...new Map(counts).values()];
  if (last.length === 0) return lines.at(-1) ?? '';
  if (last.length === 1) return last[0] as string;
  const sum = (what: string): number =>
    last.reduce((total, counted) => total + Number(new RegExp(`(\\d+) ${what}`).exec(counted)?.[1] ?? 0), 0);

  return `${sum('passed')} passed, ${sum('failed')} failed`;
};

/** A result is as good as none when more commits than these came after it, or when something failed. */
const oldest = 30;

/**
 * How old the last result of each suite is, in a line each, and what is wrong with that.
 *
 * @param commitsSince how many commits came after one; undefined if that one is not in this history
 */
export const agesOf = (
  sections: readonly Section[],
  names: readonly string[],
  commitsSince: (commit: string) => number | undefined,
): { line: string; isOld: boolean }[] =>
  names.map((name) => {
    const section = sections.find((candidate) => candidate.name === name);
    if (section === undefined) return { line: `${name}: never run`, isOld: true };
    const { commit, date, text } = section;
    const [first = ''] = text.split('\n');
    const [, failed] = /\b([1-9]\d*) failed/.exec(first) ?? [];
    if (failed !== undefined) return { line: `${name}: ${date}, ${failed} failed`, isOld: true };
    if (first.includes('suite failed')) return { line: `${name}: ${date}, failed outside of its tests`, isOld: true };
    const commits = commitsSince(commit);
    if (commits === undefined)
      return { line: `${name}: ${date}, at commit ${commit}, which is not in this history`, isOld: true };

    return {
      line: `${name}: ${date}, ${commits} ${commits === 1 ? 'commit' : 'commits'} ago${commits > oldest ? `, more than ${oldest}` : ''}`,
      isOld: commits > oldest,
    };
  });

/** The exit status of suites with these: 1 if one failed, else 2 if one could not be run here, else 0. */
export const statusOf = (statuses: readonly number[]): number => {
  if (statuses.some((status) => status !== 0 && status !== 2)) return 1;

  return statuses.includes(2) ? 2 : 0;
};
