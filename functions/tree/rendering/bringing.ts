import { kustomizationsIn } from './kustomization.ts';
import { type Reach, reachOf } from './reach.ts';

/** Whether the kustomization of a folder, with all that it lists, brings one of our files. */
export const bringing = (reach: Reach, ours: readonly string[]): ((folder: string) => boolean) => {
  const own = new Set(ours);

  return (folder) => {
    const kustomization = reach.at(folder);
    if (kustomization === undefined) return false;
    const { listed, isEndless } = reach.from(kustomization);

    return isEndless || [...listed].some((path) => own.has(path));
  };
};

/** The same of the kustomizations of a tree, which are read once somebody asks. */
export const bringingIn = (
  paths: readonly string[],
  ours: readonly string[],
  textOf: (path: string) => string,
): ((folder: string) => boolean) => {
  let known: ((folder: string) => boolean) | undefined;

  return (folder) => {
    known ??= bringing(reachOf(kustomizationsIn(paths, textOf)), ours);
    return known(folder);
  };
};
