import { type Concern, concern, nearly } from '../../words/risk.ts';
import type { Fact, Thing } from '../../words/thing.ts';
import { described, pairsOf, reasonsOf, step } from './facts.ts';

/** What a change does to one thing, in words. Names are in backticks. */
export interface Consequence {
  effect: 'create' | 'change' | 'adjust' | 'move' | 'keep' | 'remove';
  /** Where: `spike in frontier`; undefined if it is about the document as a whole. */
  where: Where | undefined;
  words: string;
  /** Of a thing that goes or stays: what it holds. */
  holds?: Thing['holds'];
}

/** A component of a zone. */
export interface Where {
  zone: string;
  environment: string;
  region: string;
  component: string;
}

/** What a comparison found: what happens, why it is risky, and what needs no further word. */
export interface Compared {
  consequences: Consequence[];
  concerns: Concern[];
  /** Keys of the things of which a difference has been told. */
  told: Set<string>;
  /** Paths of the settings, or of the fields of a document, of which a difference has been told. */
  paths: Set<string>;
}

/** Nothing was found. */
export const same: Compared = { consequences: [], concerns: [], told: new Set(), paths: new Set() };

const pathsOf = (things: { path?: string }[]): Set<string> => new Set(things.flatMap(({ path }) => path ?? []));

/** A thing that is new. */
export const created = (thing: Thing, where: Where | undefined): Compared => ({
  consequences: [
    {
      effect: 'create',
      where,
      words: `creates ${thing.name}${thing.purpose ? `, ${thing.purpose}` : ''}${described(thing.facts)}`,
    },
  ],
  concerns: thing.facts.flatMap((fact) => [
    ...(fact.whenNew === undefined || fact.value === ''
      ? []
      : [
          concern(fact.whenNew, where?.environment ?? '', `${thing.name}: ${step({ before: undefined, after: fact })}`),
        ]),
    ...nearlyUsed(fact, undefined, thing, where),
  ]),
  told: new Set([thing.key]),
  paths: pathsOf([thing]),
});

/** A thing that goes; `isKept` if what it stands for stays. */
export const removed = (thing: Thing, where: Where | undefined, isKept: boolean): Compared => ({
  consequences: [
    isKept
      ? { effect: 'keep', where, words: `keeps ${thing.name}: ${thing.kept}`, holds: thing.holds }
      : { effect: 'remove', where, words: `removes ${thing.name}: ${thing.lost}`, holds: thing.holds },
  ],
  concerns:
    thing.holds === 'data' && !isKept
      ? [concern('DataDeleted', where?.environment ?? '', `${thing.name} is deleted, ${thing.lost}`)]
      : [],
  told: new Set([thing.key]),
  paths: pathsOf([thing]),
});

/** A thing that is there before and after; `environment` is where it matters. */
export const changed = (
  before: Thing,
  after: Thing,
  where: Where | undefined,
  environment: string = where?.environment ?? '',
): Compared => {
  const pairs = pairsOf(before.facts, after.facts);

  return {
    consequences: pairs.map((pair) => ({ effect: 'change', where, words: `changes ${after.name}: ${step(pair)}` })),
    concerns: pairs.flatMap((pair) => [
      ...reasonsOf(pair).map((reason) => concern(reason, environment, `${after.name}: ${step(pair)}`)),
      ...(pair.after === undefined ? [] : nearlyUsed(pair.after, pair.before, after, where)),
    ]),
    told: new Set(pairs.length > 0 ? [after.key] : []),
    paths: pathsOf(pairs.flatMap((pair) => pair.after ?? pair.before ?? [])),
  };
};

const nearlyUsed = (fact: Fact, before: Fact | undefined, thing: Thing, where: Where | undefined): Concern[] => {
  const { label, value } = fact;
  const most = 'most' in fact ? fact.most : undefined;
  if (most === undefined || typeof value !== 'number' || value < most * nearly) return [];
  if (typeof before?.value === 'number' && value <= before.value) return [];

  return [
    concern('LimitNearlyUsed', where?.environment ?? '', `${thing.name} has ${value} of at most ${most} ${label}`),
  ];
};

/** Several comparisons as one. */
export const together = (parts: Compared[]): Compared => ({
  consequences: parts.flatMap(({ consequences }) => consequences),
  concerns: parts.flatMap(({ concerns }) => concerns),
  told: new Set(parts.flatMap(({ told }) => [...told])),
  paths: new Set(parts.flatMap(({ paths }) => [...paths])),
});

/** Things by key: what is new, what differs, and by `isKept` what becomes of those that are gone. */
export const compareThings = (
  before: Thing[],
  after: Thing[],
  where: Where | undefined,
  isKept: (thing: Thing) => boolean,
  environment?: string,
): Compared =>
  together([
    ...after.map((thing) => {
      const previous = before.find(({ key }) => key === thing.key);
      return previous === undefined ? created(thing, where) : changed(previous, thing, where, environment);
    }),
    ...before
      .filter(({ key }) => !after.some((thing) => thing.key === key))
      .map((thing) => removed(thing, where, isKept(thing))),
  ]);

/** What the platform registers goes with its document: nothing of it is kept. */
export const goes = (): boolean => false;
