import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Cluster } from '../kubernetes.ts';
import type { KubernetesObject } from '../objects.ts';
import { repository } from '../state.ts';

/** Every object in the YAML files of a folder, sorted by their names, or in one file. What is for Kustomize is no object. */
export const objectsIn = (path: string): KubernetesObject[] => {
  const files = path.endsWith('.yaml')
    ? [path]
    : readdirSync(path)
        .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
        .sort()
        .map((name) => join(path, name));

  return files
    .flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')))
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
};

/** Applies every object in the YAML files of a directory of the clone. */
export const applyFiles = async (cluster: Cluster, directory: string): Promise<void> => {
  const path = join(repository, directory);
  if (existsSync(path)) await applyFile(cluster, path);
};

/** Applies every object in a YAML file, or in those of a folder. */
export const applyFile = async (cluster: Cluster, path: string): Promise<void> => {
  for (const object of objectsIn(path)) await cluster.apply(object);
};
