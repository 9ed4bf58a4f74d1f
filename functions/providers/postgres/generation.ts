import { dataOf, isTrue, type Observed } from '../../objects/resource.ts';
import { timeOf } from '../../objects/time.ts';
import { keyOf } from '../binding.ts';
import type { Component } from '../provider.ts';
import { databaseOf, generationIn, generationOf, generationPattern } from './names.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;

/**
 * Which database of a Service: undefined is the one that it began with; a generation is one that was restored, and lies
 * beside it (names.ts).
 */
export type Generation = string | undefined;

/** Which databases there are to be, and which of them is handed out. */
export interface Choice {
  /** The one that the document asks for. */
  wanted: Generation;
  /** Whether the wanted one holds what it is to begin with. */
  isThere: boolean;
  /** The one that is handed out, and in which logins may do anything; `none` as long as there is none. */
  current: { generation: Generation } | 'none';
  /** Restored ones that are composed. The first one always is. */
  restored: string[];
}

/** Local name of what a restored database has: `tc5k2a.database`. Of other names none begins with a word of so many letters and a dot. */
export const localIn = (generation: string, name: string): string => `${generation}.${name}`;

/** What is observed of a restored database, by the names that it has of the first one. */
export const observedIn = (observed: Record<string, Observed>, generation: string): Record<string, Observed> =>
  Object.fromEntries(
    Object.entries(observed).flatMap(([local, found]) =>
      local.startsWith(`${generation}.`) ? [[local.slice(generation.length + 1), found]] : [],
    ),
  );

const ofGeneration = new RegExp(`^(${generationPattern})[.]`);

/** The local name that the first database has for what has this one. */
export const withoutGeneration = (local: string): string => local.replace(ofGeneration, '');

/** Generations that there are, asked for or not. */
export const generationsIn = (observed: Record<string, Observed>): string[] => [
  ...new Set(
    Object.keys(observed).flatMap((local) => {
      const [, generation] = ofGeneration.exec(local) ?? [];

      return generation === undefined ? [] : [generation];
    }),
  ),
];

/** Local name of what says in a restored database that it was restored. */
export const restoredMark = 'restored';

/**
 * The database that the Secret on the hub names. Crossplane and the emergency identities write there
 * (package/install/hub/squad-namespaces.yaml).
 */
const boundIn = ({ observed, squad, service }: PostgresComponent): { generation: Generation } | undefined => {
  const encoded = dataOf(observed.binding)[keyOf('', 'database')];
  if (encoded === undefined) return undefined;
  const name = Buffer.from(encoded, 'base64').toString();
  const first = databaseOf(squad.name, service, undefined);
  const generation = generationIn(first, name);

  return name === first || generation !== undefined ? { generation } : undefined;
};

/** When what has that local name was asked for, in milliseconds since 1970; undefined if it is not there. */
const askedAt = (observed: Record<string, Observed>, local: string): number | undefined =>
  timeOf(observed[local]?.object.metadata?.creationTimestamp) || undefined;

/**
 * The database in which logins may do something, where the Secret on the hub was lost. Of a restored one that says everything:
 * nobody may do anything in it before it was handed out. In the first one that was so before any other was asked for; on a hub
 * that knew nothing its rights are younger.
 */
const usedBefore = ({ observed }: PostgresComponent, wanted: string): { generation: Generation } | undefined => {
  const generations = generationsIn(observed);
  const restored = generations.find(
    (generation) => generation !== wanted && observed[localIn(generation, 'writer-usage')] !== undefined,
  );
  if (restored !== undefined) return { generation: restored };
  const asked = generations.map((generation) => askedAt(observed, localIn(generation, 'database')) ?? 0);
  const used = askedAt(observed, 'writer-usage');

  return used !== undefined && asked.every((at) => used < at) ? { generation: undefined } : undefined;
};

/**
 * Chooses. What is handed out is exchanged only for one that holds what it is to hold, and never back because somebody is
 * away: `Ready` of the mark stays True from when it was there.
 */
export const choiceOf = (component: PostgresComponent): Choice => {
  const { at } = component.settings.restore ?? {};
  const wanted = at === undefined ? undefined : generationOf(at);
  if (wanted === undefined) return { wanted, isThere: true, current: { generation: undefined }, restored: [] };
  const bound = boundIn(component);
  const mark = component.observed[localIn(wanted, restoredMark)];
  const isThere = bound?.generation === wanted || (mark !== undefined && isTrue(mark.object, 'Ready'));
  if (isThere) return { wanted, isThere, current: { generation: wanted }, restored: [wanted] };
  const current = bound ?? usedBefore(component, wanted);
  const before = current?.generation;

  return { wanted, isThere, current: current ?? 'none', restored: before === undefined ? [wanted] : [wanted, before] };
};

/** The database that is handed out, by name; before there is one, the one that will be. */
export const databaseInForce = (component: PostgresComponent): string => {
  const { squad, service } = component;
  const { current, wanted } = choiceOf(component);

  return databaseOf(squad.name, service, current === 'none' ? wanted : current.generation);
};

/** Local name of what the database has that is handed out; before there is one, of what the first one has. */
export const localInUse = (component: PostgresComponent, local: string): string => {
  const { current } = choiceOf(component);

  return current === 'none' || current.generation === undefined ? local : localIn(current.generation, local);
};
