import { asText, isMapping } from '../../objects/record.ts';
import { isUnder } from '../file.ts';
import type { Problem } from '../problem.ts';
import { unreadable } from '../reader/parsed.ts';
import { objectsOf } from './engines.ts';
import { leftOutInOrder } from './left-out.ts';
import { renderFirst } from './marks.ts';

/** The repository that a tree lies in. */
export interface Around {
  /** From its top to the tree, with a slash at the end; empty at the top. */
  prefix: string;
  /** Where it was cloned from, as Git has it; none is known of a directory that is no clone. */
  remotes: string[];
}

/** What Flux makes another tree of this one by, if it is this one that a source is of. */
export interface SourceFinding extends Problem {
  /** Whether the source is of this repository; otherwise nobody can tell here. */
  isOfThis: boolean;
}

/**
 * What a GitRepository in the tree leaves out of our documents or puts beside them (source.toolkit.fluxcd.io/v1,
 * source-controller 1.9: `ignore`, `sparseCheckout`, `include`). A source of another repository is none of our business.
 *
 * @param ours files with documents for us
 */
export const sourceFindings = (
  file: string,
  text: string,
  ours: readonly string[],
  { prefix, remotes }: Around,
): SourceFinding[] => {
  // That is told by `engineProblems`.
  if (unreadable(text) !== undefined) return [];

  return objectsOf(text).flatMap(({ apiVersion, kind, metadata, spec }) => {
    const isSource = asText(apiVersion).startsWith('source.toolkit.fluxcd.io/') && kind === 'GitRepository';
    if (!isSource || !isMapping(spec) || ours.length === 0) return [];
    const isOfThis = isOfRepository(asText(spec.url), remotes);
    if (remotes.length > 0 && !isOfThis) return [];
    const name = isMapping(metadata) && typeof metadata.name === 'string' ? ` ${metadata.name}` : '';
    const condition = isOfThis ? '' : 'if it is of this repository, ';

    return changesOf(spec, ours, prefix).map((change) => ({
      file,
      isOfThis,
      message: `${condition}GitRepository${name} ${change}: ${renderFirst}`,
    }));
  });
};

/** Whether a URL names the repository that was cloned from one of these. */
export const isOfRepository = (url: string, remotes: readonly string[]): boolean =>
  remotes.some((remote) => repositoryOf(remote) === repositoryOf(url));

const changesOf = (spec: Record<string, unknown>, ours: readonly string[], prefix: string): string[] => {
  const changes: string[] = [];
  const paths = ours.map((own) => `${prefix}${own}`);
  const left = typeof spec.ignore === 'string' ? leftOutInOrder(spec.ignore, paths) : undefined;
  if (left !== undefined) changes.push(`leaves ${left} out by spec.ignore`);
  const folders = Array.isArray(spec.sparseCheckout) ? spec.sparseCheckout.map(folderOf) : [];
  const unchecked = folders.length === 0 ? undefined : paths.find((own) => !folders.some((each) => isUnder(own, each)));
  if (unchecked !== undefined) changes.push(`leaves ${unchecked} out by spec.sparseCheckout`);
  if (Array.isArray(spec.include) && spec.include.length > 0) {
    changes.push('puts files of another repository beside them by spec.include');
  }

  return changes;
};

const folderOf = (folder: unknown): string =>
  withoutSlashes(asText(folder).replace(/^(\.?\/)+/, '')).replace(/^\.$/, '');

/** Without slashes at both ends: `/\/+$/` would begin anew at each slash in between. */
const withoutSlashes = (text: string): string => {
  let [start, end] = [0, text.length];
  while (text.charAt(start) === '/') start += 1;
  while (end > start && text.charAt(end - 1) === '/') end -= 1;

  return text.slice(start, end);
};

/**
 * What a URL names, however it is reached: `example/platform` of https, of ssh, and of what Git writes for it. The host is left
 * out, because a mirror has another.
 */
const repositoryOf = (url: string): string =>
  withoutSlashes(
    url
      .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
      .replace(/^([^/@]+@)?[^/:]+:/, '')
      .split(/[?#]/, 1)[0] ?? '',
  )
    .replace(/\.git$/i, '')
    .toLowerCase();
