import type { Found, Hub } from '../live/hub.ts';
import { argocd } from './argocd.ts';
import type { Engine, EngineSaid } from './engine.ts';
import { flux } from './flux.ts';

/** All that `squadkit wait` understands: a further one is a file here, and a name in this list. */
const engines: Engine[] = [flux, argocd];

/** What the hub has of a squad's folder, by engine. */
export type Folders = { engine: Engine; found: Found }[];

/** Looks for a squad's folder with every engine. */
export const foldersOf = (squad: string, { get }: Pick<Hub, 'get'>): Promise<Folders> =>
  Promise.all(engines.map(async (engine) => ({ engine, found: await get(engine.folderOf(squad)) })));

/**
 * What an engine says is wrong with a commit; undefined if none has tried it, none says, or none may be asked. What came of an
 * applied document is not in it: the Service says that itself, and better.
 */
export const engineSaid = (folders: Folders, commit: string): EngineSaid | undefined => {
  const said = folders
    .map(({ engine, found }) => ('object' in found ? engine.said(found.object, commit) : undefined))
    .filter((each) => each !== undefined);

  return said.find(({ isRefusal }) => isRefusal) ?? said[0];
};
