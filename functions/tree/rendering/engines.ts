import { posix } from 'node:path';
import { asText, isMapping } from '../../objects/record.ts';
import { isInSquadFolder, isUnder } from '../file.ts';
import type { Problem } from '../problem.ts';
import { positionIn } from '../reader/lines.ts';
import { contentOf, parsedIn, unreadable } from '../reader/parsed.ts';
import { isOpenTo } from './made.ts';
import { renderFirst } from './marks.ts';

/** Fields of a Flux Kustomization that change what it applies (kustomize.toolkit.fluxcd.io/v1, Flux 2.7). */
const fluxChanges = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'postBuild',
  'targetNamespace',
  'namePrefix',
  'nameSuffix',
  'components',
  'images',
  'ignoreMissingComponents',
  'decryption',
];
/** Fields of a source of an Argo CD Application that change what it applies (argoproj.io/v1alpha1, Argo CD 3.2). */
const argoChanges = ['kustomize', 'helm', 'plugin', 'chart'];

/**
 * What Flux and Argo CD are told, by documents of the same tree, to make of our documents before they apply them.
 *
 * @param ours files with documents for us
 * @param bringsOurs whether the kustomization of a folder lists some of them
 */
export const engineProblems = (
  file: string,
  text: string,
  ours: readonly string[],
  bringsOurs: (folder: string) => boolean,
): Problem[] => {
  const doubt = unreadable(text);
  if (doubt !== undefined) {
    const message = `this speaks of what a GitOps engine does, and cannot be read as YAML: ${doubt.message}`;
    return [{ file, ...positionIn(text, doubt.offset), message }];
  }

  return changedByEngines(file, text)
    .filter(({ paths }) =>
      paths.some((path) => bringsOurs(path) || ours.some((own) => isUnder(own, path) || isUnder(path, own))),
    )
    .map(({ message, isApart }) => ({ file, message, ...(isApart && { isApart }) }));
};

/** What engines are told to change when they apply folders, whosever they are, by a text that can be read. */
export const changedByEngines = (file: string, text: string): (Problem & { paths: string[] })[] =>
  objectsOf(text).flatMap((object) => {
    const changes = changesOf(object);
    const fields = changes.map(({ field }) => field).join(', ');
    const message = `${asText(object.kind)} changes documents when it applies them, by ${fields}: ${renderFirst}`;

    // A chart of elsewhere makes nothing of a folder.
    const isApart = !isInSquadFolder(file) && changes.every(({ ofChart }) => ofChart);

    return changes.length === 0
      ? []
      : [{ file, message, paths: [...new Set(changes.map(({ path }) => path))], ...(isApart && { isApart }) }];
  });

/** Engines that are told to make any document of something that is none of ours: by patches, wherever they stand in an object. */
export const madeByEngines = (file: string, text: string): Problem[] =>
  objectsOf(text).flatMap(({ apiVersion, kind, spec }) =>
    /(^|[.])(fluxcd|argoproj)[.]/.test(asText(apiVersion)) && patchesIn(spec).some(isOpenTo)
      ? [{ file, message: `${asText(kind)} may make any document here, by patches: ${renderFirst}` }]
      : [],
  );

const patchesIn = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value.flatMap(patchesIn);
  if (!isMapping(value)) return [];

  return Object.entries(value).flatMap(([field, entry]) => (/^patches/.test(field) ? [entry] : patchesIn(entry)));
};

/**
 * All objects of a text, those of lists among them, and those that another one would make of what stands in it, as an Object of
 * provider-kubernetes does; none of what cannot be read, which `unreadProblems` tells.
 */
export const objectsOf = (text: string): Record<string, unknown>[] => {
  try {
    // Whatever one of the readers of YAML may take: keys twice, keys that are merged in, what is listed.
    return parsedIn(text, { merge: true, uniqueKeys: false })
      .filter(({ errors }) => errors.length === 0)
      .flatMap((document) => listed(contentOf(document)));
  } catch {
    return [];
  }
};

/** An object with those in it, or those of a list of whatever kind. */
const listed = (object: unknown): Record<string, unknown>[] => {
  if (!isMapping(object)) return [];
  if (Array.isArray(object.items)) return object.items.flatMap(listed);

  return [object, ...within(Object.values(object))];
};

/**
 * Whole objects at any place: what only names one has no `spec`. Kyverno has it one deeper (generate.data). What is there by
 * an alias is looked at once, and may hold itself.
 */
