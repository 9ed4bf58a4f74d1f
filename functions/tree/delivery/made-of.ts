import { foldersAbove } from '../file.ts';
import type { Kustomization } from '../rendering/kustomization.ts';
import type { Reach } from '../rendering/reach.ts';
import type { Inputs } from './inputs.ts';

/** Of more than these not each is looked at by itself: then all files count for all. */
const mostMakers = 300;

/**
 * All that kustomizations may make something of, each as one number that is another once anything of that is: its folder, and
 * what it lists.
 */
export const madeOf = (
  makers: readonly Kustomization[],
  reach: Reach,
  paths: readonly string[],
  inputs: Inputs,
): [file: string, number: string][] => {
  if (makers.length > mostMakers) {
    const all = inputs.of(paths);
    return makers.map(({ file }) => [file, all]);
  }

  return makers.map((maker) => {
    const { listed, kustomizations } = reach.from(maker);
    const folders = new Set([maker, ...kustomizations].flatMap(({ folder, named }) => [folder, ...named]));
    const isOf = (path: string): boolean =>
      listed.has(path) || foldersAbove(path).some((folder) => folders.has(folder));

    return [maker.file, inputs.of(paths.filter(isOf))];
  });
};
