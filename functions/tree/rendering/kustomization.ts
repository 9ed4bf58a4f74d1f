import { posix } from 'node:path';
import { asText, isMapping, isTexts, textsIn } from '../../objects/record.ts';
import { folderOf, isInSquadFolder, isUnder, mayHoldDocuments } from '../file.ts';
import { contentOf, parsedIn } from '../reader/parsed.ts';
import { rendererOf } from './marks.ts';

/** A file of Kustomize, as far as it says what is built. */
export interface Kustomization {
  file: string;
  folder: string;
  /** What it says; undefined if that cannot be read. */
  content: Record<string, unknown> | undefined;
  /** Paths of the tree that it lists. */
  resources: string[];
  /** Paths of the tree that it names anywhere: components, bases. */
  named: string[];
  /** Fields that change what is built, and what it lists that is not in the tree. */
  changes: string[];
  elsewhere: string[];
  /** Why Kustomize refuses it, and builds nothing of its folder. */
  refused: string | undefined;
}

const plainFields = ['apiVersion', 'kind', 'metadata', 'resources'];

/** Names of which Kustomize takes the first that is there, and refuses a second one. */
export const namesOfKustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Where Kustomize, and what it was made from, look for a repository without being told a scheme. */
const isHost = /^(www\.)?(github\.com|gitlab\.com|bitbucket\.org)$/i;

/**
 * Whether an entry can mean nothing but a path. Kustomize takes what may be a repository for one, whatever lies beside it (api 0.21,
 * internal/git/repospec.go): by a scheme, a user, a host that it knows, `.git`, `_git` or a query. Two slashes alone are one.
 */
export const isLocal = (entry: string): boolean => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (entry === '' || /[:@?%\\\u0000-\u001f]|^\/|^\s|\s$/.test(entry)) return false;
  const parts = entry.split('/');

  return !isHost.test(parts[0] ?? '') && !parts.some((part) => /^(_git|.*\.git)$/i.test(part));
};

/** What all files of Kustomize say, in a tree of these files. */
export const kustomizationsIn = (paths: readonly string[], textOf: (path: string) => string): Kustomization[] => {
  const files = new Set(paths);

  return paths
    .filter((path) => rendererOf(path) === 'Kustomize')
    .map((path) => readKustomization(path, textOf(path), files));
};

/** What a file of Kustomize says, in a tree of these files. */
export const readKustomization = (file: string, text: string, files: ReadonlySet<string>): Kustomization => {
  const folder = folderOf(file);
  const pathOf = (entry: string): string => posix.join(folder, entry).replace(/\/$/, '').replace(/^\.$/, '');
  const isThere = (entry: string): boolean => {
    const path = pathOf(entry);
    const isFolder = namesOfKustomizations.some((name) => files.has(posix.join(path, name)));
    return isLocal(entry) && !path.startsWith('..') && (isFolder || (files.has(path) && mayHoldDocuments(path)));
  };
  const content = parsed(text);
  if (content === undefined)
    return {
      ...{ file, folder, content, resources: [], named: [], elsewhere: [] },
      changes: ['what cannot be read'],
      refused: undefined,
    };

  const resources = textsIn(content.resources);
  const fields = Object.keys(content).filter((field) => !plainFields.includes(field));
  const isOdd = content.kind !== undefined && content.kind !== 'Kustomization';
  // What a patch or a generator says may look like a path, and is none.
  const local = [...resources, ...['bases', 'components'].flatMap((field) => textsIn(content[field]))];
  // Flux takes such a file, kubectl and Argo CD do not. In a squad's folder Flux has it by itself, and refuses it a second time.
  const isOutside = (entry: string): boolean => files.has(pathOf(entry)) && !isUnder(pathOf(entry), folder);
  const outside = isInSquadFolder(file) ? resources.find(isOutside) : undefined;

  return {
    file,
    folder,
    content,
    resources: resources.map(pathOf),
    named: local.map(pathOf).filter((path) => path !== '' || folder !== ''),
    changes: isOdd ? [`kind ${asText(content.kind)}`, ...fields] : fields,
    elsewhere: local.filter((entry) => !isThere(entry)),
    refused:
      refusedForm(content) ??
      (outside === undefined
        ? undefined
        : `takes no file from outside of the folder of its kustomization, as ${outside} is: list the folder that it is in`),
  };
};

/** A file is decoded strictly (api 0.21, types/kustomization.go: Unmarshal, EnforceFields). */
const refusedForm = (content: Record<string, unknown>): string | undefined => {
  const { apiVersion, kind, metadata, resources } = content;
  if (Object.keys(content).every((field) => ['apiVersion', 'kind', 'metadata'].includes(field))) {
    return 'refuses one that says nothing, and builds nothing of what it lies in: list what there is, or take it out';
  }
  const version = kind === 'Component' ? 'v1alpha1' : 'v1beta1';
  if (!['', `kustomize.config.k8s.io/${version}`].includes((apiVersion ?? '') as string)) {
    return `knows no apiVersion ${asText(apiVersion, 'of that type')}: write kustomize.config.k8s.io/${version}`;
  }
  if (resources != null && !(Array.isArray(resources) && resources.every((each) => typeof each === 'string'))) {
    return 'takes only a list of texts for resources: write one';
  }

  return metadata == null || isMetadata(metadata)
    ? undefined
    : 'takes only name, namespace, labels and annotations in metadata, all text: leave the others out';
};

const isMetadata = (metadata: unknown): boolean =>
  isMapping(metadata) &&
  Object.keys(metadata).every((field) => ['name', 'namespace', 'labels', 'annotations'].includes(field)) &&
  [metadata.name, metadata.namespace].every((value) => typeof (value ?? '') === 'string') &&
  [metadata.labels, metadata.annotations].every((value) => isTexts(value ?? undefined));

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    const [document, ...more] = parsedIn(text);
    const content = document === undefined || document.errors.length > 0 ? undefined : contentOf(document);
    return more.length === 0 && isMapping(content) ? content : undefined;
  } catch {
    return undefined;
  }
};
