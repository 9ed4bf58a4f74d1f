import { folderOf, isInSquadFolder, isUnder, mayHoldDocuments } from '../file.ts';
import type { Problem } from '../problem.ts';
import { type Doubt, positionIn } from '../reader/lines.ts';
import { neighbourDoubts } from '../reader/neighbours.ts';
import { parsedIn } from '../reader/parsed.ts';
import { kustomizationsIn } from './kustomization.ts';
import { leftOutAnyway } from './left-out.ts';
import { isTemplate, rendererOf } from './marks.ts';

/** How Git LFS begins what it commits in place of a file (git-lfs, docs/spec.md). */
const isPointer = (text: string): boolean => text.startsWith('version https://git-lfs.github.com/spec/');

/** Whether a file may hold documents and lies where an engine applies them. */
export const isApplied = (path: string, applied: readonly string[]): boolean =>
  mayHoldDocuments(path) && (isInSquadFolder(path) || applied.some((each) => isUnder(path, each)));

/**
 * What lies beside our documents, names none of us, and makes an engine apply nothing of the folder, or something that nobody has
 * read: a pointer of Git LFS, and a file that Kubernetes cannot read.
 *
 * @param applied folders that an engine applies for our documents
 * @param platform those of them in which Squads and Zones lie
 * @param isTold whether something is wrong with a file already, or it holds documents of ours
 */
export const besideProblems = (
  paths: readonly string[],
  { applied, platform }: { applied: readonly string[]; platform: readonly string[] },
  isTold: (path: string) => boolean,
  textOf: (path: string) => string,
): Problem[] => {
  const kustomizations = kustomizationsIn(paths, textOf);
  const listed = new Set(kustomizations.flatMap(({ resources }) => resources));
  const listing = new Set(kustomizations.map(({ folder }) => folder));
  const isChosen = (path: string): boolean => {
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      // Where a kustomization chooses files, an engine looks at no others.
      if (listing.has(folder)) return listed.has(path);
      if (folder === '') return platform.some((each) => isUnder(path, each));
    }
  };

  return paths.flatMap((path): Problem[] => {
    if (!isApplied(path, applied) || isTold(path) || rendererOf(path) !== undefined) return [];
    const text = textOf(path);
    if (isPointer(text)) return [{ file: path, message: pointer }];
    if (!isChosen(path) || leftOutAnyway(path) !== undefined || isTemplate(text)) return [];
    const doubt = refusalIn(text);

    return doubt === undefined ? [] : [{ file: path, ...positionIn(text, doubt.offset), message: doubt.message }];
  });
};

const pointer =
  'this is a pointer of Git LFS, and nobody can review what an engine puts in its place: commit the file itself';

/** Why Kubernetes does not read a file, and an engine applies nothing of its folder. */
const refusalIn = (text: string): Doubt | undefined => {
  try {
    for (const document of parsedIn(text)) {
      const [error] = document.errors;
      if (error !== undefined) return { offset: error.pos[0], message: broken };
      const [doubt] = neighbourDoubts(document, text);
      if (doubt !== undefined) return doubt;
    }
  } catch {
    return { offset: 0, message: broken };
  }

  return undefined;
};

const broken = 'this cannot be read as YAML, so an engine applies nothing of its folder: correct it, or take it out';
