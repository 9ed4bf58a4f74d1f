import { asText, isMapping } from '../../objects/record.ts';
import { folderOf, isUnder } from '../file.ts';
import type { Problem } from '../problem.ts';
import { unreadable } from '../reader/parsed.ts';
import { applications, looksIntoFolders, objectsOf, pathOf } from './engines.ts';
import { rendererOf } from './marks.ts';

/** A folder that an engine applies, and what it does not do there. */
interface Delivery {
  file: string;
  /** `Kustomization apps`. */
  name: string;
  path: string;
  /** Whether folders in it are applied too. */
  isDeep: boolean;
  idle: string[];
}

/**
 * What Flux and Argo CD are told not to do, by documents of the same tree: a plan says what a commit makes of a cluster, and with
 * these it makes nothing, or takes nothing away (kustomize.toolkit.fluxcd.io/v1, Flux 2.7; argoproj.io/v1alpha1, Argo CD 3.2).
 *
 * @param texts what speaks of engines
 * @param ours files with documents that an engine applies
 * @param paths all files of the tree
 */
export const idleEngines = (
  texts: { file: string; text: string }[],
  ours: readonly string[],
  paths: readonly string[],
): Problem[] => {
  const deliveries = texts
    // That is told by `engineProblems`.
    .filter(({ text }) => unreadable(text) === undefined)
    .flatMap(({ file, text }) => objectsOf(text).flatMap((object) => deliveriesOf(file, object)));
  const kustomized = new Set(paths.filter((path) => rendererOf(path) === 'Kustomize').map(folderOf));
  const isApplied = (own: string): boolean =>
    deliveries.some(
      ({ path, isDeep }) => folderOf(own) === path || (isUnder(own, path) && (isDeep || kustomized.has(path))),
    );

  return deliveries.flatMap(({ file, name, path, idle }) => {
    const inside = ours.filter((own) => isUnder(own, path));
    const missed = inside.find((own) => !isApplied(own));

    return [
      ...(inside.length === 0 ? [] : idle),
      ...(missed === undefined ? [] : [`does not look into folders, and so not at ${missed}: set directory.recurse`]),
    ].map((said) => ({ file, message: `${name} ${said}` }));
  });
};

const keepsAll = 'takes nothing away: what goes from here stays on the cluster, with its access';

const deliveriesOf = (file: string, object: Record<string, unknown>): Delivery[] => {
  const { apiVersion, kind, metadata, spec } = object;
  const name = `${asText(kind)}${isMapping(metadata) && typeof metadata.name === 'string' ? ` ${metadata.name}` : ''}`;
  if (!isMapping(spec)) return [];
  if (asText(apiVersion).startsWith('kustomize.toolkit.fluxcd.io/') && kind === 'Kustomization') {
    const idle = [
      ...(spec.suspend === true ? ['is suspended: nothing of this is applied until somebody resumes it'] : []),
      ...(spec.prune === true ? [] : [`${keepsAll}, because spec.prune is not true`]),
    ];

    return [{ file, name, path: pathOf(spec.path), isDeep: true, idle }];
  }

  return applications(object).flatMap(({ source, automated }) => {
    // Values for a chart, or a chart of elsewhere.
    if (typeof source.path !== 'string') return [];
    const isFilledIn = /[{$*]/.test(source.path);
    const isDeep = isFilledIn || looksIntoFolders(source);
    const idle = !isMapping(automated)
      ? ['applies nothing by itself: somebody has to sync it']
      : automated.enabled === false
        ? ['is not synced by itself: spec.syncPolicy.automated is not enabled']
        : automated.prune === true
          ? []
          : [`${keepsAll}, because spec.syncPolicy.automated.prune is not true`];

    return [{ file, name, path: pathOf(source.path), isDeep, idle }];
  });
};
