import { relative } from 'node:path';
import { asText } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import type { TreeDocument } from './document.ts';
import { folderOf, isUnder, withSlashes } from './file.ts';
import type { Problem } from './problem.ts';
import type { World } from './world.ts';

/**
 * The folder that an engine applies for a document: of a Service the one that has its squad's name, of a Squad or a Zone the
 * one called platform, the highest there is; undefined where a tree is laid out otherwise.
 */
export const appliedFolder = ({ kind, metadata }: KubernetesObject, path: string): string | undefined => {
  const folders = folderOf(path).split('/');
  const depth = folders.indexOf(kind === 'Service' ? asText(metadata?.namespace) : 'platform');

  return depth < 0 ? undefined : folders.slice(0, depth + 1).join('/');
};

/** Whether every engine takes a file of that name without being told to (kustomize-controller v1.9.6, Argo CD 3.6.1). */
const isTaken = (path: string): boolean => /[.](ya?ml|json)$/.test(path);

/**
 * Documents that say the same in another place, where the engine that applied them does not look: it removes what they stand
 * for, though nothing in them changes. A problem each; where nobody can tell which folder is applied, a sentence each. What is
 * gone is told as a removal, and approvals nobody applies.
 *
 * @param before what was in the tree
 * @param after what is to be in it
 */
export const movedOut = (before: World, after: World): { problems: Problem[]; notes: string[] } => {
  const [problems, notes]: [Problem[], string[]] = [[], []];
  for (const kind of ['services', 'squads', 'zones'] as const) {
    for (const [name, document] of before[kind]) {
      const to = after[kind].get(name);
      if (to === undefined) continue;
      const { object } = document;
      const [was, path] = [pathOf(document), pathOf(to)];
      if (path === was) continue;
      const moves = `${object.kind} ${name} moves`;
      const folder = appliedFolder(object, was);
      if (isTaken(was) && !isTaken(path)) {
        const message = `${moves} from ${was} to a name that engines pass over, and so remove it: let it end in .yaml`;
        problems.push({ file: to.file, message });
      } else if (folder !== undefined && !isUnder(path, folder)) {
        const message = `${moves} out of ${folder}/, and the engine that applies that folder removes it: leave it there, or take it out of the tree if it is to go`;
        problems.push({ file: to.file, ...to.positionOf(['metadata', 'name']), message });
      } else if (folder === undefined && !isUnder(path, folderOf(was))) {
        notes.push(
          `${moves} from ${was} to ${path}: an engine that applies only ${folderOf(was) || 'the folder of before'} removes it`,
        );
      }
    }
  }

  return { problems, notes };
};

const pathOf = ({ file, tree }: TreeDocument): string => withSlashes(relative(tree, file));
