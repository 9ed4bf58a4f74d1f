import { posix } from 'node:path';
import {
  folderOf,
  isInSquadFolder,
  isUnder,
  type Listing,
  mayHoldDocuments,
  type TreeFile,
  type TreeLink,
} from '../file.ts';
import type { Problem } from '../problem.ts';
import { readTree } from '../read.ts';
import { mentionsEngine } from '../reader/mention.ts';
import { isBesides, isGenerator, rendererOf } from './marks.ts';

/**
 * Symbolic links by which an engine may find something that is not read here. Engines differ in whether they follow one, so that
 * where they apply something there may be none, and elsewhere none that has a name which means something to a tool.
 *
 * @param ours files with documents for us
 * @param applied those of them that an engine applies
 */
export const linkProblems = (
  { files, links }: Listing,
  ours: readonly string[],
  applied: readonly string[],
): Problem[] => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const folders = [...new Set(applied.map(folderOf))];

  return links.flatMap((link): Problem[] => {
    const message = messageOf(link, ours, folders, byPath);
    return message === undefined ? [] : [{ file: link.path, message: `this symbolic link ${message}` }];
  });
};

const messageOf = (
  { path, target }: TreeLink,
  ours: readonly string[],
  folders: readonly string[],
  files: ReadonlyMap<string, TreeFile>,
): string | undefined => {
  if (target === undefined) return 'leads out of the tree, where nobody can review what it names: remove it';
  if (ours.some((own) => isUnder(own, target))) {
    return 'leads to documents of Squadkit, which a GitOps engine may apply once more: remove it';
  }
  // A link may also stand for the folder of a squad, or for that of all of them.
  if (isInSquadFolder(`${path}/`) || posix.basename(path) === 'squads' || folders.some((each) => isUnder(path, each))) {
    return 'lies where a GitOps engine applies documents, and engines differ in whether they follow it: put a file in its place, or remove it';
  }
  const isAround = ours.some((own) => isUnder(own, folderOf(path)));
  if (rendererOf(path) !== undefined || isGenerator(path) || (isAround && isBesides(path))) {
    return `has a name that tools look for, and is not followed here: put a file in its place, or remove it`;
  }
  if (!mayHoldDocuments(path)) return undefined;
  const file = files.get(target);
  if (file === undefined) {
    const isFolder = [...files.keys()].some((each) => isUnder(each, target));
    return isFolder ? undefined : 'leads to what is not read here: put a file in its place, or remove it';
  }

  return isHarmless(path, file)
    ? undefined
    : 'makes documents of what it leads to, which is not read as one: put a file in its place, or remove it';
};

/** Whether a file would say nothing to us or to an engine if it had this name; under its own it may be looked at otherwise. */
const isHarmless = (path: string, file: TreeFile): boolean => {
  const { documents, problems } = readTree([{ ...file, path }]);
  const isOfEngineOnlySo = !mayHoldDocuments(file.path) && mentionsEngine(file.read()?.toString('utf8') ?? '');

  return documents.length === 0 && problems.length === 0 && !isOfEngineOnlySo;
};
