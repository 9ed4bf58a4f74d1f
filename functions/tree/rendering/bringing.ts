import { readKustomization } from './kustomization.ts';
import { rendererOf } from './marks.ts';
import { reachOf } from './reach.ts';

/**
 * Whether the kustomization of a folder, with all that it lists, brings one of our files.
 *
 * @param paths every file
 * @param ours files with documents for us
 * @param textOf what a file says
 */
export const bringing = (
  paths: readonly string[],
  ours: readonly string[],
  textOf: (path: string) => string,
): ((folder: string) => boolean) => {
  const [files, own] = [new Set(paths), new Set(ours)];
  const reach = reachOf(
    paths
      .filter((path) => rendererOf(path) === 'Kustomize')
      .map((path) => readKustomization(path, textOf(path), files)),
  );

  return (folder) => {
    const kustomization = reach.at(folder);
    if (kustomization === undefined) return false;
    const { listed, isEndless } = reach.from(kustomization);

    return isEndless || [...listed].some((path) => own.has(path));
  };
};
