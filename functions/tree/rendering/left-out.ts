import { isUnder } from '../file.ts';

/**
 * What Flux leaves out of every source, whatever it is told (fluxcd/pkg/sourceignore v0.18.0: ExcludeVCS, ExcludeExt,
 * ExcludeCI and ExcludeExtra), of files and folders alike.
 */
const never =
  /^(\.git|\.gitignore|\.gitmodules|\.gitattributes|\.github|\.circleci|\.travis\.yml|\.gitlab-ci\.yml|appveyor\.yml|\.drone\.yml|cloudbuild\.yaml|codeship-services\.yml|codeship-steps\.yml|\.goreleaser\.yml|\.sops\.yaml|\.flux\.yaml|.*\.(jpg|jpeg|gif|png|wmv|flv|tar\.gz|zip))$/;

/** The part of a path for which Flux leaves a file out of every source; undefined if it does not. */
export const leftOutAnyway = (path: string): string | undefined => path.split('/').find((part) => never.test(part));

/** The first of our files that one of these patterns, of .gitignore's kind, may mean. */
const meantBy = (patterns: string[], folder: string, ours: readonly string[]): string | undefined => {
  // go-git, and so Flux, takes `billing.yaml/**` for the file itself too, and two slashes for one.
  const expressions = patterns.map((pattern) =>
    expressionOf(pattern.replaceAll(/\/{2,}/g, '/').replaceAll(/^\/|(\/\*\*)*\/?$/g, '')),
  );

  return ours.find((own) => {
    const inside = folder === '' ? own : own.slice(folder.length + 1);
    return isUnder(own, folder) && expressions.some((expression) => expression.test(inside));
  });
};

/** Of what is quoted, escaped or a class of characters, engines make different things: it may mean everything. */
const expressionOf = (pattern: string): RegExp => {
  if (/["[\\]/.test(pattern)) return /(?:)/;
  const source = pattern
    .replace(/[.+^${}()|]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (found) => (found === '?' ? '[^/]' : found === '*' ? '[^/]*' : '.*'));

  return new RegExp(`(^|/)${source}(/|$)`);
};

const linesOf = (text: string): string[] => text.split(/\r?\n/).map((line) => line.trim());

/** The first of our files that a file like .sourceignore may leave out; what takes it in again is not looked at. */
export const leftOutBy = (text: string, folder: string, ours: readonly string[]): string | undefined =>
  meantBy(
    linesOf(text).filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('!')),
    folder,
    ours,
  );

/** Attributes by which a checkout differs from what was committed (gitattributes(5), Git 2.39). */
const converting = /(^|\s)!?(working-tree-encoding|filter|ident)(=|\s|$)/;

/** The first of our files of which a file .gitattributes may make something else when it is checked out. */
export const convertedBy = (text: string, folder: string, ours: readonly string[]): string | undefined => {
  const patterns = linesOf(text)
    .filter((line) => !line.startsWith('#') && converting.test(line))
    // A macro may be used anywhere.
    .map((line) => (line.startsWith('[attr]') ? '[' : (/^("(?:[^"\\]|\\.)*"|\S+)/.exec(line)?.[0] ?? '[')));

  return meantBy(patterns, folder, ours);
};
