import { posix } from 'node:path';
import { asText, isMapping } from '../../objects/record.ts';
import { folderOf, isUnder, mayHoldDocuments } from '../file.ts';
import type { Problem } from '../problem.ts';
import { contentOf, parsedIn } from '../reader/parsed.ts';
import { rendererOf, renderFirst } from './marks.ts';

/** A file of Kustomize, as far as it says what is built. */
interface Kustomization {
  file: string;
  folder: string;
  /** Paths of the tree that it lists. */
  resources: string[];
  /** Paths of the tree that it names anywhere: patches, components, bases. */
  named: string[];
  /** Fields that change what is built, and what it lists that is not in the tree. */
  changes: string[];
  elsewhere: string[];
}

const plainFields = ['apiVersion', 'kind', 'metadata', 'resources'];

/**
 * What Kustomize does to our documents. A kustomization that does nothing but list them is as good as none, if it lists all
 * of them; every other one around them, or out of the tree, is a problem, because its outcome is not in the tree.
 *
 * @param paths every file of the tree
 * @param ours files with documents for us
 * @param textOf what a file says
 */
export const kustomizeProblems = (
  paths: readonly string[],
  ours: readonly string[],
  textOf: (path: string) => string,
): Problem[] => {
  const files = new Set(paths);
  const found = paths.filter((path) => rendererOf(path) === 'Kustomize').map((path) => read(path, textOf(path), files));
  const byFolder = new Map(found.map((each) => [each.folder, each]));
  const twice = listedTwice(found, byFolder, ours);
  const unlisted = new Map<string, Problem>();
  const problems = found.flatMap((kustomization): Problem[] => {
    const { file, folder, named, changes, elsewhere } = kustomization;
    const at = (message: string): Problem[] => [{ file, message }];
    if (elsewhere.length > 0) {
      return at(`what ${JSON.stringify(elsewhere[0])} brings is not in this tree: ${renderFirst}`);
    }
    const listed = reached(kustomization, byFolder);
    const foreign = foreignIn(
      kustomization,
      [...listed].filter((path) => ours.includes(path)),
    );
    if (foreign !== undefined) {
      return at(
        `this lists ${foreign}, which is not in the folder of this squad: let each squad list its own files only`,
      );
    }
    const touched = [folder, ...named].some((path) => ours.some((own) => isUnder(own, path)));
    if (changes.length > 0) {
      return touched || [...listed].some((path) => ours.includes(path))
        ? at(`Kustomize makes other documents of those around it, by ${changes.join(', ')}: ${renderFirst}`)
        : [];
    }
    for (const own of ours.filter((path) => isUnder(path, folder) && !listed.has(path))) {
      unlisted.set(own, {
        file: own,
        message: `${file} does not list this file, so nobody may apply it: list it under resources, or take it out of the tree`,
      });
    }
    return [];
  });

  return [...problems, ...twice, ...unlisted.values()];
};

/** The folder of a squad that a path lies in. */
const squadFolderOf = (path: string): string | undefined => /^(?:.*\/)?squads\/[^/]+(?=\/)/.exec(path)?.[0];

/** The first file outside of a squad's folder that a kustomization in this folder applies. */
const foreignIn = ({ file }: Kustomization, listed: readonly string[]): string | undefined => {
  const own = squadFolderOf(file);

  return own === undefined ? undefined : listed.find((path) => !isUnder(path, own));
};

/** What is listed more than once, in one kustomization, which Kustomize refuses, or in two, so that two apply it. */
const listedTwice = (
  found: readonly Kustomization[],
  byFolder: ReadonlyMap<string, Kustomization>,
  ours: readonly string[],
): Problem[] => {
  const first = new Map<string, string>();

  return found.flatMap(({ file, resources }) =>
    resources.flatMap((path): Problem[] => {
      const before = first.get(path);
      first.set(path, before ?? file);
      const next = byFolder.get(path);
      const isOurs = ours.includes(path) || (next && [...reached(next, byFolder)].some((each) => ours.includes(each)));
      if (before === undefined || isOurs !== true) return [];
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
  const files = new Set(paths);
  const listed = paths
    .filter((path) => rendererOf(path) === 'Kustomize')
    .flatMap((path) => read(path, textOf(path), files).resources);

  return odd
    .filter((path) => !listed.includes(path))
    .map((file) => ({
      file,
      message:
        'Flux takes only files that end in .yaml or .yml, unless a kustomization lists them: rename it if Flux applies this tree',
    }));
};

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isMapping(value) ? Object.values(value).flatMap(textsIn) : [];
};

const read = (file: string, text: string, files: ReadonlySet<string>): Kustomization => {
  const folder = folderOf(file);
  const pathOf = (entry: string): string => posix.join(folder, entry).replace(/\/$/, '').replace(/^\.$/, '');
  const isThere = (entry: string): boolean => {
    const path = pathOf(entry);
    const isFolder = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some((name) =>
      files.has(posix.join(path, name)),
    );
    return (
      !entry.startsWith('/') && !path.startsWith('..') && (isFolder || (files.has(path) && mayHoldDocuments(path)))
    );
  };
  const content = parsed(text);
  if (content === undefined)
    return { file, folder, resources: [], named: [], changes: ['what cannot be read'], elsewhere: [] };

  const resources = textsIn(content.resources);
  const fields = Object.keys(content).filter((field) => !plainFields.includes(field));
  const isOdd = content.kind !== undefined && content.kind !== 'Kustomization';
  // What a patch or a generator says may look like a path, and is none.
  const local = [...resources, ...['bases', 'components'].flatMap((field) => textsIn(content[field]))];

  return {
    file,
    folder,
    resources: resources.map(pathOf),
    named: local.map(pathOf).filter((path) => path !== '' || folder !== ''),
    changes: isOdd ? [`kind ${asText(content.kind)}`, ...fields] : fields,
    elsewhere: local.filter((entry) => !isThere(entry)),
  };
};

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    const [document, ...more] = parsedIn(text);
    const content = document === undefined || document.errors.length > 0 ? undefined : contentOf(document);
    return more.length === 0 && isMapping(content) ? content : undefined;
  } catch {
    return undefined;
  }
};

/** The files that a kustomization lists, with those that the kustomizations list that it lists. */
const reached = (from: Kustomization, byFolder: ReadonlyMap<string, Kustomization>): Set<string> => {
  const files = new Set<string>();
  const seen = new Set<Kustomization>();
  const walk = (kustomization: Kustomization): void => {
    if (seen.has(kustomization)) return;
    seen.add(kustomization);
    for (const path of kustomization.resources) {
      const next = byFolder.get(path);
      if (next === undefined) files.add(path);
      else walk(next);
    }
  };
  walk(from);

  return files;
};
