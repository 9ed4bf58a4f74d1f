import { foldersAbove } from '../file.ts';
import type { Reach } from '../rendering/reach.ts';
import type { EngineObject } from './objects.ts';

/** Who applies each file, by the folder that is named, or by what its kustomization lists. */
export const appliedBy = (
  ours: readonly string[],
  reach: Reach,
  objects: readonly EngineObject[],
): ReadonlyMap<string, readonly string[]> => {
  const byPath = new Map<string, EngineObject[]>();
  for (const object of objects) {
    for (const path of object.paths ?? []) byPath.set(path, [...(byPath.get(path) ?? []), object]);
  }
  const listing = [...byPath].flatMap(([path, appliers]) => {
    const kustomization = reach.at(path);
    return kustomization === undefined
      ? []
      : [{ ids: appliers.map(({ id }) => id), listed: reach.from(kustomization).listed }];
  });

  return new Map(
    ours.map((file) => {
      const ids = listing.flatMap((each) => (each.listed.has(file) ? each.ids : []));
      const byFolder = foldersAbove(file).flatMap((folder, above) =>
        (reach.at(folder) === undefined ? (byPath.get(folder) ?? []) : [])
          .filter(({ isDeep }) => isDeep || above === 0)
          .map(({ id }) => id),
      );

      return [file, [...ids, ...byFolder]];
    }),
  );
};
