import { isOpenedBy } from '../../documents/networks.ts';
import { isSame } from '../../objects/same.ts';
import type { RiskReason } from '../../words/risk.ts';
import type { Fact, Meaning, Opening } from '../../words/thing.ts';

/** A fact that is not the same before and after; one of them may be missing. */
export type Pair = { before: Fact; after: Fact | undefined } | { before: undefined; after: Fact };

/** A value of a fact, as it is said. */
export const shown = ({ value }: Fact): string => {
  if (Array.isArray(value)) return value.join(', ');

  return value === Number.POSITIVE_INFINITY ? 'any number' : `${value}`;
};

const isEmpty = ({ value }: Fact): boolean =>
  value === '' || value === Number.POSITIVE_INFINITY || (Array.isArray(value) && value.length === 0);

/** What is said of a new thing. */
export const described = (facts: Fact[]): string => {
  const parts = facts.filter((fact) => fact.isSaid === undefined && !isEmpty(fact));

  return parts.length === 0 ? '' : `: ${parts.map((fact) => `${fact.label} ${shown(fact)}`).join(', ')}`;
};

/**
 * The facts that differ, in the order of those that there are now.
 *
 * @throws Error if two facts have one label: which of them it was before, nobody could tell
 */
export const pairsOf = (before: Fact[], after: Fact[]): Pair[] => {
  const [old, now] = [byLabel(before), byLabel(after)];

  return [
    ...after.flatMap((fact): Pair[] => {
      const previous = old.get(fact.label);
      if (previous === undefined) return isEmpty(fact) ? [] : [{ before: undefined, after: fact }];

      return isSameFact(previous, fact) ? [] : [{ before: previous, after: fact }];
    }),
    ...before
      .filter((fact) => !isEmpty(fact) && !now.has(fact.label))
      .map((fact) => ({ before: fact, after: undefined })),
  ];
};

const byLabel = (facts: Fact[]): Map<string, Fact> => {
  const found = new Map(facts.map((fact) => [fact.label, fact]));
  if (found.size < facts.length)
    throw new Error(`two facts of one thing have the same label: ${facts.map(({ label }) => label).join(', ')}`);

  return found;
};

const isSameFact = (before: Fact, after: Fact): boolean => {
  if (isSame(before.value, after.value) && isSame(before.opens, after.opens)) return true;
  const [{ more, less }, [come, gone]] = [directionOf(before, after), entriesOf(before, after)];
  if (more || less) return false;

  return Array.isArray(after.value) ? come.length + gone.length === 0 : shown(before) === shown(after);
};

interface Direction {
  more: boolean;
  less: boolean;
  /** It is another one: neither more nor less, or nothing of it stays. */
  other: boolean;
}

const isHeld = (opening: Opening, others: Opening[]): boolean => {
  const same = others.filter(({ what, network }) => what === opening.what && typeof network === typeof opening.network);
  const blocks = same.map(({ network = '', except = [] }) => ({ network, except }));

  return opening.network === undefined
    ? same.length > 0 || others.some(({ what }) => what === opening.partOf)
    : isOpenedBy({ network: opening.network, except: opening.except ?? [] }, blocks);
};

/** Entries that come, and those that go. */
const entriesOf = (before: Fact, after: Fact): [string[], string[]] => {
  const [old, now] = [before, after].map(({ value }) => (Array.isArray(value) ? value : [])) as [string[], string[]];

  return [now.filter((value) => !old.includes(value)), old.filter((value) => !now.includes(value))];
};

const listDirection = (before: Fact, after: Fact): Direction => {
  const [come, gone] = entriesOf(before, after);
  const [old, now] = [before.opens, after.opens];
  const more = old && now ? now.some((opening) => !isHeld(opening, old)) : come.length > 0;
  const less = old && now ? old.some((opening) => !isHeld(opening, now)) : gone.length > 0;
  const nothingStays = Array.isArray(before.value) && gone.length > 0 && gone.length === before.value.length;

  return { more, less, other: more && less && nothingStays };
};

const directionOf = (before: Fact, after: Fact): Direction => {
  if (Array.isArray(after.value)) return listDirection(before, after);
  const [old, now] = [before, after].map((fact) => fact.rank ?? fact.value);
  if (typeof old === 'number' && typeof now === 'number') return { more: now > old, less: now < old, other: false };
  if (isEmpty(before) || isEmpty(after)) return { more: !isEmpty(after), less: !isEmpty(before), other: false };

  return { more: false, less: false, other: before.value !== after.value };
};

const reasonsIn = (meaning: Meaning | undefined): readonly RiskReason[] => {
  if (meaning === undefined || meaning === 'none') return [];

  return typeof meaning === 'string' ? [meaning] : meaning;
};

/** What a difference means for who reviews it, by its direction. */
export const reasonsOf = ({ before, after }: Pair): RiskReason[] => {
  if (before === undefined) return after.comesWith === undefined ? [...reasonsIn(after.wider)] : [];
  if (after === undefined) return before.comesWith === undefined ? [...reasonsIn(before.narrower)] : [];
  const { more, less, other } = directionOf(before, after);
  const found = [
    ...(more ? reasonsIn(after.wider) : []),
    ...(less ? reasonsIn(after.narrower) : []),
    ...(other ? reasonsIn(after.replaced) : []),
  ];

  return [...new Set(found)];
};

/** A difference in words. */
export const step = (pair: Pair): string => {
  if (pair.before === undefined) return `${pair.after.label} ${shown(pair.after)}`;
  const { before, after } = pair;
  if (after === undefined) return `no longer ${before.label} ${shown(before)}`;
  if (before.value === '') return `${after.label} ${shown(after)}`;
  if (after.value === '') return `no longer ${before.label} ${shown(before)}`;
  if (Array.isArray(after.value)) return listStep(before, after);

  return `${after.label} ${shown(after)} instead of ${shown(before)}`;
};

const listStep = (before: Fact, after: Fact): string => {
  const [come, gone] = entriesOf(before, after);
  const { more, less } = directionOf(before, after);
  const left = 'left' in after && after.left !== undefined ? ` (${after.left})` : '';
  if (come.length + gone.length === 0) {
    return `${after.label} ${shown(after)}, of which ${[...(more ? ['more'] : []), ...(less ? ['less'] : [])].join(' and ')} is open than before`;
  }
  // The same way, written narrower or wider.
  if (come.length > 0 && gone.length > 0 && more !== less) {
    return `${after.label} ${less ? 'only ' : ''}${come.join(', ')} instead of ${gone.join(', ')}`;
  }

  return [
    ...(come.length > 0 ? [`${after.label} ${come.join(', ')} as well`] : []),
    ...(gone.length > 0 ? [`no longer ${after.label} ${gone.join(', ')}${left}`] : []),
  ].join('; ');
};
