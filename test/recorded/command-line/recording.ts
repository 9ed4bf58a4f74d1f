import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withCertificates } from '../certificates.ts';
import type { Content, Files, Tree } from './tree.ts';

/** What a command was called with, and what it answered. Paths are those of the two trees: `tree/...`, `base/...`. */
export interface Run {
  args: string[];
  status: number;
  out: string;
  error: string;
}

/** A tree, and what a release of the command line said of it. */
export interface Recording extends Tree {
  runs: Run[];
}

/**
 * A text as it is kept: its lines, where [3, 40] stands for the lines 3 to 40, counted from 0, of what the same command
 * says of the examples. Nine of ten lines of an evidence are the same for every tree.
 */
type Kept = string | (string | [number, number])[];

/** So few lines are kept as they are: they are easier to read. */
const fewLines = 6;

/** Where a release's recordings lie. */
const folderOf = (release: string): string => resolve(import.meta.dirname, '..', release, 'command-line');

/** The name of the recording in which the whole examples are, which the others are told as changes of. */
export const examplesName = 'examples';

/** The command without what differs between trees: what it compares with, and which Service it is about. */
const commandOf = ({ args }: { args: string[] }): string =>
  args.join(' ').replace(/ --base \S+|(?<=^evidence )\S+/, '');

/** What the examples were said to be by the same command, as lines. */
const linesLike = (run: { args: string[] }, examples: Run[]): string[] =>
  examples.find((other) => commandOf(other) === commandOf(run))?.out.split('\n') ?? [];

const keep = (text: string, like: string[]): Kept => {
  const lines = text.split('\n');
  if (lines.length === 1) return text;
  const kept: Exclude<Kept, string> = [];
  for (let index = 0; index < lines.length; ) {
    const [start, length] = longest(lines, index, like);
    if (length >= fewLines) kept.push([start, start + length - 1]);
    else kept.push(lines[index] as string);
    index += length >= fewLines ? length : 1;
  }

  return kept;
};

/** The most lines from `index` on that also lie in the other text: where there, and how many. */
const longest = (lines: string[], index: number, like: string[]): [number, number] => {
  let best: [number, number] = [0, 0];
  for (let start = like.indexOf(lines[index] as string); start >= 0; ) {
    let length = 0;
    while (index + length < lines.length && lines[index + length] === like[start + length]) length += 1;
    if (length > best[1]) best = [start, length];
    start = like.indexOf(lines[index] as string, start + 1);
  }

  return best;
};

const restore = (kept: Kept, like: string[]): string =>
  typeof kept === 'string'
    ? kept
    : kept.flatMap((line) => (typeof line === 'string' ? [line] : like.slice(line[0], line[1] + 1))).join('\n');

/** Texts of several lines as their lines, so that a recording can be read. */
const readable = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [path, linesOf(content)]));
const linesOf = (content: Content): Content =>
  typeof content === 'string' && content.includes('\n') ? content.split('\n') : content;

/** Replaces the recordings of a release. One of them is `examples`. */
export const writeRecordings = (release: string, recordings: Record<string, Recording>): void => {
  const folder = folderOf(release);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, { files, base, commits, runs, ...rest }] of Object.entries(recordings)) {
    const examples = name === examplesName ? [] : (recordings[examplesName]?.runs ?? []);
    const told = {
      ...rest,
      files: readable(files),
      ...(base !== undefined && { base: typeof base === 'string' ? base : readable(base) }),
      ...(commits !== undefined && { commits: commits.map(readable) }),
    };
    const said = runs.map((run) => ({
      ...run,
      out: keep(run.out, linesLike(run, examples)),
      error: keep(run.error, []),
    }));
    const text = JSON.stringify({ ...told, runs: said }, null, 1).replaceAll(
      /\[\n\s+(\d+),\n\s+(\d+)\n\s+\]/g,
      '[$1, $2]',
    );
    writeFileSync(join(folder, `${name}.json`), `${text}\n`);
  }
};

/** The recordings of a release by name; none if there are none. */
export const recordingsOf = (release: string): Record<string, Recording> => {
  const folder = folderOf(release);
  const read = (name: string) => {
    const { runs, ...tree } = JSON.parse(
      withCertificates(readFileSync(join(folder, `${name}.json`), 'utf8')),
    ) as Tree & {
      runs: (Omit<Run, 'out' | 'error'> & { out: Kept; error: Kept })[];
    };
    return { ...tree, runs };
  };
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  const examples = read(examplesName).runs.map(({ out, error, ...run }) => ({
    ...run,
    out: restore(out, []),
    error: restore(error, []),
  }));

  return Object.fromEntries(
    names.sort().map((name) => {
      const { runs, ...tree } = read(name);
      const restored = runs.map(({ out, error, ...run }) => ({
        ...run,
        out: restore(out, linesLike(run, examples)),
        error: restore(error, []),
      }));
      return [name, { ...tree, runs: restored }];
    }),
  );
};

/** The arguments as they are where the two trees lie below a folder. */
export const argumentsIn = (folder: string, args: string[]): string[] =>
  args.map((argument) => (/^(tree|base)(\/|$)/.test(argument) ? join(folder, argument) : argument));

/** What was said, with the two trees called by their names again. */
export const namedIn = (folder: string, text: string): string =>
  text.replaceAll(`${folder}/`, '').replaceAll(folder, '');

/**
 * What two releases must say alike: all of it but lines and columns, the register of guard rails, the files of our own
 * sources, which move, the version that says it, and ids of commits.
 */
export const comparable = ({ status, out, error }: Omit<Run, 'args'>): string =>
  `exit ${status}\n${out}${error === '' ? '' : `\nto stderr:\n${error}`}`
    .replaceAll(
      /(\.(?:ya?ml|yml|json)):\d+(:\d+)?/g,
      (_, file, column) => `${file}:_${column === undefined ? '' : ':_'}`,
    )
    .replaceAll(/("(?:line|column)": )\d+/g, '$1_')
    .replaceAll(/^( {2}"squadkit": )"[^"]*"/gm, '$1_')
    .replaceAll(/(<sub>By Squadkit )\S+(?=\.<)/g, '$1_')
    .replaceAll(/\b(?:functions|test)\/[\w./-]+\.ts\b/g, '<source>')
    // The example's certificates are not in the commits that were recorded.
    .replaceAll(/\b(?:[0-9a-f]{7}|[0-9a-f]{40})\b/g, '<commit>')
    // The register of guard rails is of each release its own, and has tests of its own.
    .replaceAll(/^\d+(?= guard rails are enforced)|(?<="summary": ")\d+(?= guard rails)/gm, '_')
    .replaceAll(/^Enforced\n[\s\S]*?(?=^[A-Z])/gm, '')
    .replaceAll(/^## Enforced\n[\s\S]*?(?=^## )/gm, '')
    .replaceAll(/^ {2}"enforced": \[[\s\S]*?^ {2}\],\n/gm, '');
