import { posix } from 'node:path';
import { asText } from '../../objects/record.ts';
import { absurdBytes, isUnder, mayHoldDocuments, type TreeFile, type TreeLink } from '../file.ts';
import { mentions } from '../reader/mention.ts';
import { objectsOf } from '../rendering/engines.ts';
import { kustomizationsIn } from '../rendering/kustomization.ts';
import { anythingMadeBy } from '../rendering/made.ts';
import { reachOf } from '../rendering/reach.ts';
import { appliedBy } from './applied-by.ts';
import { givenTo, leavingOut } from './beside-objects.ts';
import type { Delivered } from './delivered.ts';
import { inputsIn } from './inputs.ts';
import { madeOf } from './made-of.ts';
import { foldersAround, type Known, whatMatters } from './matters.ts';
import { engineObjectsIn, mayDeliver } from './objects.ts';

const { join } = posix;

/** What decides what becomes of the documents of a tree. */
export interface Deliveries {
  /** By where it stands and what it is called. */
  told: ReadonlyMap<string, Delivered>;
  /** Files by which something is made that nobody can read, apart from our documents: what of, to be compared and not told. */
  made: ReadonlyMap<string, unknown>;
  /** Who applies each file of the tree, as far as the repository says so. */
  appliedBy: ReadonlyMap<string, readonly string[]>;
  /** Why nothing is known of it; undefined if it is. */
  unread?: string;
}

/** A repository, and the files in it that hold the documents of a tree; all from its top. */
export interface Repository {
  files: readonly TreeFile[];
  links?: readonly TreeLink[];
  ours: readonly string[];
  remotes: readonly string[];
}

/**
 * All in a repository that decides what an engine applies of a tree: what Flux, Argo CD and others are told, whatever it is that
 * they apply it by, kustomizations that bring it from elsewhere, and who delivers these. A plan compares them: what they make
 * of a cluster stands in no document of ours.
 */
export const deliveriesOf = ({ files, links = [], ours, remotes }: Repository): Deliveries => {
  const readable = files.filter(({ path, bytes }) => mayHoldDocuments(path) && bytes <= absurdBytes);
  const texts = new Map(readable.map(({ path, read }) => [path, read()?.toString('utf8') ?? '']));
  const paths = new Set(files.map(({ path }) => path));
  const contents = new Map(files.map((file) => [file.path, file]));
  const textOf = (path: string): string => texts.get(path) ?? contents.get(path)?.read()?.toString('utf8') ?? '';
  const kustomizations = kustomizationsIn([...paths], textOf);
  const reach = reachOf(kustomizations);
  const objects = [...texts].flatMap(([file, text]) => (mayDeliver(text) ? engineObjectsIn(file, text) : []));
  const own = new Set(ours);
  const beside = [...texts].flatMap(([file, text]) => (!own.has(file) && holdsOurs(text) ? [file] : []));
  const matters = whatMatters([...ours, ...beside], { kustomizations, reach, objects, texts, paths, remotes });
  const inputs = inputsIn(files);
  const makers = kustomizations.filter((each) => anythingMadeBy(each, textOf).length > 0);
  const together = new Set(besideTogether(beside, ours, { kustomizations, reach, objects }));

  return {
    told: new Map([
      ...matters.objects.map((object): [string, Delivered] => [
        `${object.file} ${object.id}`,
        { ...object, content: withInputs(object.content, inputs.ofObject(object)) },
      ]),
      ...matters.kustomizations.map((each): [string, Delivered] => [
        each.file,
        {
          ...{ file: each.file, name: 'this kustomization' },
          content: withInputs(
            each.content === undefined ? { text: texts.get(each.file) } : matters.listedIn(each, each.content),
            inputs.ofKustomization(each),
          ),
        },
      ]),
      ...matters.charts.map((chart): [string, Delivered] => [
        `${chart} chart`,
        { file: join(chart, 'Chart.yaml'), name: 'this chart', content: { all: inputs.ofFolder(chart) } },
      ]),
      ...givenTo(matters, texts).map((each): [string, Delivered] => [`${each.file} ${each.name}`, each]),
      ...leavingOut(files, [...matters.files]).map((each): [string, Delivered] => [each.file, each]),
      ...links
        .filter(({ target }) => target !== undefined && (matters.files.has(target) || matters.folders.has(target)))
        .map(({ path, target }): [string, Delivered] => [
          `${path} link`,
          { file: path, name: 'this symbolic link', content: { target } },
        ]),
      ...[...together].map((file): [string, Delivered] => [
        `${file} beside`,
        { file, name: 'what lies beside this tree and is applied with it', content: { text: texts.get(file) } },
      ]),
    ]),
    made: new Map([
      ...kustomizations
        .filter(({ elsewhere }) => elsewhere.length > 0)
        .map(({ file, elsewhere }): Made => [file, elsewhere]),
      ...objects.filter(({ ofChart }) => ofChart).map(({ file }): Made => [file, texts.get(file)]),
      // What is brought counts with what it is made into.
      ...madeOf(makers, reach, [...paths], inputs),
    ]),
    appliedBy: appliedBy(ours, reach, objects),
  };
};

type Made = [file: string, of: unknown];

const withInputs = (content: Record<string, unknown>, inputs: string): Record<string, unknown> =>
  inputs === '' ? content : { ...content, 'what is put into it': inputs };

const holdsOurs = (text: string): boolean =>
  mentions(text) && objectsOf(text).some(({ apiVersion }) => asText(apiVersion).startsWith('squadkit.io/'));

/** Documents of ours beside the tree that whoever applies the tree applies with it. */
const besideTogether = (
  beside: readonly string[],
  ours: readonly string[],
  { kustomizations, reach, objects }: Pick<Known, 'kustomizations' | 'reach' | 'objects'>,
): string[] => {
  if (beside.length === 0) return [];
  const own = new Set(ours);
  const folders = foldersAround(ours);
  const byKustomize = kustomizations.flatMap((kustomization) => {
    const { listed, kustomizations: inner } = reach.from(kustomization);
    const named = [kustomization, ...inner].flatMap((each) => each.named);
    const hasOurs = [...listed].some((path) => own.has(path)) || named.some((path) => path !== '' && folders.has(path));

    return hasOurs ? beside.filter((path) => listed.has(path)) : [];
  });
  const byFolder = objects
    .flatMap(({ paths = [] }) => paths)
    .filter((path) => reach.at(path) === undefined && folders.has(path))
    .flatMap((path) => beside.filter((each) => isUnder(each, path)));

  return [...byKustomize, ...byFolder];
};
