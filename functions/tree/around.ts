import { posix } from 'node:path';
import { listingOfDirectory } from './directory.ts';
import { absurdBytes, isUnder, type Listing, mayHoldDocuments } from './file.ts';
import type { Problem } from './problem.ts';
import { mentionsEngine } from './reader/mention.ts';
import { changedByEngines } from './rendering/engines.ts';
import { idleEngines } from './rendering/idle.ts';
import { readKustomization } from './rendering/kustomization.ts';
import { rendererOf, renderFirst } from './rendering/marks.ts';
import { reachOf } from './rendering/reach.ts';
import { sourceFindings } from './rendering/sources.ts';
import { remotesOf, repositoryAround } from './repository.ts';

/** What was found in a repository beside a tree: what is wrong, and what nobody can tell here. */
interface Found {
  problems: Problem[];
  unsure: Problem[];
}

/**
 * What lies in the repository of a tree, beside it, and makes other documents of those in it, or leaves some out, when they are
 * applied: kustomizations that bring them, and what GitOps engines are told. Their paths are from the top of the repository.
 *
 * @param directory the tree
 * @param ours files with documents that an engine applies, from the root of the tree
 */
export const problemsAround = (directory: string, ours: readonly string[]): Found => {
  const repository = repositoryAround(directory);
  if (repository === undefined || repository.prefix === '' || ours.length === 0) return { problems: [], unsure: [] };
  const { top, prefix } = repository;
  const { files } = listingOfDirectory(top);
  const paths = files.map(({ path }) => path);
  const own = ours.map((path) => prefix + path);
  const texts = engineTextsIn(files);
  const engines = texts.flatMap(({ file, text }) => changedByEngines(file, text));
  const changed = engines.filter((one) => one.paths.some((path) => own.some((each) => isUnder(each, path))));
  const sources = texts.flatMap(({ file, text }) =>
    sourceFindings(file, text, ours, { prefix, remotes: remotesOf(repository) }),
  );
  const isBeside = ({ file }: Problem): boolean => !isUnder(file, prefix.slice(0, -1));
  // From where the tree is, as its own are.
  const seen = ({ file, message }: Problem): Problem => ({ file: posix.relative(prefix, file), message });

  return {
    problems: [
      ...changedByKustomize(files, own, isBeside),
      // A folder that is not said may be all of another repository.
      ...changed.filter(({ paths }) => !paths.includes('')),
      ...sources.filter((found) => found.isOfThis && isBeside(found)),
    ].map(seen),
    unsure: [
      ...changed.filter((found) => found.paths.includes('') && isBeside(found)),
      ...sources.filter((found) => !found.isOfThis && isBeside(found)),
      ...idleEngines(texts, own, paths),
    ].map(seen),
  };
};

const engineTextsIn = (files: Listing['files']): { file: string; text: string }[] =>
  files
    // What nobody wrote by hand is looked at in a tree only.
    .filter(({ path, bytes }) => mayHoldDocuments(path) && bytes <= absurdBytes)
    .map(({ path, read }) => ({ file: path, text: read()?.toString('utf8') ?? '' }))
    .filter(({ text }) => mentionsEngine(text));

const changedByKustomize = (
  files: Listing['files'],
  own: readonly string[],
  isBeside: (problem: Problem) => boolean,
): Problem[] => {
  const paths = new Set(files.map(({ path }) => path));
  const found = files
    .filter(({ path }) => rendererOf(path) === 'Kustomize')
    .map(({ path, read }) => readKustomization(path, read()?.toString('utf8') ?? '', paths));
  const reach = reachOf(found);

  return found.flatMap((kustomization) => {
    const { file, named } = kustomization;
    const { listed, kustomizations, isEndless } = reach.from(kustomization);
    const brings = own.find(
      (path) => listed.has(path) || named.some((each) => each !== '' && isUnder(path, each)) || isEndless,
    );
    const changes = [kustomization, ...kustomizations]
      .filter((each) => isBeside({ file: each.file, message: '' }))
      .flatMap((each) => each.changes);
    if (brings === undefined || changes.length === 0) return [];
    const message = `Kustomize makes other documents of those of this tree, by ${[...new Set(changes)].join(', ')}: ${renderFirst}`;

    return [{ file, message }].filter(isBeside);
  });
};
