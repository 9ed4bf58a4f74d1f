import { createHash } from 'node:crypto';
import { isUnder, type TreeFile } from '../file.ts';
import type { Kustomization } from '../rendering/kustomization.ts';
import type { Reach } from '../rendering/reach.ts';

/** All that a kustomization may make something of: its folder, and what it lists. */
export const madeOf = (
  kustomization: Kustomization,
  reach: Reach,
  files: readonly TreeFile[],
): Record<string, unknown> => {
  const { listed, kustomizations } = reach.from(kustomization);
  const folders = [kustomization, ...kustomizations].flatMap(({ folder, named }) => [folder, ...named]);
  const isOf = (path: string): boolean => listed.has(path) || folders.some((folder) => isUnder(path, folder));

  return Object.fromEntries(
    files.filter(({ path }) => isOf(path)).map(({ path, read }) => [path, hashOf(read() ?? Buffer.alloc(0))]),
  );
};

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
