import { type Concern, concern, nearly } from '../../words/risk.ts';
import type { Fact, Thing } from '../../words/thing.ts';

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
}

const shown = (value: Fact['value']): string => (Array.isArray(value) ? value.join(', ') : `${value}`);

const described = (facts: Fact[]): string => {
  const parts = facts.filter(({ value }) => value !== '' && !(Array.isArray(value) && value.length === 0));
  return parts.length === 0 ? '' : `: ${parts.map(({ label, value }) => `${label} ${shown(value)}`).join(', ')}`;
};

/** A thing that is new. */
export const created = (thing: Thing, where: Where | undefined): Compared => ({
  consequences: [
    {
      effect: 'create',
      where,
      words: `creates ${thing.name}${thing.purpose ? `, ${thing.purpose}` : ''}${described(thing.facts)}`,
    },
  ],
  concerns: thing.facts.flatMap((fact) => nearlyUsed(fact, undefined, thing, where)),
  told: new Set([thing.key]),
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
});

/** A thing that is there before and after. */
export const changed = (before: Thing, after: Thing, where: Where | undefined): Compared => {
  const pairs = after.facts.flatMap((fact) => {
    const previous = before.facts.find(({ label }) => label === fact.label);
    return previous === undefined || shown(previous.value) === shown(fact.value) ? [] : [{ previous, fact }];
  });

  return {
    consequences: pairs.map(({ previous, fact }) => ({
      effect: 'change',
      where,
      words: `changes ${after.name}: ${step(previous, fact)}`,
    })),
    concerns: pairs.flatMap(({ previous, fact }) => [
      ...(fact.wider !== undefined && isWider(previous, fact)
        ? [concern(fact.wider, where?.environment ?? '', `${after.name}: ${step(previous, fact)}`)]
        : []),
      ...(fact.narrower !== undefined && isWider(fact, previous)
        ? [concern(fact.narrower, where?.environment ?? '', `${after.name}: ${step(previous, fact)}`)]
        : []),
      ...nearlyUsed(fact, previous, after, where),
    ]),
    told: new Set(pairs.length > 0 ? [after.key] : []),
  };
};

const step = (before: Fact, after: Fact): string => {
  if (!Array.isArray(before.value) || !Array.isArray(after.value)) {
    if (before.value === '') return `${after.label} ${shown(after.value)}`;
    if (after.value === '') return `no longer ${before.label} ${shown(before.value)}`;

    return `${after.label} ${shown(after.value)} instead of ${shown(before.value)}`;
  }
  const [old, now] = [before.value, after.value];
  const more = now.filter((value) => !old.includes(value));
  const less = old.filter((value) => !now.includes(value));
  const left = after.left === undefined ? '' : ` (${after.left})`;

  return [
    ...(more.length > 0 ? [`${after.label} ${more.join(', ')} as well`] : []),
    ...(less.length > 0 ? [`no longer ${after.label} ${less.join(', ')}${left}`] : []),
  ].join('; ');
};

const isWider = (before: Fact, after: Fact): boolean => {
  if (Array.isArray(before.value) && Array.isArray(after.value)) {
    const old = before.value;
    return after.value.some((value) => !old.includes(value));
  }
  if (typeof before.value === 'number' && typeof after.value === 'number') return after.value > before.value;
  if (after.steps === undefined) return true;

  return after.steps.indexOf(`${after.value}`) > after.steps.indexOf(`${before.value}`);
};

const nearlyUsed = (
  { label, value, most }: Fact,
  before: Fact | undefined,
  thing: Thing,
  where: Where | undefined,
): Concern[] => {
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
});

/** Things by key: what is new, what differs, and by `isKept` what becomes of those that are gone. */
export const compareThings = (
  before: Thing[],
  after: Thing[],
  where: Where | undefined,
  isKept: (thing: Thing) => boolean,
): Compared =>
  together([
    ...after.map((thing) => {
      const previous = before.find(({ key }) => key === thing.key);
      return previous === undefined ? created(thing, where) : changed(previous, thing, where);
    }),
    ...before
      .filter(({ key }) => !after.some((thing) => thing.key === key))
      .map((thing) => removed(thing, where, isKept(thing))),
  ]);

/** What the platform registers goes with its document: nothing of it is kept. */
export const goes = (): boolean => false;
