import { posix } from 'node:path';
import { engineObjectsIn } from './delivery/objects.ts';
import { listingOfDirectory } from './directory.ts';
import { absurdBytes, isUnder } from './file.ts';
import { looked } from './net.ts';
import type { Problem } from './problem.ts';
import { unreadable } from './reader/parsed.ts';
import { bringing } from './rendering/bringing.ts';
import { changedByEngines, madeByEngines } from './rendering/engines.ts';
import { idleEngines } from './rendering/idle.ts';
import { type Kustomization, kustomizationsIn } from './rendering/kustomization.ts';
import { renderFirst } from './rendering/marks.ts';
import { engineTexts } from './rendering/problems.ts';
import { type Reach, reachOf } from './rendering/reach.ts';
import { isOfRepository, sourceFindings } from './rendering/sources.ts';
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
  // What nobody wrote by hand is looked at in a tree only.
  const texts = engineTexts(files.filter(({ bytes }) => bytes <= absurdBytes)).filter(
    ({ text }) => unreadable(text) === undefined,
  );
  const contents = new Map(files.map((file) => [file.path, file]));
  const textOf = (path: string): string => contents.get(path)?.read()?.toString('utf8') ?? '';
  const isBeside = (file: string): boolean => !isUnder(file, prefix.slice(0, -1));
  const beside = texts.filter(({ file }) => isBeside(file));
  const faults: Problem[] = [];
  const inEach = <Of>(some: typeof texts, look: (file: string, text: string) => Of[]): Of[] =>
    some.flatMap(({ file, text }) =>
      looked(
        file,
        () => look(file, text),
        (fault) => {
          faults.push(fault);
          return [];
        },
      ),
    );
  const engines = inEach(texts, changedByEngines);
  // A folder that is not said may be all of another repository.
  const kustomizations = kustomizationsIn(paths, textOf);
  const reach = reachOf(kustomizations);
  const bringsOurs = bringing(reach, own);
  const isSure = ({ file, paths: applied }: Problem & { paths: string[] }): boolean =>
    applied.some(
      (path) => bringsOurs(path) || (path !== '' && own.some((each) => isUnder(each, path))) || isOfThis(file),
    );
  const known = beside.length === 0 ? undefined : { prefix, remotes: remotesOf(repository) };
  const objects = inEach(texts, engineObjectsIn);
  const sourcesOfThis = objects.flatMap(({ id, url }) =>
    url !== undefined && isOfRepository(url, known?.remotes ?? []) ? [id] : [],
  );
  // Of several objects in a file, one that takes from this repository is enough to look at it.
  const isOfThis = (file: string): boolean =>
    objects.some(
      (object) =>
        object.file === file && object.paths?.includes('') && object.from.some((id) => sourcesOfThis.includes(id)),
    );
  const sources = known === undefined ? [] : inEach(beside, (file, text) => sourceFindings(file, text, ours, known));
  const made = inEach(beside, madeByEngines);
  // From where the tree is, as its own are.
  const seen = ({ file, message }: Problem): Problem => ({ file: posix.relative(prefix, file), message });

  return {
    problems: [
      ...changedByKustomize(kustomizations, reach, own, isBeside),
      ...engines.filter(isSure),
      ...made,
      ...faults,
      ...sources.filter((found) => found.isOfThis),
    ].map(seen),
    unsure: [
      ...engines.filter((found) => !isSure(found) && found.paths.includes('') && isBeside(found.file)),
      ...sources.filter((found) => !found.isOfThis),
      ...idleEngines(texts, own, paths),
    ].map(seen),
  };
};

const changedByKustomize = (
  kustomizations: readonly Kustomization[],
  reach: Reach,
  own: readonly string[],
  isBeside: (file: string) => boolean,
): Problem[] =>
  kustomizations
    .filter(({ file }) => isBeside(file))
    .flatMap((kustomization) => {
      const { file, named } = kustomization;
      const { listed, kustomizations: inner, isEndless } = reach.from(kustomization);
      const brings =
        isEndless || own.some((path) => listed.has(path) || named.some((each) => each !== '' && isUnder(path, each)));
      const changes = [kustomization, ...inner].filter((each) => isBeside(each.file)).flatMap((each) => each.changes);
      if (!brings || changes.length === 0) return [];

      return [
        {
          file,
          message: `Kustomize makes other documents of those of this tree, by ${[...new Set(changes)].join(', ')}: ${renderFirst}`,
        },
      ];
    });
