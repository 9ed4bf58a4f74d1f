import { absurdBytes, folderOf, isUnder, mayHoldDocuments, type TreeFile } from '../file.ts';
import { mentions } from '../reader/mention.ts';
import { objectsOf } from '../rendering/engines.ts';
import { type Kustomization, readKustomization } from '../rendering/kustomization.ts';
import { anythingMadeBy } from '../rendering/made.ts';
import { rendererOf } from '../rendering/marks.ts';
import { type Reach, reachOf } from '../rendering/reach.ts';
import { isOfRepository } from '../rendering/sources.ts';
import { appliedBy } from './applied-by.ts';
import { madeOf } from './made-of.ts';
import { isOpen, pathNamed, textsIn } from './named.ts';
import { type EngineObject, engineObjectsIn, mayDeliver } from './objects.ts';

/** Something that decides what an engine applies of a repository, and how, or what it applies beside a tree. */
export interface Delivered {
  /** From the top of the repository. */
  file: string;
  /** `Kustomization galaxy` */
  name: string;
  /** What it says, of which every field is compared. */
  content: Record<string, unknown>;
}

/** What decides what becomes of the documents of a tree. */
export interface Deliveries {
  /** By where it stands and what it is called. */
  told: ReadonlyMap<string, Delivered>;
  /** Who applies each file of the tree, as far as the repository says so. */
  appliedBy: ReadonlyMap<string, readonly string[]>;
  /** Why nothing is known of it; undefined if it is. */
  unread?: string;
}

/** A repository, and the files in it that hold the documents of a tree; all from its top. */
export interface Repository {
  files: readonly TreeFile[];
  ours: readonly string[];
  remotes: readonly string[];
}

/** So often it is looked whether what is known to matter is delivered by something else in turn. */
const mostRounds = 30;

/**
 * All in a repository that decides what an engine applies of a tree: what Flux, Argo CD and others are told, whatever it is that
 * they apply it by, kustomizations that bring it from elsewhere, and who delivers these. A plan compares them: what they make
 * of a cluster stands in no document of ours.
 */
export const deliveriesOf = ({ files, ours, remotes }: Repository): Deliveries => {
  const readable = files.filter(({ path, bytes }) => mayHoldDocuments(path) && bytes <= absurdBytes);
  const texts = new Map(readable.map(({ path, read }) => [path, read()?.toString('utf8') ?? '']));
  const paths = new Set(files.map(({ path }) => path));
  const kustomizations = files
    .filter(({ path }) => rendererOf(path) === 'Kustomize')
    .map(({ path, read }) => readKustomization(path, texts.get(path) ?? read()?.toString('utf8') ?? '', paths));
  const reach = reachOf(kustomizations);
  const objects = [...texts].flatMap(([file, text]) => (mayDeliver(text) ? engineObjectsIn(file, text) : []));
  const own = new Set(ours);
  const beside = [...texts].flatMap(([file, text]) => (!own.has(file) && holdsOurs(text) ? [file] : []));
  const matters = whatMatters([...ours, ...beside], { kustomizations, reach, objects, texts, paths, remotes });
  const makers = kustomizations.filter(
    (each) => each.elsewhere.length > 0 || anythingMadeBy(each, (path) => texts.get(path) ?? '').length > 0,
  );
  const together = new Set(besideTogether(beside, ours, { kustomizations, reach, objects }));

  return {
    told: new Map([
      ...matters.objects.map((object): [string, Delivered] => [`${object.file} ${object.id}`, object]),
      ...matters.kustomizations.map(({ file, content }): [string, Delivered] => [
        file,
        { file, name: 'this kustomization', content: content ?? { text: texts.get(file) } },
      ]),
      ...[...madeOf(makers, reach, files)].map(([{ file }, text]): [string, Delivered] => [
        `${file}${madeHere}`,
        { file, name: 'what is made here', content: { text } },
      ]),
      ...objects
        .filter(({ ofChart }) => ofChart)
        .map((object): [string, Delivered] => [
          `${object.file}${madeHere}`,
          { ...object, content: { text: texts.get(object.file) } },
        ]),
      ...[...together].map((file): [string, Delivered] => [
        `${file} beside`,
        { file, name: 'what lies beside this tree and is applied with it', content: { text: texts.get(file) } },
      ]),
    ]),
    appliedBy: appliedBy(ours, reach, objects),
  };
};

/** Behind the file that makes something that nobody can read, apart from our documents: it is compared, and not told. */
export const madeHere = ' makes';

interface Known {
  kustomizations: readonly Kustomization[];
  reach: Reach;
  objects: readonly EngineObject[];
  texts: ReadonlyMap<string, string>;
  paths: ReadonlySet<string>;
  remotes: readonly string[];
}

