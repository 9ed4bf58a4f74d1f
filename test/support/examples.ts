import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../functions/objects/resource.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const filesIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });

/** Every document in a folder of the repository. */
export const documentsIn = (folder: string): KubernetesObject[] =>
  filesIn(join(root, folder))
    .filter((path) => path.endsWith('.yaml') && !path.endsWith('/kustomization.yaml'))
    .sort()
    .flatMap((path) => parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS()));

const isReady = { conditions: [{ type: 'Ready', status: 'True' }] };

/** The example repository with its Zones ready, as requirements find it in a cluster. */
export const exampleRegistry = (): KubernetesObject[] =>
  documentsIn('examples')
    .filter(({ apiVersion }) => apiVersion === 'squadkit.io/v1alpha1')
    .map((object) => (object.kind === 'Zone' ? { ...object, status: isReady } : object));

/** One document of the example repository. */
export const example = (kind: string, name: string): KubernetesObject => {
  const found = exampleRegistry().find((object) => object.kind === kind && object.metadata?.name === name);
  if (found === undefined) throw new Error(`examples/ has no ${kind} ${name}`);

  return found;
};

/** The certificate that the example's zones register for their PostgreSQL servers, in PEM. */
export const exampleCertificate = (): string => {
  const { components } = example('Zone', 'frontier').spec as { components: { postgres?: { caBundle: string } }[] };

  return components.flatMap(({ postgres }) => (postgres ? [postgres.caBundle] : []))[0] as string;
};

/** The one that they register for their clusters: of another authority. */
export const otherCertificate = (): string => {
  const { components } = example('Zone', 'frontier').spec as { components: { kubernetes?: { caBundle: string } }[] };

  return components.flatMap(({ kubernetes }) => (kubernetes ? [kubernetes.caBundle] : []))[0] as string;
};