const within = (values: unknown[]): Record<string, unknown>[] => {
  const found: Record<string, unknown>[] = [];
  const seen = new Set<unknown>();
  for (const left = [...values]; left.length > 0; ) {
    const value = left.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    left.push(...Object.values(value));
    if (!isMapping(value)) continue;
    const spec = value.spec ?? (isMapping(value.data) ? value.data.spec : undefined);
    const isWhole = typeof value.apiVersion === 'string' && typeof value.kind === 'string' && isMapping(spec);
    if (isWhole) found.push({ ...value, spec });
  }

  return found;
};

/** Whether what Flux puts on everything that it applies says more than to whom it belongs. */
const isTelling = (metadata: unknown): boolean =>
  isMapping(metadata) &&
  (metadata.annotations !== undefined ||
    /squadkit\.io|crossplane\.io|fluxcd\.io|argoproj\.io/.test(JSON.stringify(metadata.labels) ?? ''));

interface Change {
  field: string;
  /** The folder that is applied; one that is not said is all of the tree. */
  path: string;
  /** Whether it is of a chart of elsewhere alone. */
  ofChart?: boolean;
}

/** What is put in later, or stands for several. */
const filledIn = /[{$*?[]/;

/**
 * From the top of the tree, without a slash at the end; all of the tree if it is not said. Of what is filled in later the folders
 * before it.
 */
export const pathOf = (path: unknown): string => {
  if (typeof path !== 'string') return '';
  const at = path.search(filledIn);
  const plain = at === -1 ? path : path.slice(0, path.lastIndexOf('/', at) + 1);

  return posix.join('/', plain).slice(1).replace(/\/$/, '');
};

/** Where an object leads: what is filled in may lead out of its folder again, if it can hold two dots. */
const leadsTo = (path: unknown, object: unknown): string =>
  typeof path === 'string' && filledIn.test(path) && (JSON.stringify(object) ?? '').includes('..') ? '' : pathOf(path);

const changesOf = ({ apiVersion, kind, spec }: Record<string, unknown>): Change[] => {
  const group = asText(apiVersion).split('/')[0] ?? '';
  if (!isMapping(spec)) return [];
  if (group === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization') {
    return [
      ...fluxChanges.filter((field) => spec[field] !== undefined),
      // What cannot be changed is deleted and made again: a Service with its access.
      ...(spec.force === true ? ['force'] : []),
      ...(isTelling(spec.commonMetadata) ? ['commonMetadata'] : []),
    ].map((field) => ({ field, path: leadsTo(spec.path, spec) }));
  }
  if (group !== 'argoproj.io') return [];

  return sourcesOf(spec).flatMap((source) => {
    const directory = isMapping(source.directory) ? source.directory : {};
    const fields = [
      ...argoChanges.filter((field) => source[field] !== undefined),
      ...['jsonnet', 'include', 'exclude']
        .filter((field) => directory[field] !== undefined)
        .map((field) => `directory.${field}`),
    ];
    const ofChart = source.path === undefined && source.chart !== undefined;
    return fields.map((field) => ({ field, path: leadsTo(source.path, spec), ofChart }));
  });
};

/** What an Application, or the template of an ApplicationSet, is told: each source, and when it is synced by itself. */
export const applications = ({
  apiVersion,
  kind,
  spec,
}: Record<string, unknown>): { source: Record<string, unknown>; automated: unknown }[] => {
  if (!asText(apiVersion).startsWith('argoproj.io/') || !isMapping(spec)) return [];
  const template = isMapping(spec.template) ? spec.template.spec : undefined;
  const told = kind === 'Application' ? spec : kind === 'ApplicationSet' ? template : undefined;
  if (!isMapping(told)) return [];
  const automated = isMapping(told.syncPolicy) ? told.syncPolicy.automated : undefined;

  return sourcesOf(told).map((source) => ({ source, automated }));
};

/** Whether a source of an Application is applied with the folders in it. */
export const looksIntoFolders = ({ directory }: Record<string, unknown>): boolean =>
  isMapping(directory) && directory.recurse === true;

/** Sources of an Application, and of the template of an ApplicationSet, wherever they stand. */
export const sourcesOf = (value: unknown): Record<string, unknown>[] => {
  if (Array.isArray(value)) return value.flatMap(sourcesOf);
  if (!isMapping(value)) return [];

  return Object.entries(value).flatMap(([field, entry]) => {
    if (field === 'source' && isMapping(entry)) return [entry];
    if (field === 'sources' && Array.isArray(entry)) return entry.filter(isMapping);
    return sourcesOf(entry);
  });
};
