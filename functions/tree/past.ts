import { relative } from 'node:path';
import type { KubernetesObject } from '../objects/resource.ts';
import type { TreeDocument } from './document.ts';
import { withSlashes } from './file.ts';
import { hasDirectory } from './git.ts';
import type { ReadFiles, Tree } from './read.ts';
import { git, isOneRepository, isShallow, linesOf, repositoryAround } from './repository.ts';
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

/** What a past is of. */
interface Present {
  directory: string;
  commit: string;
  /** The directory of the platform's documents, where they lie outside of the tree, and all that is in it now. */
  platform: { directory: string; now: Tree } | undefined;
  world: World;
  /** What has been read: of worlds of before almost all is the same. */
  known: ReadFiles;
}

/**
 * The past of a commit, along the line that its branch went through: every commit in which the document changed, or a Squad or
 * a Zone. What is refused in the commit may have been accepted in one of them, and goes on as it was then.
 */
export const pastOf = ({ directory, commit, platform, world, known }: Present): Past => {
  const repository = repositoryAround(directory);
  if (repository === undefined) return () => 'unknown';
  const isElsewhere = platform !== undefined && !isOneRepository(directory, platform.directory);
  const more = platform !== undefined && !isElsewhere ? [platform.directory] : [];
  // Of another repository nobody knows how it was then: what it refuses now it may have let pass.
  const never = isElsewhere ? 'unknown' : 'never';
  const prefixes = new Map<string, string | undefined>();
  const prefixOf = (tree: string): string | undefined => {
    if (!prefixes.has(tree)) {
      const around = repositoryAround(tree);
      prefixes.set(tree, around?.top === repository.top ? around.prefix : undefined);
    }

    return prefixes.get(tree);
  };
  const pathsOf = ({ file, tree }: TreeDocument): string[] => {
    const prefix = prefixOf(tree);
    return prefix === undefined ? [] : [prefix + withSlashes(relative(tree, file))];
  };
  // Many documents may be refused for one reason, and have almost the same past.
  const worlds = new Map<string, World>();
  const worldAt = (id: string): World => {
    const before = worlds.get(id);
    if (before !== undefined) return before;
    const trees = [directory, ...more].map((tree) => treeAt(tree, id, known));
    const then = worldOf(joined(...trees, ...(isElsewhere ? [platform.now] : [])));
    if (worlds.size >= mostWorlds) worlds.clear();
    worlds.set(id, then);

    return then;
  };

  const isThere = (id: string) => [directory, ...more].every((tree) => hasDirectory(tree, id));

  return (document, look) => {
    const paths = [document, ...world.squads.values(), ...world.zones.values()].flatMap(pathsOf);
    const line = ['rev-list', '--first-parent', '--end-of-options', commit, '--', ...paths];
    const commits = linesOf(git(repository, line).output);
    for (const id of commits.slice(0, mostWorlds)) {
      const then = worldAt(id);
      const was = documentIn(then, document);
      // Before there was one, nothing came of it; a tree that was not there may have been elsewhere.
      if (was === undefined) return then.unread.length === 0 && isThere(id) ? never : 'unknown';
      const found = look(was.object, then);
      if (found !== undefined) return found;
    }
    const oldest = commits.at(-1);
    if (oldest === undefined || commits.length > mostWorlds || isShallow(repository)) return 'unknown';
    const [before] = linesOf(git(repository, ['rev-parse', '--verify', '--quiet', `${oldest}^1`]).output);

    if (before === undefined) return never;

    return isThere(before) && documentIn(worldAt(before), document) === undefined ? never : 'unknown';
  };
};
