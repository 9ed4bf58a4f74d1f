import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TreeDocument } from './document.ts';
import { folderOf } from './file.ts';

/**
 * Squads' folders whose last file goes, in a sentence each. Git has no empty folders, and a GitOps engine that does not
 * find its folder removes nothing: the Services would live on (kustomize-controller v1.9.6: "kustomization path not found").
 *
 * @param directory the tree as it is to be
 * @param before what was in it
 */
export const emptiedFolders = (directory: string, before: TreeDocument[]): string[] => {
  const folders = before
    .filter(({ object }) => object.kind === 'Service')
    .flatMap(({ object, file, tree }) => {
      const folder = folderOf(relative(tree, file));
      return folder.split('/').at(-1) === object.metadata?.namespace ? [folder] : [];
    });

  return [...new Set(folders)]
    .sort()
    .filter((folder) => !hasFile(join(directory, folder)))
    .map(
      (folder) =>
        `${folder} has no file left, and Git keeps no empty folder: Flux and Argo CD would not find it and remove nothing; leave a file there, such as a README.md`,
    );
};

const hasFile = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());
