import { isUnder } from '../file.ts';
import { means, type Pattern, patternOf } from './pattern.ts';

/**
 * What Flux leaves out of every source, whatever it is told (fluxcd/pkg/sourceignore v0.18.0: ExcludeVCS, ExcludeExt,
 * ExcludeCI and ExcludeExtra), of files and folders alike.
 */
const never =
  /^(\.git|\.gitignore|\.gitmodules|\.gitattributes|\.github|\.circleci|\.travis\.yml|\.gitlab-ci\.yml|appveyor\.yml|\.drone\.yml|cloudbuild\.yaml|codeship-services\.yml|codeship-steps\.yml|\.goreleaser\.yml|\.sops\.yaml|\.flux\.yaml|.*\.(jpg|jpeg|gif|png|wmv|flv|tar\.gz|zip))$/;

/** The part of a path for which Flux leaves a file out of every source; undefined if it does not. */
export const leftOutAnyway = (path: string): string | undefined => path.split('/').find((part) => never.test(part));

/** More than people review; what is longer may mean everything. */
const mostLines = 1000;
const mostLetters = 500;

/** The first of our files that one of these patterns, of .gitignore's kind, may mean. */
const meantBy = (lines: string[], folder: string, ours: readonly string[]): string | undefined => {
  const around = ours.filter((own) => isUnder(own, folder));
  const patterns = isEndless(lines) ? [undefined] : lines.map(ruleOf);

  return around.find((own) => {
    const inside = folder === '' ? own : own.slice(folder.length + 1);
    return patterns.some((pattern) => pattern === undefined || means(pattern, inside));
  });
};

const isEndless = (lines: readonly string[]): boolean =>
  lines.length > mostLines || lines.some((line) => line.length > mostLetters);

/** go-git, and so Flux, takes `billing.yaml/**` for the file itself too, and two slashes for one. */
const ruleOf = (line: string): Pattern | undefined => patternOf(withoutEnds(line.replaceAll(/\/{2,}/g, '/')));

/** Without the slash at its beginning, and what means all that is in a folder at its end. */
const withoutEnds = (pattern: string): string => {
  let [start, end] = [pattern.startsWith('/') ? 1 : 0, pattern.endsWith('/') ? pattern.length - 1 : pattern.length];
  while (end - start >= 3 && pattern.startsWith('/**', end - 3)) end -= 3;

  return pattern.slice(start, Math.max(start, end));
};

const linesOf = (text: string): string[] => text.split(/\r?\n/);

/**
 * Lines of a file like .sourceignore that say something. Flux looks for `#` and `!` at the very beginning of a line, and blanks
 * before them are part of a name (fluxcd/pkg/sourceignore v0.18.0, ReadPatterns and ParsePattern).
 */
const saidIn = (text: string): string[] => linesOf(text).filter((line) => line.trim() !== '' && !line.startsWith('#'));

/** A line as it stands, and as one that is read without blanks around it: either may be meant. */
const meanings = (line: string): string[] => [...new Set([line.trimEnd(), line.trim()])];

/** The first of our files that a file like .sourceignore may leave out; what takes it in again is not looked at. */
export const leftOutBy = (text: string, folder: string, ours: readonly string[]): string | undefined =>
  meantBy(
    saidIn(text)
      .filter((line) => !line.startsWith('!'))
      .flatMap(meanings),
    folder,
    ours,
  );

/**
 * The first of these paths that patterns may leave out, of which the last that means it counts (go-git 5, gitignore.Matcher).
 * What takes a path in again is believed only if there can be no doubt what it means: a path from the top, or an ending.
 *
 * @param paths from the top of the repository
 */
export const leftOutInOrder = (text: string, paths: readonly string[]): string | undefined => {
  const lines = saidIn(text);
  if (isEndless(lines)) return paths[0];
  const rules = lines.map((line) => ({ line, patterns: line.startsWith('!') ? [] : meanings(line).map(ruleOf) }));

  return paths.find((path) => {
    const last = rules.findLast(({ line, patterns }) =>
      line.startsWith('!')
        ? takesIn(line.slice(1).trimEnd(), path)
        : patterns.some((pattern) => pattern === undefined || means(pattern, path)),
    );
    return last !== undefined && !last.line.startsWith('!');
  });
};

const takesIn = (pattern: string, path: string): boolean => {
  const ending = /^(?:\*\*\/)?\*(\.[\w-]+)$/.exec(pattern)?.[1];
  if (ending !== undefined) return path.endsWith(ending);
  const folder = /^\/([\w./-]+?)(\/\*\*|\/)?$/.exec(pattern)?.[1];

  return folder !== undefined && isUnder(path, folder);
};

/** Attributes by which a checkout differs from what was committed (gitattributes(5), Git 2.39). */
const converting = /(^|\s)!?(working-tree-encoding|filter|ident)(=|\s|$)/;

/** The first of our files of which a file .gitattributes may make something else when it is checked out. */
export const convertedBy = (text: string, folder: string, ours: readonly string[]): string | undefined => {
  const patterns = linesOf(text)
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('#') && converting.test(line))
    // What a macro means may be used anywhere: its brackets mean everything.
    .map((line) => /^("(?:[^"\\]|\\.)*"|\S+)/.exec(line)?.[0] ?? '[');

  return meantBy(patterns, folder, ours);
};
