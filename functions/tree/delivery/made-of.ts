import { createHash } from 'node:crypto';
import { folderOf, type TreeFile } from '../file.ts';
import type { Kustomization } from '../rendering/kustomization.ts';
import type { Reach } from '../rendering/reach.ts';
import { mayDecide } from './named.ts';

/** Of more than these not each is looked at by itself: then all files count for all. */
const mostMakers = 300;

/**
 * All that kustomizations may make something of, each as one number that is another once anything of that is: its folder, and
 * what it lists.
 */
export const madeOf = (
  makers: readonly Kustomization[],
  reach: Reach,
  files: readonly TreeFile[],
): Map<Kustomization, string> => {
  const hashes = new Map<TreeFile, string>();
  const ofFile = (file: TreeFile): string => {
    const known = hashes.get(file);
    if (known !== undefined) return known;
    // What is in others is not kept of a commit.
    const hash = mayDecide(file.path) ? hashOf([file.read() ?? '']) : '';
    hashes.set(file, hash);

    return hash;
  };
  const ofAll = (some: readonly TreeFile[]): string =>
    hashOf(some.flatMap((file) => [JSON.stringify(file.path), ofFile(file)]));
  if (makers.length > mostMakers) {
    const all = ofAll(files);
    return new Map(makers.map((maker) => [maker, all]));
  }

  return new Map(
    makers.map((maker) => {
      const { listed, kustomizations } = reach.from(maker);
      const folders = new Set([maker, ...kustomizations].flatMap(({ folder, named }) => [folder, ...named]));
      const isInside = (path: string): boolean => {
        for (let folder = folderOf(path); ; folder = folderOf(folder)) {
          if (folders.has(folder)) return true;
          if (folder === '') return false;
        }
      };

      return [maker, ofAll(files.filter(({ path }) => listed.has(path) || isInside(path)))];
    }),
  );
};

const hashOf = (parts: readonly (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
