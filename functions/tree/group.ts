import { unlessRefused } from '../round/refusal.ts';
import { readSquad } from '../squad/read.ts';
import type { World } from './world.ts';

/** The group of a squad in the identity provider; its name if the squad is not there or is refused. */
export const groupOf = (squad: string, ...worlds: World[]): string => {
  const document = worlds.map(({ squads }) => squads.get(squad)).find((found) => found !== undefined);
  if (document === undefined) return squad;

  return unlessRefused(() => readSquad(document.object).group) ?? squad;
};
