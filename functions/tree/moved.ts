import { relative } from 'node:path';
import type { KubernetesObject } from '../objects/resource.ts';
import type { TreeDocument } from './document.ts';
import { folderOf } from './file.ts';
import type { Problem } from './problem.ts';

const identityOf = ({ kind, metadata }: KubernetesObject): string =>
  `${kind} ${metadata?.namespace ?? ''}/${metadata?.name}`;

/** What a document is called to people. */
const named = ({ kind, metadata }: KubernetesObject): string =>
  `${kind} ${[metadata?.namespace, metadata?.name].filter((part) => part !== undefined).join('/')}`;

/**
 * The folder that an engine applies for a document: of a Service the one that has its squad's name, of a Squad or a Zone the
 * one called platform, the highest there is; undefined where a tree is laid out otherwise.
 */
const appliedFolder = ({ kind, metadata }: KubernetesObject, path: string): string | undefined => {
  const folders = folderOf(path).split('/');
  const depth = folders.indexOf(kind === 'Service' ? String(metadata?.namespace) : 'platform');

  return depth < 0 ? undefined : folders.slice(0, depth + 1).join('/');
};

/** Whether every engine takes a file of that name without being told to (kustomize-controller v1.9.6, Argo CD 3.6.1). */
const isTaken = (path: string): boolean => /[.](ya?ml|json)$/.test(path);

const isWithin = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`);

/**
 * Documents that say the same in another place, where the engine that applied them does not look: it removes what they stand
 * for, though nothing in them changes. A problem each; where nobody can tell which folder is applied, a sentence each.
 *
 * @param before what was in the tree
 * @param after what is to be in it
 */
export const movedOut = (
  before: readonly TreeDocument[],
  after: readonly TreeDocument[],
): { problems: Problem[]; notes: string[] } => {
  const pathOf = ({ file, tree }: TreeDocument): string => relative(tree, file).replaceAll('\\', '/');
  const places = new Map<string, TreeDocument[]>();
  for (const document of after) {
    const identity = identityOf(document.object);
    places.set(identity, [...(places.get(identity) ?? []), document]);
  }
  const [problems, notes]: [Problem[], string[]] = [[], []];
  for (const document of before) {
    const { object } = document;
    const now = places.get(identityOf(object)) ?? [];
    const [to, ...others] = now;
    const was = pathOf(document);
    // One that is there twice is a problem of its own, one that is gone is told as a removal, and approvals nobody applies.
    if (to === undefined || others.length > 0 || object.kind === 'Approvals' || pathOf(to) === was) continue;
    const path = pathOf(to);
    const folder = appliedFolder(object, was);
    if (isTaken(was) && !isTaken(path)) {
      const message = `${named(object)} moves from ${was} to a name that engines pass over, and so remove it: let it end in .yaml`;
      problems.push({ file: to.file, message });
    } else if (folder !== undefined && !isWithin(path, folder)) {
      const message = `${named(object)} moves out of ${folder}/, and the engine that applies that folder removes it: leave it there, or take it out of the tree if it is to go`;
      problems.push({ file: to.file, ...to.positionOf(['metadata', 'name']), message });
    } else if (folder === undefined && !isWithin(path, folderOf(was))) {
      notes.push(
        `${named(object)} moves from ${was} to ${path}: an engine that applies only ${folderOf(was) || 'the folder of before'} removes it`,
      );
    }
  }

  return { problems, notes };
};
