import { folderOf } from '../file.ts';
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
      for (let folder = folderOf(file); ; folder = folderOf(folder)) {
        const appliers = reach.at(folder) === undefined ? (byPath.get(folder) ?? []) : [];
        ids.push(...appliers.flatMap(({ id, isDeep }) => (isDeep || folder === folderOf(file) ? [id] : [])));
        if (folder === '') break;
      }

      return [file, ids];
    }),
  );
};
