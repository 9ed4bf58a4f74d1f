import { posix } from 'node:path';
import { textsIn } from '../../objects/record.ts';
import { folderOf, isUnder } from '../file.ts';
import type { Kustomization } from '../rendering/kustomization.ts';
import type { Reach } from '../rendering/reach.ts';
import { isOfRepository } from '../rendering/sources.ts';
import { delivering, generatedBy, namesFolder } from './beside-objects.ts';
import { generatorsIn, matched } from './inputs.ts';
import { isOpen, pathNamed } from './named.ts';
import { type EngineObject, givenBy } from './objects.ts';

const { join } = posix;

/** So often it is looked whether what is known to matter is delivered by something else in turn. */
const mostRounds = 30;

/** What is known of a repository. */
export interface Known {
  kustomizations: readonly Kustomization[];
  reach: Reach;
  objects: readonly EngineObject[];
  texts: ReadonlyMap<string, string>;
  paths: ReadonlySet<string>;
  remotes: readonly string[];
}

/** All folders around files. */
export const foldersAround = (files: Iterable<string>): Set<string> => {
  const folders = new Set<string>();
  for (const file of files) addFolders(folders, file);

  return folders;
};

const addFolders = (folders: Set<string>, file: string): void => {
  for (let folder = folderOf(file); !folders.has(folder); folder = folderOf(folder)) folders.add(folder);
};

/** A kustomization that does nothing but list what lies in its own folder; of documents that it leaves out a tree tells. */
const isPlain = ({ folder, changes, elsewhere, resources, named }: Kustomization): boolean =>
  changes.length === 0 &&
  elsewhere.length === 0 &&
  [...resources, ...named].every((path) => path !== folder && isUnder(path, folder));

/** Where a kustomization fetches from: `https://git.example.org/platform.git//fleet?ref=main` of `platform.git`. */
const repositoryIn = (entry: string): string => /^(?:[a-z][a-z0-9+.-]*:\/\/)?.*?(?=\/\/|\?|$)/i.exec(entry)?.[0] ?? '';

/** What decides what becomes of these files, whoever delivers it. */
export const whatMatters = (
  begin: readonly string[],
  { kustomizations, reach, objects, texts, paths, remotes }: Known,
): Matters => {
  const files = new Set(begin);
  const folders = foldersAround(begin);
  const all = foldersAround(paths);
  const found = {
    kustomizations: new Set<Kustomization>(),
    objects: new Set<EngineObject>(),
    charts: new Set<string>(),
  };
  const charts = delivering(texts);
  const add = (file: string): void => {
    files.add(file);
    addFolders(folders, file);
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
    if (here.some((path) => files.has(path) || applies(path))) return true;
    // A generator may find the folder in a file.
    const given = generatorsIn(object.content.spec).flatMap(({ kind, pattern }) =>
      kind === 'files' ? matched([...paths], pattern) : [],
    );
    if (given.some((path) => namesFolder(texts.get(path) ?? '', folders))) return true;

    // What says nowhere what it applies may apply all.
    return here.length === 0 && appliers.has(object.kind) && textsIn(object.content.spec).some(isOpen);
  };

  for (let round = 0; round < mostRounds; round += 1) {
    const before = found.kustomizations.size + found.objects.size + found.charts.size;
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
    for (const [chart, inside] of charts) {
      if (found.charts.has(chart) || !inside.some((text) => namesFolder(text, folders))) continue;
      found.charts.add(chart);
      add(join(chart, 'Chart.yaml'));
    }
    if (found.kustomizations.size + found.objects.size + found.charts.size === before) break;
  }
  const from = new Set([...found.objects].flatMap((object) => object.from));
  for (const object of objects) if (from.has(object.id)) found.objects.add(object);
  const names = givenBy([...found.objects].map(({ content }) => content));
  for (const each of kustomizations)
    if (generatedBy(each).some((name) => names.includes(name))) found.kustomizations.add(each);

  return {
    ...{ files, folders, names, kustomizations: [...found.kustomizations] },
    ...{ objects: [...found.objects], charts: [...found.charts] },
    // What else a list brings is others' business.
    listedIn: ({ folder, elsewhere }, content) => {
      const isOfUse = (entry: unknown): boolean => {
        if (typeof entry !== 'string' || elsewhere.includes(entry)) return true;
        const path = join(folder, entry).replace(/\/$/, '');

        return files.has(path) || folders.has(path) || applies(path);
      };
      const { resources } = content;

      return Array.isArray(resources)
        ? {
            ...content,
            resources: resources
              .filter(isOfUse)
              .map((each) => JSON.stringify(each))
              .sort(),
          }
        : content;
    },
  };
};

/** What decides what becomes of some files. */
export interface Matters {
  /** Files, and all folders around them. */
  files: ReadonlySet<string>;
  folders: ReadonlySet<string>;
  /** Names of ConfigMaps and Secrets of which something is put in. */
  names: readonly string[];
  kustomizations: Kustomization[];
  objects: EngineObject[];
  /** Folders of charts. */
  charts: string[];
  /** What a kustomization says, and of what it lists only what matters. */
  listedIn: (kustomization: Kustomization, content: Record<string, unknown>) => Record<string, unknown>;
}

/** Kinds that make deliveries, or apply by themselves. */
const appliers = new Set(['ApplicationSet', 'ResourceSet', 'FluxInstance', 'ArtifactGenerator', 'App', 'GitRepo']);
