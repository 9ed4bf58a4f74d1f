import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Cluster } from '../kubernetes.ts';
import type { KubernetesObject } from '../objects.ts';
import { repository } from '../state.ts';

/** Applies every object in the YAML files of a directory of the clone. */
export const applyFiles = async (cluster: Cluster, directory: string): Promise<void> => {
  const path = join(repository, directory);
  if (!existsSync(path)) return;
  for (const file of readdirSync(path)
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .sort()) {
    await applyFile(cluster, join(path, file));
  }
};

/** Applies every object in a YAML file. */
export const applyFile = async (cluster: Cluster, path: string): Promise<void> => {
  for (const document of parseAllDocuments(readFileSync(path, 'utf8'))) {
    const object = document.toJS() as KubernetesObject | null;
    if (object) await cluster.apply(object);
  }
};
