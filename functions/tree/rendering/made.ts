import { posix } from 'node:path';
import { isMapping } from '../../objects/record.ts';
import { mayHoldDocuments } from '../file.ts';
import { mentions, mentionsGroup, unescaped } from '../reader/mention.ts';
import { contentOf, parsedIn } from '../reader/parsed.ts';
import { isLocal, type Kustomization } from './kustomization.ts';

/**
 * Fields by which Kustomize makes other documents than a reader sees, but none of another apiVersion or kind than stands in the
 * tree. Kustomize takes no case of letters for a difference: what is spelled otherwise is not among them.
 */
const harmless = [
  ...['apiVersion', 'kind', 'metadata', 'resources', 'bases', 'components', 'namespace', 'namePrefix', 'nameSuffix'],
  ...['labels', 'commonLabels', 'commonAnnotations', 'images', 'replicas', 'generatorOptions', 'buildMetadata'],
  ...['sortOptions', 'openapi', 'configMapGenerator', 'secretGenerator', 'patches', 'patchesJson6902'],
  ...['patchesStrategicMerge', 'replacements'],
];

/**
 * Fields by which a kustomization may make any document, ours among them, of something that is none: programs, charts and what
 * is fetched, and what changes what a document is. Of those that may, it says which does.
 */
export const anythingMadeBy = (kustomization: Kustomization, textOf: (path: string) => string): string[] => {
  const { content, folder } = kustomization;
  if (content === undefined) return [];
  const isOpen = (field: string, value: unknown): boolean => {
    if (!harmless.includes(field)) return true;
    if (field.startsWith('patches')) return asList(value).some((patch) => isOpenPatch(patch, folder, textOf));
    if (field === 'replacements') return asList(value).some((each) => !isOnlyInside(each));
    return field === 'openapi' || field.endsWith('Generator') ? filesIn(value).some((path) => !isLocal(path)) : false;
  };
  const fields = Object.entries(content).flatMap(([field, value]) => (isOpen(field, value) ? [field] : []));

  return unescaped(JSON.stringify(content)).includes('allowKindChange')
    ? [...new Set([...fields, 'allowKindChange'])]
    : fields;
};

/** Whether one of the patches that an engine is told may make a document ours of something that is none. */
export const isOpenTo = (patches: unknown): boolean =>
  asList(patches).some((patch) => isOpenPatch(patch, '', () => ''));

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** Paths of files of generators, without the names that the files get. */
const filesIn = (value: unknown): string[] =>
  asList(value).flatMap((each) =>
    isMapping(each)
      ? ['path', 'files', 'env', 'envs'].flatMap((field) =>
          asList(each[field] ?? []).flatMap((path) =>
            typeof path === 'string' ? [path.slice(path.indexOf('=') + 1)] : [],
          ),
        )
      : [],
  );

const isOpenPatch = (patch: unknown, folder: string, textOf: (path: string) => string): boolean => {
  const [inline, path] = isMapping(patch)
    ? [patch.patch, patch.path]
    : typeof patch === 'string' && /[\n{]/.test(patch)
      ? [patch, undefined]
      : [undefined, patch];
  if (typeof inline === 'string' && path === undefined) return changesWhatItIs(inline);
  if (typeof path !== 'string' || inline !== undefined || !isLocal(path) || !mayHoldDocuments(path)) return true;

  return changesWhatItIs(textOf(posix.join(folder, path)));
};

/** Whether a patch may make a document ours: it names us, allows another kind, or sets what says what a document is. */
const changesWhatItIs = (text: string): boolean => {
  if (mentions(text) || mentionsGroup(text) || text.includes('!')) return true;
  if (unescaped(text).includes('allowKindChange')) return true;
  try {
    const documents = parsedIn(text);
    if (documents.length === 0 || documents.some(({ errors }) => errors.length > 0)) return true;
    return documents.map(contentOf).some((content) => Array.isArray(content) && content.some(isIdentity));
  } catch {
    return true;
  }
};

const isIdentity = (operation: unknown): boolean =>
  !isMapping(operation) || typeof operation.path !== 'string' || /^\/?(apiVersion|kind)?\/?$/.test(operation.path);

/** Whether a replacement is put only inside of what a document says, and not where it says what it is. */
const isOnlyInside = (replacement: unknown): boolean =>
  isMapping(replacement) &&
  replacement.path === undefined &&
  asList(replacement.targets).every(
    (target) =>
      isMapping(target) &&
      asList(target.fieldPaths).every(
        (path) => typeof path === 'string' && /^(spec|data|stringData|metadata)[.[]/.test(path),
      ),
  );
