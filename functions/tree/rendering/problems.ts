import { folderOf, isInSquadFolder, isUnder, type Listing, mayHoldDocuments } from '../file.ts';
import { appliedFolder } from '../moved.ts';
import { looked } from '../net.ts';
import type { Problem } from '../problem.ts';
import type { Tree } from '../read.ts';
import { mentions, mentionsEngine, mentionsGroup } from '../reader/mention.ts';
import { bareRepositories } from './bare.ts';
import { besideProblems, isApplied } from './beside.ts';
import { bringingIn } from './bringing.ts';
import { chartProblems, isOfChart, runByArgo } from './charts.ts';
import { engineProblems, madeByEngines } from './engines.ts';
import { idleEngines } from './idle.ts';
import { kustomizeProblems, passedOverProblems } from './kustomize.ts';
import { convertedBy, leftOutAnyway, leftOutBy } from './left-out.ts';
import { linkProblems } from './links.ts';
import { isGenerator, isTemplate, rendererOf, renderFirst, templateProblem } from './marks.ts';
import { type Around, type SourceFinding, sourceFindings } from './sources.ts';
import { unreadKustomization, unreadProblems } from './unread.ts';

/** Files with documents that an engine applies. Approvals are read by the plan alone. */
const appliedIn = (documents: Tree['documents']): string[] => [
  ...new Set(documents.filter(({ object }) => object.kind !== 'Approvals').map(({ file }) => file)),
];

/** Folders that an engine applies, from what lies in them. */
interface Applied {
  /** Those of documents, those that are called as what they are for, and the one that all Squads and Zones lie in. */
  applied: string[];
  /** Those of Squads and Zones, but for the top of the tree, where much else lies. */
  platform: string[];
}

const foldersOf = (documents: Tree['documents']): Applied => {
  const known = documents.filter(({ object }) => object.kind !== 'Approvals');
  const inEach = (some: Tree['documents']): string[] =>
    some.flatMap(({ object, file }) => [folderOf(file), ...[appliedFolder(object, file)].filter(isSaid)]);
  const platform = known.filter(({ object }) => object.kind !== 'Service');
  const around = commonFolder(platform.map(({ file }) => folderOf(file)));

  return {
    applied: [...new Set([...inEach(known), ...(around === '' ? [] : [around])])],
    platform: [...new Set(inEach(platform))].filter((folder) => folder !== ''),
  };
};

const isSaid = (folder: string | undefined): folder is string => folder !== undefined;

/** Rules of approvals where an engine applies all that it finds: no cluster knows their kind. */
const misplacedApprovals = (documents: Tree['documents'], { platform }: Applied): Problem[] =>
  documents
    .filter(({ object, file }) => object.kind === 'Approvals' && platform.some((each) => isUnder(file, each)))
    .map(({ file, line, column }) => ({
      ...{ file, line, column },
      message:
        'Approvals are read by the plan alone, and an engine that finds them in this folder applies nothing of it: keep them at the top of the tree',
    }));

const commonFolder = (folders: readonly string[]): string => {
  let [common = ''] = folders;
  for (const folder of folders) while (!isUnder(folder, common)) common = folderOf(common);

  return common;
};

/** What an engine may pass over, though it is read here, and what it is told not to do. */
export const passedOverIn = ({ files }: Listing, { documents }: Tree, texts = engineTexts(files)): Problem[] => {
  const contents = new Map(files.map((file) => [file.path, file]));
  const paths = [...contents.keys()];
  const ours = appliedIn(documents);
  const textOf = (path: string): string => contents.get(path)?.read()?.toString('utf8') ?? '';

  return [...passedOverProblems(paths, ours, textOf), ...idleEngines(texts, ours, paths)];
};

/** What speaks of engines, as far as it is read as documents. */
export const engineTexts = (files: Listing['files']): { file: string; text: string }[] =>
  files
    .filter(({ path }) => mayHoldDocuments(path))
    .map(({ path, read }) => ({ file: path, text: read()?.toString('utf8') ?? '' }))
    .filter(({ text }) => mentionsEngine(text));

/** What the tree says of sources of Flux that may be of this repository: problems, and what nobody can tell here. */
export const sourcesIn = (
  texts: ReturnType<typeof engineTexts>,
  { documents }: Tree,
  around: () => Around,
): SourceFinding[] => {
  const ours = appliedIn(documents);
  if (texts.length === 0) return [];
  // Git is asked only if there is something to ask.
  const known = around();

  return texts.flatMap(({ file, text }) =>
    looked(
      file,
      () => sourceFindings(file, text, ours, known),
      (found) => [{ ...found, isOfThis: true }],
    ),
  );
};

/**
 * What is not in the tree as it will be applied: what is made of our documents or instead of them, what is reached by links,
 * and what lies in repositories inside.
 */
