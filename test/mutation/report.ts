import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A change of the code that no test notices. */
export interface Survivor {
  file: string;
  /** The line it begins in, the code that is exchanged, and what it becomes, each with single spaces. */
  line: string;
  code: string;
  becomes: string;
}

interface Report {
  files: Record<
    string,
    {
      source: string;
      mutants: {
        status: string;
        replacement?: string;
        location: { start: Position; end: Position };
      }[];
    }
  >;
}

interface Position {
  line: number;
  column: number;
}

const spaced = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The mutants of a report that survived, and those that no test ran into. */
export const survivorsOf = ({ files }: Report): Survivor[] =>
  Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    const between = (start: Position, end: Position): string =>
      lines
        .slice(start.line - 1, end.line)
        .map((text, index, all) =>
          text.slice(index === 0 ? start.column - 1 : 0, index === all.length - 1 ? end.column - 1 : undefined),
        )
        .join('\n');

    return mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ location: { start, end }, replacement = '' }) => ({
        file,
        line: spaced(lines[start.line - 1] ?? ''),
        code: spaced(between(start, end)),
        becomes: spaced(replacement),
      }));
  });

/** What a report says of how many mutants there were, by what became of them. */
export const countsOf = ({ files }: Report): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { mutants } of Object.values(files)) {
    for (const { status } of mutants) counts[status] = (counts[status] ?? 0) + 1;
  }

  return counts;
};

export const readReport = (file: string): Report => JSON.parse(readFileSync(file, 'utf8')) as Report;

/** The survivors that somebody has looked at, each with the reason why no test can or need notice it. */
export const readExplained = (file: string): (Survivor & { reason: string })[] =>
  parse(readFileSync(file, 'utf8')) as (Survivor & { reason: string })[];

const isSame = (one: Survivor, other: Survivor): boolean =>
  one.file === other.file &&
  one.line === spaced(other.line) &&
  one.code === spaced(other.code) &&
  one.becomes === spaced(other.becomes);

/** Explanations without those of files in scope that a run with `--mutate` left out: it says nothing of them. */
export const lookedAt = <Entry extends Survivor>(explained: Entry[], scope: string[], { files }: Report): Entry[] => {
  const leftOut = scope.map((pattern) => pattern.replace(/:.*/, '')).filter((file) => files[file] === undefined);

  return explained.filter(({ file }) => !leftOut.includes(file));
};

/** Survivors that nobody has explained, and explanations of what does not survive. */
export const compare = (survivors: Survivor[], explained: (Survivor & { reason: string })[]) => ({
  unexplained: survivors.filter((survivor) => !explained.some((entry) => entry.reason && isSame(survivor, entry))),
  stale: explained.filter((entry) => !survivors.some((survivor) => isSame(survivor, entry))),
});
