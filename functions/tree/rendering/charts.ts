import { asText, textsIn } from '../../objects/record.ts';
import { folderOf, isUnder, mayHoldDocuments } from '../file.ts';
import type { Problem } from '../problem.ts';
import { isFilledIn } from '../reader/mention.ts';
import { applications, objectsOf, pathOf } from './engines.ts';
import { isGenerator, rendererOf, templateProblem } from './marks.ts';

/** A value that makes an apiVersion ours: `squadkit`, `squadkit.io`, `squadkit.io/v1alpha1`. */
const isGroup = (text: string): boolean => /^squadkit([.]io(\/\w*)?)?$/i.test(text.trim());
/** The same among other lines, as values that are one text. */
const holdsGroup = (text: string): boolean => /:[ \t]*["']?squadkit([.]io(\/\w*)?)?["']?[ \t]*$/im.test(text);

/**
 * Charts in the tree that may make documents of ours: something is put in for an apiVersion, and our group is among what may be,
 * in the chart itself or in what engines are told to give it.
 *
 * @param engines what speaks of engines
 */
export const chartProblems = (
  paths: readonly string[],
  engines: readonly { file: string; text: string }[],
  textOf: (path: string) => string,
): Problem[] => {
  const charts = paths.filter((path) => rendererOf(path) === 'Helm').map(folderOf);
  if (charts.length === 0) return [];
  const isGiven = engines.some(({ text }) =>
    objectsOf(text).some(({ kind, spec }) =>
      ['HelmRelease', 'Application', 'ApplicationSet'].includes(asText(kind))
        ? textsIn(spec).some((each) => isGroup(each) || holdsGroup(each))
        : false,
    ),
  );

  return charts.flatMap((chart) => {
    const files = paths.filter((path) => isUnder(path, chart));
    const filled = files.filter((path) => isUnder(path, `${chart === '' ? '' : `${chart}/`}templates`));
    const open = filled.filter((path) => isFilledIn(textOf(path)));
    if (open.length === 0) return [];
    const isNamed = files.some((path) => (mayHoldDocuments(path) || isGenerator(path)) && holdsGroup(textOf(path)));

    return isGiven || isNamed ? open.map((path) => templateProblem(path, textOf(path))) : [];
  });
};

/**
 * Whether Argo CD runs a program by itself, because it lies in a folder that it applies (Argo CD 3.2, directory applications): what
 * that makes may stand in none of its words.
 *
 * @param engines what speaks of engines
 */
export const runByArgo = (engines: readonly { file: string; text: string }[]): ((path: string) => boolean) => {
  let folders: string[] | undefined;

  return (path) => {
    if (!/\.(jsonnet|libsonnet)$/.test(path)) return false;
    folders ??= engines.flatMap(({ text }) =>
      objectsOf(text).flatMap((object) =>
        applications(object).flatMap(({ source }) => (typeof source.path === 'string' ? [pathOf(source.path)] : [])),
      ),
    );

    return folders.some((folder) => isUnder(path, folder));
  };
};

/** Whether Helm fills a file in: as it stands, nobody applies it. */
export const isOfChart = (path: string, files: ReadonlyMap<string, unknown>): boolean => {
  const chart = /^(.*\/)?(?=templates\/)/.exec(path)?.[0];
  return chart !== undefined && ['Chart.yaml', 'Chart.yml'].some((name) => files.has(chart + name));
};
