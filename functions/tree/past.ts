import { relative } from 'node:path';
import type { KubernetesObject } from '../objects/resource.ts';
import type { TreeDocument } from './document.ts';
import { withSlashes } from './file.ts';
import { isOneRepository } from './git.ts';
import { git, repositoryAround } from './repository.ts';
import { joined, treeAt } from './whole.ts';
import { nameOf, type World, worldOf } from './world.ts';

/**
 * Looks for a document of a base in what was there before, the youngest first: what `look` answers of the first world of which it
 * answers something. `never` if it answers nothing of any since there is such a document, and `unknown` if the history does not
 * tell.
 */
export type Past = <Found extends object>(
  document: TreeDocument,
  look: (object: KubernetesObject, world: World) => Found | undefined,
) => Found | 'never' | 'unknown';

/** So many worlds are read at most: each is a whole tree. */
const mostWorlds = 12;

const documentIn = (world: World, { object }: TreeDocument): TreeDocument | undefined =>
  [world.services, world.squads, world.zones]
    .map((documents) => documents.get(nameOf(object)))
    .find((found) => found?.object.kind === object.kind);

const lines = (output: Buffer): string[] =>
  output
    .toString()
    .split('\n')
    .filter((line) => line !== '');

/**
 * The past of a commit, along the line that its branch went through: every commit in which the document changed, or a Squad or
 * a Zone. What is refused in the commit may have been accepted in one of them, and goes on as it was then.
 *
 * @param platform the directory of the platform's documents, where they lie outside of the tree
 */
export const pastOf =
  (directory: string, commit: string, platform: string | undefined, world: World): Past =>
  (document, look) => {
    const repository = repositoryAround(directory);
    if (repository === undefined) return 'unknown';
    const more = platform !== undefined && isOneRepository(directory, platform) ? [platform] : [];
    const paths = [document, ...world.squads.values(), ...world.zones.values()].flatMap(({ file, tree }) => {
      const around = repositoryAround(tree);
      return around?.top === repository.top ? [around.prefix + withSlashes(relative(tree, file))] : [];
    });
    const line = ['rev-list', '--first-parent', '--end-of-options', commit, '--', ...paths];
    const commits = lines(git(repository, line).output);
    const worldAt = (id: string): World =>
      worldOf(joined(treeAt(directory, id, new Map()), ...more.map((each) => treeAt(each, id, new Map()))));

    for (const id of commits.slice(0, mostWorlds)) {
      const then = worldAt(id);
      const was = documentIn(then, document);
      // Before there was one, nothing came of it.
      if (was === undefined) return then.unread.length === 0 ? 'never' : 'unknown';
      const found = look(was.object, then);
      if (found !== undefined) return found;
    }
    const oldest = commits.at(-1);
    if (oldest === undefined || commits.length > mostWorlds) return 'unknown';
    if (lines(git(repository, ['rev-parse', '--is-shallow-repository']).output)[0] !== 'false') return 'unknown';
    const [before] = lines(git(repository, ['rev-parse', '--verify', '--quiet', `${oldest}^1`]).output);

    return before === undefined || documentIn(worldAt(before), document) === undefined ? 'never' : 'unknown';
  };
