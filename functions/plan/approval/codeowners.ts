import { join } from 'node:path';
import { readApprovals } from '../../documents/approvals.ts';
import { groupOf } from '../../tree/group.ts';
import { Unplannable } from '../../tree/problem.ts';
import type { World } from '../../tree/world.ts';
import { isVisible } from '../../words/printable.ts';

/**
 * CODEOWNERS of a tree: each squad owns its folder, and the platform owns everything else, above all what limits the
 * squads, wherever it lies. Of the lines that fit a file the last one counts.
 *
 * @param directory the tree, where a squad that has no Service yet gets its folder
 * @param within how the repository calls a path of the tree; undefined for what lies in another one
 * @throws Unplannable if nobody said how squads and platform are called on the Git host
 */
// Guard rail: nobody-owns-their-guard-rails
export const codeownersOf = (world: World, directory: string, within: (path: string) => string | undefined): string => {
  const { handles } = readApprovals(world.approvals?.object);
  const { squad: pattern, platform } = handles;
  if (pattern === undefined || platform === undefined) {
    throw new Unplannable(
      'cannot tell how squads and the platform are called on your Git host: write spec.handles.squad and spec.handles.platform into a document of kind Approvals',
    );
  }
  const squads = [...world.squads.keys()].sort();
  const folders = new Map<string, string>();
  for (const [name, { file, object }] of world.services) {
    const squad = object.metadata?.namespace ?? name;
    const folder = /^(.*?(?:^|\/)squads\/)/.exec(file)?.[1];
    if (folder !== undefined && file.startsWith(`${folder}${squad}/`)) folders.set(squad, `${folder}${squad}/`);
  }
  const parent =
    [...folders].map(([squad, folder]) => folder.slice(0, -squad.length - 1))[0] ?? `${join(directory, 'squads')}/`;
  const folderOf = (squad: string): string => folders.get(squad) ?? `${parent}${squad}/`;
  const ownedBy = (squad: string, path: string): [string, string][] => {
    const inside = within(path);
    return inside === undefined ? [] : [[inside, handleOf(squad, pattern, world)]];
  };
  const owned = squads.flatMap((squad) => ownedBy(squad, folderOf(squad)));
  const scattered = [...world.services.values()]
    .filter(({ file, object }) => !file.startsWith(folderOf(object.metadata?.namespace ?? '')))
    .filter(({ object }) => world.squads.has(object.metadata?.namespace ?? ''))
    .flatMap(({ file, object }) => ownedBy(object.metadata?.namespace ?? '', file));
  const guards = [...world.zones.values(), ...world.squads.values(), ...(world.approvals ? [world.approvals] : [])]
    .flatMap(({ file }) => within(file) ?? [])
    .sort();

  return [
    '# Written by `squadkit codeowners`: run it again instead of changing this file. The last line that fits a file counts.',
    line('*', platform),
    '',
    '# Each squad owns what it asks for.',
    ...[...owned, ...scattered].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, owner]) => line(path, owner)),
    '',
    '# Nobody owns their own guard rails, wherever they lie.',
    ...[...new Set(guards)].map((path) => line(path, platform)),
    line('CODEOWNERS', platform),
    line('/.github/', platform),
    line('/.gitlab-ci.yml', platform),
    '',
  ].join('\n');
};

const handleOf = (squad: string, pattern: string, world: World): string =>
  pattern.replaceAll('{squad}', squad).replaceAll('{group}', groupOf(squad, world));

/** Spaces and signs of patterns are part of the name. */
const line = (path: string, owner: string): string => {
  // No pattern can say it, and what follows a line end would be a line with an owner of its own.
  if (/\p{Cc}/u.test(path)) {
    throw new Unplannable(`${JSON.stringify(path)} has a line end or another control character in its name: rename it`);
  }
  // What nobody sees is not reviewed, and of a backslash Git hosts make different things.
  if (!isVisible(path)) {
    throw new Unplannable(`${JSON.stringify(path)} has a character in its name that nobody sees: rename it`);
  }
  if (path.includes('\\')) {
    throw new Unplannable(
      `${JSON.stringify(path)} has a backslash in its name, which CODEOWNERS cannot say: rename it`,
    );
  }

  return `${path === '*' ? path : path.replaceAll(/[ #*?[\]!]/g, '\\$&')} ${owner}`;
};
