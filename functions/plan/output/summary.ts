import type { Problem } from '../../tree/problem.ts';
import type { World } from '../../tree/world.ts';
import type { Change } from '../change.ts';
import type { Plan } from '../plan.ts';

/** A plan with what there is to say around it. */
export interface Report {
  /** Undefined if the tree is broken: planning with half of it would show the other half as removed. */
  plan: Plan | undefined;
  problems: Problem[];
  /** What it is compared with: `origin/main (3f2a1b0)`; undefined if with nothing. */
  comparedWith: string | undefined;
  /** What a reader should know of the comparison. */
  notes: string[];
  counted: { services: number; squads: number; zones: number; files: number };
  /** Whether the resources underneath are asked for. */
  withResources: boolean;
}

/** How many of everything a tree has. */
export const countedIn = ({ services, squads, zones, files }: World): Report['counted'] => ({
  services: services.size,
  squads: squads.size,
  zones: zones.size,
  files,
});

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `2 Services, 1 Squad and 2 Zones in 5 files` */
export const countedWords = ({ services, squads, zones, files }: Report['counted']): string =>
  `${plural(services, 'Service')}, ${plural(squads, 'Squad')} and ${plural(zones, 'Zone')} in ${plural(files, 'file')}`;

const kinds = [
  ['create', 'new'],
  ['change', 'changed'],
  ['rename', 'renamed'],
  ['transfer', 'given to another squad'],
  ['remove', 'removed'],
  ['refuse', 'refused'],
] as const;

/** `1 new, 2 removed`; `nothing changes` */
export const outline = (changes: Change[]): string => {
  const parts = kinds.flatMap(([action, word]) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });

  return parts.length === 0 ? 'nothing changes' : parts.join(', ');
};

/** Consequences by component, in their order; those of the document as a whole come first. */
export const byPlace = (change: Change): { place: string; consequences: Change['consequences'] }[] => {
  const groups = new Map<string, Change['consequences']>();
  for (const consequence of change.consequences) {
    const { where } = consequence;
    const place =
      where === undefined
        ? ''
        : `\`${where.component}\` in zone \`${where.zone}\` (${where.environment}, ${where.region})`;
    groups.set(place, [...(groups.get(place) ?? []), consequence]);
  }

  return [...groups]
    .map(([place, consequences]) => ({ place, consequences }))
    .sort((a, b) => Number(a.place !== '') - Number(b.place !== ''));
};

/** The sign before a line: what is new, what differs, what goes and what stays. */
export const signs = { create: '+', change: '~', adjust: '~', move: '>', keep: '=', remove: '-' } as const;
/** The sign before a change, by what happens to its document. */
export const actionSigns = { create: '+', change: '~', rename: '>', transfer: '>', remove: '-', refuse: '!' } as const;
