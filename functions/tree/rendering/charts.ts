import { asText } from '../../objects/record.ts';
import { textsIn } from '../delivery/named.ts';
import { folderOf, isUnder, mayHoldDocuments } from '../file.ts';
import type { Problem } from '../problem.ts';
import { isFilledIn } from '../reader/mention.ts';
import { applications, objectsOf, pathOf } from './engines.ts';
import { isGenerator, rendererOf, renderFirst, templateProblem } from './marks.ts';

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
 * Programs that Argo CD runs by itself in a folder that it applies (Argo CD 3.2, directory applications): what they make stands in
 * none of their words.
 */
export const jsonnetProblems = (
  paths: readonly string[],
  engines: readonly { file: string; text: string }[],
): Problem[] => {
  const programs = paths.filter((path) => /\.(jsonnet|libsonnet)$/.test(path));
  if (programs.length === 0) return [];
  const folders = engines.flatMap(({ text }) =>
    objectsOf(text).flatMap((object) =>
      applications(object).flatMap(({ source }) => (typeof source.path === 'string' ? [pathOf(source.path)] : [])),
    ),
  );

  return programs
    .filter((path) => folders.some((folder) => isUnder(path, folder)))
    .map((file) => ({ file, message: `documents may be made of this file: ${renderFirst}` }));
};
