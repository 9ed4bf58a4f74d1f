import { isInSquadFolder, isUnder } from '../file.ts';
import type { Problem } from '../problem.ts';
import { type Kustomization, kustomizationsIn, namesOfKustomizations } from './kustomization.ts';
import { anythingMadeBy } from './made.ts';
import { renderFirst } from './marks.ts';
import { type Reach, reachOf } from './reach.ts';

/**
 * What Kustomize does to our documents, or makes beside them. A kustomization that does nothing but list them is as good as none,
 * if it lists all of them; every other one around them, where an engine looks, or out of the tree, is a problem, because its
 * outcome is not in the tree. Elsewhere it is one if it may make documents of ours.
 *
 * @param paths every file of the tree
 * @param ours files with documents for us
 * @param applied folders that an engine applies for them
 * @param textOf what a file says
 */
export const kustomizeProblems = (
  paths: readonly string[],
  ours: readonly string[],
  applied: readonly string[],
  textOf: (path: string) => string,
): Problem[] => {
  const files = new Set(paths);
  const own = new Set(ours);
  const found = kustomizationsIn(paths, textOf);
  const reach = reachOf(found);
  const twice = listedTwice(found, reach, (path) => own.has(path) || isInSquadFolder(path));
  const unlisted = new Map<string, Problem>();
  const problems = found.flatMap((kustomization): Problem[] => {
    const { file, folder, elsewhere } = kustomization;
    const at = (message: string): Problem[] => [{ file, message }];
    const { listed, kustomizations, circle, isEndless } = reach.from(kustomization);
    const oursListed = [...listed].filter((path) => own.has(path));
    // Where an engine looks, all that is made counts; around that, what is made of ours.
    const isWhereApplied = isInSquadFolder(file) || applied.some((each) => isUnder(folder, each));
    const isAround = [folder, ...kustomization.named].some((path) => ours.some((each) => isUnder(each, path)));
    const isApart = (!isWhereApplied && !isAround && oursListed.length === 0) || undefined;
    if (elsewhere.length > 0) {
      const message = `what ${JSON.stringify(elsewhere[0])} brings is not in this tree: ${renderFirst}`;
      return [{ file, message, ...(isApart && { isApart }) }];
    }
    if (isEndless) return at('kustomizations list each other too often here to be followed: list fewer of them');
    const foreign = foreignIn(kustomization, oursListed);
    if (foreign !== undefined) {
      return at(
        `this lists ${foreign}, which is not in the folder of this squad: let each squad list its own files only`,
      );
    }
    if (isApart) {
      const fields = anythingMadeBy(kustomization, textOf);
      return fields.length === 0
        ? []
        : [{ file, isApart, message: `Kustomize may make any document here, by ${fields.join(', ')}: ${renderFirst}` }];
    }
    const refused = refusalOf(kustomization, files, circle);
    if (refused !== undefined) return at(`Kustomize ${refused}`);
    if (kustomization.changes.length > 0) {
      return at(
        `Kustomize makes other documents of those around it, by ${kustomization.changes.join(', ')}: ${renderFirst}`,
      );
    }
    const brought = isWhereApplied ? kustomizations.find(({ changes }) => changes.length > 0) : undefined;
    if (brought !== undefined) {
      return at(
        `this lists ${brought.folder || 'all of the tree'}, where Kustomize makes documents by ${brought.changes.join(', ')}: ${renderFirst}`,
      );
    }
    for (const each of ours.filter((path) => isUnder(path, folder) && !listed.has(path))) {
      unlisted.set(each, {
        file: each,
        message: `${file} does not list this file, so nobody may apply it: list it under resources, or take it out of the tree`,
      });
    }
    return [];
  });

  return [...problems, ...twice, ...unlisted.values()];
};

/** Why Kustomize builds nothing of a folder: how it is written, what lies beside it, and what it lists. */
const refusalOf = (
  { file, folder, refused }: Kustomization,
  files: ReadonlySet<string>,
  circle: Kustomization | undefined,
): string | undefined => {
  if (refused !== undefined) return refused;
  const others = namesOfKustomizations
    .map((name) => (folder === '' ? name : `${folder}/${name}`))
    .filter((path) => path !== file && files.has(path));
  if (others.length > 0) return `takes one kustomization of a folder, and there is ${others[0]} too: keep one`;

  return circle === undefined ? undefined : `refuses a circle, and ${circle.file} lists what lists it: take one out`;
};

/** The folder of a squad that a path lies in. */
const squadFolderOf = (path: string): string | undefined => /^(?:.*\/)?squads\/[^/]+(?=\/)/.exec(path)?.[0];

/** The first file outside of a squad's folder that a kustomization in this folder applies. */
const foreignIn = ({ file }: Kustomization, listed: readonly string[]): string | undefined => {
  const own = squadFolderOf(file);

  return own === undefined ? undefined : listed.find((path) => !isUnder(path, own));
};

/** What is listed more than once, in one kustomization, which Kustomize refuses, or in two, so that two apply it. */
const listedTwice = (found: readonly Kustomization[], reach: Reach, isOurs: (path: string) => boolean): Problem[] => {
  const first = new Map<string, string>();

  return found.flatMap(({ file, resources }) =>
    resources.flatMap((path): Problem[] => {
      const before = first.get(path);
      first.set(path, before ?? file);
      if (before === undefined) return [];
      const next = reach.at(path);
      const isTold = isOurs(path) || (next !== undefined && [...reach.from(next).listed].some(isOurs));
      if (!isTold) return [];
      const where = before === file ? 'twice' : `, and so does ${before}`;

      return [{ file, message: `this lists ${path}${before === file ? ' ' : ''}${where}: list it once, in one place` }];
    }),
  );
};

/**
 * Files of ours that Flux passes over: where no kustomization lists them, it takes what ends in .yaml and .yml, in small
 * letters (fluxcd/pkg/kustomize v1.35.7, scanManifests); Argo CD and kubectl take .json too.
 */
export const passedOverProblems = (
  paths: readonly string[],
  ours: readonly string[],
  textOf: (path: string) => string,
): Problem[] => {
  const odd = ours.filter((path) => !/\.ya?ml$/.test(path));
  if (odd.length === 0) return [];
  const listed = kustomizationsIn(paths, textOf).flatMap(({ resources }) => resources);

  return odd
    .filter((path) => !listed.includes(path))
    .map((file) => ({
      file,
      message:
        'Flux takes only files that end in .yaml or .yml, unless a kustomization lists them: rename it if Flux applies this tree',
    }));
};
