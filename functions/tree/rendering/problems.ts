import { posix } from 'node:path';
import { folderOf, isInSquadFolder, isUnder, type Listing, mayHoldDocuments, type TreeLink } from '../file.ts';
import type { Problem } from '../problem.ts';
import type { Tree } from '../read.ts';
import { mentions, mentionsGroup } from '../reader/mention.ts';
import { engineProblems, isOfEngine } from './engines.ts';
import { kustomizeProblems } from './kustomize.ts';
import { isGenerator, isTemplate, rendererOf, renderFirst, templateProblem } from './marks.ts';

/**
 * What is not in the tree as it will be applied: what is made of our documents or instead of them, what is reached by links,
 * and what lies in repositories inside.
 */
export const renderingProblems = ({ files, links }: Listing, { documents }: Tree): Problem[] => {
  const ours = [...new Set(documents.map(({ file }) => file))];
  const paths = files.map(({ path }) => path);
  const contents = new Map(files.map((file) => [file.path, file]));
  const textOf = (path: string): string => contents.get(path)?.read()?.toString('utf8') ?? '';

  return [
    ...ours.flatMap((path) => {
      const text = textOf(path);
      return isTemplate(text) ? [templateProblem(path, text)] : [];
    }),
    ...kustomizeProblems(paths, ours, textOf),
    ...paths.flatMap((path) => rendererProblems(path, ours, textOf)),
    ...paths
      .filter(mayHoldDocuments)
      .flatMap((path) => (isOfEngine(textOf(path)) ? engineProblems(path, textOf(path), ours) : [])),
    ...bareRepositories(paths).map((file) => ({ file, message: bare })),
    ...links.flatMap((link) => linkProblems(link, ours)),
  ];
};

const bare = 'this folder is a Git repository of its own, whose files nobody can read here: take it out of the tree';

/** Whether one of these folders is around the other, or the same. */
const isNear = (folder: string, ours: readonly string[]): boolean =>
  ours.some((own) => isUnder(folderOf(own), folder) || isUnder(folder, folderOf(own)));

const rendererProblems = (file: string, ours: readonly string[], textOf: (path: string) => string): Problem[] => {
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
    const left = leftOut(textOf(file), folder, ours);
    return left === undefined ? [] : at(`Flux leaves ${left} out, as it is told here`);
  }

  // A template that speaks of us has been found when it was read.
  const text = isGenerator(file) ? textOf(file) : '';
  return isGenerator(file) && !mentions(text) && (mentionsGroup(text) || isInSquadFolder(file) || isNear(folder, ours))
    ? at('documents may be made of this file')
    : [];
};

/** The first of our files that a pattern of .gitignore's kind may mean; what takes it in again is not looked at. */
const leftOut = (text: string, folder: string, ours: readonly string[]): string | undefined => {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('!'))
    .map((line) => patternOf(line.replace(/^\/|\/$/g, '')));

  return ours.find((own) => {
    const inside = folder === '' ? own : own.slice(folder.length + 1);
    return isUnder(own, folder) && patterns.some((pattern) => pattern.test(inside));
  });
};

const patternOf = (glob: string): RegExp => {
  const source = glob
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (found) => (found === '?' ? '[^/]' : found === '*' ? '[^/]*' : '.*'));
  try {
    return new RegExp(`(^|/)${source}(/|$)`);
  } catch {
    return /(?:)/;
  }
};

/** Folders that Git takes for a repository: HEAD, with objects or refs beside it. */
const bareRepositories = (paths: readonly string[]): string[] => {
  const folders = new Set(paths.map(folderOf));
  return paths
    .filter((path) => posix.basename(path) === 'HEAD')
    .map(folderOf)
    .filter((folder) =>
      [...folders].some(
        (each) => isUnder(each, posix.join(folder, 'objects')) || isUnder(each, posix.join(folder, 'refs')),
      ),
    );
};

const linkProblems = ({ path, target }: TreeLink, ours: readonly string[]): Problem[] => {
  if (target === undefined) {
    return [
      {
        file: path,
        message: 'this symbolic link leads out of the tree, where nobody can review what it names: remove it',
      },
    ];
  }

  return ours.some((own) => isUnder(own, target))
    ? [
        {
          file: path,
          message:
            'this symbolic link leads to documents of Squadkit, which a GitOps engine may apply once more: remove it',
        },
      ]
    : [];
};
