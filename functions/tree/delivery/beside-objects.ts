import { asText, isMapping } from '../../objects/record.ts';
import { folderOf, foldersAbove, isUnder, type TreeFile } from '../file.ts';
import { mentionsEngine } from '../reader/mention.ts';
import { objectsOf } from '../rendering/engines.ts';
import type { Kustomization } from '../rendering/kustomization.ts';
import { leftOutBy } from '../rendering/left-out.ts';
import { rendererOf } from '../rendering/marks.ts';
import type { Delivered } from './delivered.ts';

const engineKinds =
  /kind["']?[ \t]*:[ \t]*["']?(Application|ApplicationSet|AppProject|Kustomization|HelmRelease|GitRepository|OCIRepository|ResourceSet)\b/;

/** Charts that make objects of engines: what their files say, by their folders. */
export const delivering = (texts: ReadonlyMap<string, string>): Map<string, string[]> => {
  const charts = [...texts.keys()].filter((path) => rendererOf(path) === 'Helm').map(folderOf);

  return new Map(
    charts.flatMap((chart): [string, string[]][] => {
      const inside = [...texts].flatMap(([path, text]) => (isUnder(path, chart) ? [text] : []));
      return inside.some((text) => mentionsEngine(text) && engineKinds.test(text)) ? [[chart, inside]] : [];
    }),
  );
};

/** Whether a text has the name of one of these folders in it. */
export const namesFolder = (text: string, folders: ReadonlySet<string>): boolean =>
  (text.match(/[\w./-]+/g) ?? []).some((word) => {
    const path = word.replace(/^[./]+|\/+$/g, '');

    return [path, ...foldersAbove(path)].some((folder) => folder !== '' && folders.has(folder));
  });

/** Names of the ConfigMaps and Secrets that a kustomization makes. */
export const generatedBy = ({ content }: Kustomization): string[] =>
  [content?.configMapGenerator, content?.secretGenerator].flatMap((listed) =>
    (Array.isArray(listed) ? listed : []).flatMap((each) =>
      isMapping(each) && typeof each.name === 'string' ? [each.name] : [],
    ),
  );

/** ConfigMaps and Secrets of which something is put into what an engine is told. */
export const givenTo = ({ names }: { names: readonly string[] }, texts: ReadonlyMap<string, string>): Delivered[] => {
  if (names.length === 0) return [];

  return [...texts].flatMap(([file, text]) =>
    names.some((name) => text.includes(name))
      ? objectsOf(text).flatMap(({ kind, metadata, ...content }) => {
          const name = isMapping(metadata) ? asText(metadata.name) : '';
          const isGiven = ['ConfigMap', 'Secret'].includes(asText(kind)) && names.includes(name);

          return isGiven ? [{ file, name: `${asText(kind)} ${name}`, content }] : [];
        })
      : [],
  );
};

/** Files by which Flux leaves something out that tells an engine what to apply. */
export const leavingOut = (files: readonly TreeFile[], those: readonly string[]): Delivered[] =>
  files
    .filter(({ path }) => rendererOf(path) === 'Flux')
    .flatMap(({ path, read }) => {
      const text = read()?.toString('utf8') ?? '';
      const left = leftOutBy(text, folderOf(path), those);

      return left === undefined ? [] : [{ file: path, name: 'this list of what Flux leaves out', content: { text } }];
    });
