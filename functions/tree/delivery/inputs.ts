import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { isMapping, textsIn } from '../../objects/record.ts';
import { folderOf, isUnder, type TreeFile } from '../file.ts';
import type { Kustomization } from '../rendering/kustomization.ts';
import { rendererOf } from '../rendering/marks.ts';
import { mayDecide, pathNamed } from './named.ts';
import type { EngineObject } from './objects.ts';

/** What in a repository is put into what an engine is told: as one number, which is another once any of it is. */
export interface Inputs {
  /** Of an object: what its generators find, files of values that it names, and what lies where it looks for how to render. */
  ofObject: (object: EngineObject) => string;
  /** Of a kustomization: files that it makes ConfigMaps, Secrets and patches of. */
  ofKustomization: (kustomization: Kustomization) => string;
  /** Of a chart: all that lies in it. */
  ofFolder: (folder: string) => string;
  /** Of any files, and of others by their names alone where their content is not kept of a commit. */
  of: (paths: readonly string[]) => string;
}

/** Looks for the inputs of objects, in a repository of these files. */
export const inputsIn = (files: readonly TreeFile[]): Inputs => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const hashes = new Map<string, string>();
  const ofFile = (path: string): string => {
    const known = hashes.get(path);
    if (known !== undefined) return known;
    const file = byPath.get(path);
    // What is in others is not kept of a commit.
    const said = file === undefined ? '' : mayDecide(path) ? (file.read() ?? '') : `${file.bytes}`;
    const hash = createHash('sha256').update(said).digest('hex');
    hashes.set(path, hash);

    return hash;
  };
  const numberOf = (paths: Iterable<string>, more: readonly string[] = []): string => {
    const parts = [...new Set(paths)].sort().map((path) => `${JSON.stringify(path)} ${ofFile(path)}`);
    const all = [...parts, ...more];

    return all.length === 0 ? '' : createHash('sha256').update(all.join('\n')).digest('hex');
  };

  return {
    of: (paths) =>
      numberOf(
        paths.filter(mayDecide),
        paths.filter((path) => !mayDecide(path)).map((path) => JSON.stringify(path)),
      ),
    ofFolder: (folder) => numberOf([...byPath.keys()].filter((path) => isUnder(path, folder))),
    ofKustomization: ({ folder, content, resources }) => {
      const listed = new Set(resources);
      const named = textsIn(content)
        .flatMap((text) => (text.length > 400 || text.includes('\n') ? [] : [text, text.slice(text.indexOf('=') + 1)]))
        .map((text) => posix.join(folder, text));

      return numberOf(named.filter((path) => byPath.has(path) && !listed.has(path)));
    },
    ofObject: ({ paths = [], content }) => {
      const texts = textsIn(content.spec).filter((text) => text.length <= 400 && !/\s/.test(text));
      const plain = texts.map((text) => text.replace(/^\$[\w-]+\//, ''));
      const values = plain.flatMap((text) => [pathNamed(text) ?? '', ...paths.map((path) => posix.join(path, text))]);
      const renderers = [...byPath.keys()].filter(
        (path) => paths.includes(folderOf(path)) && ['Argo CD', 'Helm'].includes(rendererOf(path) ?? ''),
      );
      const generated = generatorsIn(content.spec).map(({ kind, pattern }) =>
        kind === 'files'
          ? numberOf(matched([...byPath.keys()], pattern))
          : foldersMatched([...byPath.keys()], pattern).join('\n'),
      );

      return numberOf(
        [...values.filter((path) => byPath.has(path) && mayDecide(path)), ...renderers],
        generated.filter((each) => each !== ''),
      );
    },
  };
};

/** What generators of an ApplicationSet look for in Git (Argo CD 3.2, git generator). */
export const generatorsIn = (value: unknown): { kind: 'files' | 'directories'; pattern: string }[] => {
  if (Array.isArray(value)) return value.flatMap(generatorsIn);
  if (!isMapping(value)) return [];
  const own = isMapping(value.git)
    ? (['files', 'directories'] as const).flatMap((kind) => {
        const listed = (value.git as Record<string, unknown>)[kind];

        return (Array.isArray(listed) ? listed : []).flatMap((each) =>
          isMapping(each) && typeof each.path === 'string' ? [{ kind, pattern: each.path }] : [],
        );
      })
    : [];

  return [...own, ...Object.values(value).flatMap(generatorsIn)];
};

/** Files that a pattern may mean: in the folders before what stands for several, with its last name where that is plain. */
export const matched = (paths: readonly string[], pattern: string): string[] => {
  const folder = pathNamed(pattern) ?? '';
  const name = pattern.split('/').at(-1) ?? '';
  const isPlain = /^[\w.-]+$/.test(name);

  return paths.filter((path) => isUnder(path, folder) && (!isPlain || posix.basename(path) === name));
};

/** Folders that a pattern may mean: of as many parts as it has. */
const foldersMatched = (paths: readonly string[], pattern: string): string[] => {
  const folder = pathNamed(pattern) ?? '';
  const depth = pattern.replace(/^\.?\//, '').split('/').length;
  const found = paths
    .filter((path) => isUnder(path, folder))
    .map((path) => path.split('/').slice(0, -1).slice(0, depth));

  return [...new Set(found.filter((parts) => parts.length === depth).map((parts) => parts.join('/')))].sort();
};