export const renderingProblems = (
  listing: Listing,
  { documents, problems }: Tree,
  texts = engineTexts(listing.files),
): Problem[] => {
  const { files } = listing;
  const ours = [...new Set(documents.map(({ file }) => file))];
  const paths = files.map(({ path }) => path);
  const contents = new Map(files.map((file) => [file.path, file]));
  const textOf = (path: string): string => contents.get(path)?.read()?.toString('utf8') ?? '';
  const appliedOurs = appliedIn(documents);
  const isRun = runByArgo(texts);
  const folders = foldersOf(documents);
  const toldOf = new Set([...ours, ...problems.map(({ file }) => file)]);
  const bringsOurs = bringingIn(paths, ours, textOf);
  const byKustomize = kustomizeProblems(paths, ours, folders.applied, textOf);

  const inEach = (which: readonly string[], problemsOf: (path: string) => Problem[]): Problem[] =>
    which.flatMap((path) =>
      looked(
        path,
        () => problemsOf(path),
        (found) => [found],
      ),
    );

  return [
    ...inEach(ours, (path) => {
      const text = textOf(path);
      return [...(isTemplate(text) ? [templateProblem(path, text)] : []), ...skippedProblems(path, text)];
    }),
    ...byKustomize,
    ...inEach(
      paths.filter(
        (path) => rendererOf(path) === 'Kustomize' && ![...byKustomize, ...problems].some(({ file }) => file === path),
      ),
      (path) => unreadKustomization(path, textOf(path)),
    ),
    ...misplacedApprovals(documents, folders),
    ...besideProblems(paths, folders, (path) => toldOf.has(path), textOf),
    ...inEach(paths, (path) => rendererProblems(path, appliedOurs, isRun, textOf)),
    ...inEach(
      paths.filter((path) => rendererOf(path) === 'Git'),
      (path) =>
        convertedProblems(
          path,
          [...new Set([...ours, ...paths.filter((each) => isApplied(each, folders.applied))])],
          textOf,
        ),
    ),
    ...inEach(paths.filter(mayHoldDocuments), (path) => {
      const text = textOf(path);
      if (!mentionsEngine(text)) return [];
      const isTold = problems.some(({ file }) => file === path) || isInSquadFolder(path) || isOfChart(path, contents);
      return [
        ...engineProblems(path, text, ours, bringsOurs),
        ...madeByEngines(path, text),
        ...(isTold ? [] : unreadProblems(path, text)),
      ];
    }),
    ...bareRepositories(paths),
    ...chartProblems(paths, texts, textOf),
    ...linkProblems(listing, ours, appliedOurs),
  ];
};

/** What to do where Git makes something else of a file. */
export const takeOut = 'take working-tree-encoding, filter and ident of such files out';

/** Argo CD leaves out a file that has these words anywhere (argoproj.io, "Directory", skipping file rendering). */
const skipped = '+argocd:skip-file-rendering';

/** That an engine leaves one of our files out by what it is called, or by what stands in it. */
const skippedProblems = (file: string, text: string): Problem[] => {
  const part = leftOutAnyway(file);
  const before = text.split(skipped);

  return [
    ...(part === undefined
      ? []
      : [{ file, message: `Flux leaves out what is called ${part}, wherever it is: give it another name` }]),
    ...(before.length === 1
      ? []
      : [
          {
            file,
            line: (before[0] ?? '').split('\n').length,
            message: `Argo CD does not apply a file in which ${skipped} stands: take these words out`,
          },
        ]),
  ];
};

/** Whether one of these folders is around the other, or the same. */
const isNear = (folder: string, ours: readonly string[]): boolean =>
  ours.some((own) => isUnder(folderOf(own), folder) || isUnder(folder, folderOf(own)));

const rendererProblems = (
  file: string,
  ours: readonly string[],
  isRun: (path: string) => boolean,
  textOf: (path: string) => string,
): Problem[] => {
  const folder = folderOf(file);
  const renderer = rendererOf(file);
  const hasOurs = ours.some((own) => isUnder(own, folder));
  const at = (message: string): Problem[] => [{ file, message: `${message}: ${renderFirst}` }];
  if (renderer === 'Kustomize') {
    return !hasOurs && mentionsGroup(textOf(file))
      ? at('Kustomize is told something here about documents of Squadkit')
      : [];
  }
  if (renderer === 'Helm') {
    return hasOurs || isInSquadFolder(file) ? at('Helm makes documents of what lies in this folder') : [];
  }
  if (renderer === 'Argo CD') {
    return isNear(folder, ours) ? at('Argo CD changes documents as it is told here, when it applies them') : [];
  }
  if (renderer === 'Flux') {
    const left = leftOutBy(textOf(file), folder, ours);
    return left === undefined ? [] : at(`Flux leaves ${left} out, as it is told here`);
  }

  // A template that speaks of us has been found when it was read.
  const text = isGenerator(file) ? textOf(file) : '';
  return isGenerator(file) &&
    !mentions(text) &&
    (mentionsGroup(text) || isInSquadFolder(file) || isNear(folder, ours) || isRun(file))
    ? at('documents may be made of this file')
    : [];
};

/** That Git makes something else of what an engine applies, or may: what nobody can read counts too. */
const convertedProblems = (file: string, applied: readonly string[], textOf: (path: string) => string): Problem[] => {
  const other = convertedBy(textOf(file), folderOf(file), applied);

  return other === undefined
    ? []
    : [{ file, message: `Git makes something else of ${other} than was committed, as it is told here: ${takeOut}` }];
};
