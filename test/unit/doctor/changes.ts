import { isMapping } from '../../../functions/objects/record.ts';

/** A way to a value in an object. */
export type Place = readonly (string | number)[];

/** Every place in a value that holds no other, and every list. */
export const placesIn = (value: unknown, place: Place = []): { leaves: Place[]; lists: Place[] } => {
  const entries = Array.isArray(value) ? [...value.entries()] : isMapping(value) ? Object.entries(value) : undefined;
  if (entries === undefined || entries.length === 0) return { leaves: [place], lists: [] };
  const inner = entries.map(([key, entry]) => placesIn(entry, [...place, key]));

  return {
    leaves: inner.flatMap(({ leaves }) => leaves),
    lists: [...(Array.isArray(value) ? [place] : []), ...inner.flatMap(({ lists }) => lists)],
  };
};

/** Every place of a mapping or a list in a value, itself too. */
export const holdersIn = (value: unknown, place: Place = []): Place[] => {
  const entries = Array.isArray(value) ? [...value.entries()] : isMapping(value) ? Object.entries(value) : undefined;

  return entries === undefined ? [] : [place, ...entries.flatMap(([key, entry]) => holdersIn(entry, [...place, key]))];
};

/** A mapping or a list with one thing more in it. */
export const withMore = (value: unknown): unknown => {
  if (!Array.isArray(value)) return { ...(value as object), besides: 'other' };
  const [first] = value;
  if (!isMapping(first)) return [...value, 'besides'];

  return [...value, typeof first.name === 'string' ? { ...first, name: 'besides' } : { ...first, besides: 'other' }];
};

type Container = Record<string | number, unknown>;

const containerAt = (root: unknown, place: Place): Container | undefined =>
  place.slice(0, -1).reduce<unknown>((value, key) => (value as Container | undefined)?.[key], root) as
    | Container
    | undefined;

/** The value at a place. */
export const valueAt = (root: unknown, place: Place): unknown =>
  place.reduce<unknown>((value, key) => (value as Container | undefined)?.[key], root);

/** A copy with another value at a place; undefined takes it away, and lists close up. */
export const changedAt = <Value>(root: Value, place: Place, value: unknown): Value => {
  if (place.length === 0) return value as Value;
  const copy = structuredClone(root);
  const [container, key] = [containerAt(copy, place), place.at(-1)];
  if (container === undefined || key === undefined) throw new Error(`there is nothing at ${place.join('.')}`);
  if (value !== undefined) container[key] = value;
  else if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete container[key];

  return copy;
};

/** Another value of the same type. */
export const otherThan = (value: unknown): unknown => {
  if (typeof value === 'string') return `${value}-other`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;

  return isMapping(value) ? { other: 'value' } : ['other'];
};