const holdsOurs = (text: string): boolean =>
  mentions(text) && objectsOf(text).some(({ apiVersion }) => String(apiVersion).startsWith('squadkit.io/'));

/** All folders around files. */
const foldersAround = (files: Iterable<string>): Set<string> => {
  const folders = new Set<string>();
  for (const file of files) {
    for (let folder = folderOf(file); !folders.has(folder); folder = folderOf(folder)) folders.add(folder);
  }

  return folders;
};

/** A kustomization that does nothing but list what lies in its own folder; of documents that it leaves out a tree tells. */
const isPlain = ({ folder, changes, elsewhere, resources, named }: Kustomization): boolean =>
  changes.length === 0 &&
  elsewhere.length === 0 &&
  [...resources, ...named].every((path) => path !== folder && isUnder(path, folder));

/** Where a kustomization fetches from: `https://git.example.org/platform.git//fleet?ref=main` of `platform.git`. */
const repositoryIn = (entry: string): string => /^(?:[a-z][a-z0-9+.-]*:\/\/)?.*?(?=\/\/|\?|$)/i.exec(entry)?.[0] ?? '';

const whatMatters = (
  begin: readonly string[],
  { kustomizations, reach, objects, texts, paths, remotes }: Known,
): { kustomizations: Kustomization[]; objects: EngineObject[] } => {
  const files = new Set(begin);
  const folders = foldersAround(begin);
  const all = foldersAround(paths);
  const found = { kustomizations: new Set<Kustomization>(), objects: new Set<EngineObject>() };
  const add = (file: string): void => {
    files.add(file);
    for (let folder = folderOf(file); !folders.has(folder); folder = folderOf(folder)) folders.add(folder);
  };
  const brings = (kustomization: Kustomization): boolean => {
    const { listed, isEndless, kustomizations: inner } = reach.from(kustomization);

    return (
      isEndless ||
      [kustomization, ...inner].some(({ elsewhere }) =>
        elsewhere.some((entry) => isOfRepository(repositoryIn(entry), remotes)),
      ) ||
      [...listed].some((path) => files.has(path)) ||
      [kustomization, ...inner].some(
        (each) => found.kustomizations.has(each) || each.named.some((path) => path !== '' && folders.has(path)),
      )
    );
  };
  const own = new Set(begin);
  const bringsOnlyOurs = (kustomization: Kustomization): boolean =>
    isPlain(kustomization) && [...reach.from(kustomization).listed].every((path) => own.has(path) || !files.has(path));
  const applies = (path: string): boolean => {
    const kustomization = reach.at(path);

    return kustomization === undefined ? folders.has(path) : brings(kustomization);
  };
  const matters = (object: EngineObject): boolean => {
    if (object.isAlways) return true;
    if (object.paths !== undefined) return object.paths.some(applies);
    // Without a remote nobody knows of what it is.
    if (object.url !== undefined && (remotes.length === 0 || isOfRepository(object.url, remotes))) return true;
    const named = textsIn(object.content.spec).flatMap((text) => pathNamed(text) ?? []);
    const here = named.filter((path) => all.has(path) || paths.has(path));
    // What says nowhere what it applies may apply all.
    if (here.length === 0) return isApplier(object) && textsIn(object.content.spec).some(isOpen);

    return here.some((path) => files.has(path) || applies(path));
  };

  for (let round = 0; round < mostRounds; round += 1) {
    const before = found.kustomizations.size + found.objects.size;
    for (const kustomization of kustomizations) {
      if (found.kustomizations.has(kustomization)) continue;
      const isDelivery = (texts.get(kustomization.file) ?? '').includes('squadkit-delivery');
      if (!isDelivery && (bringsOnlyOurs(kustomization) || !brings(kustomization))) continue;
      found.kustomizations.add(kustomization);
      add(kustomization.file);
    }
    for (const object of objects) {
      if (found.objects.has(object) || !matters(object)) continue;
      found.objects.add(object);
      add(object.file);
    }
    if (found.kustomizations.size + found.objects.size === before) break;
  }
  const from = new Set([...found.objects].flatMap((object) => object.from));
  for (const object of objects) if (from.has(object.id)) found.objects.add(object);

  return { kustomizations: [...found.kustomizations], objects: [...found.objects] };
};

/** Whether something makes deliveries, or applies by itself. */
const isApplier = ({ name }: EngineObject): boolean =>
  /^(ApplicationSet|ResourceSet|FluxInstance|ArtifactGenerator|App|GitRepo) /.test(name);

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
