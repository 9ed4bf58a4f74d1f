import type { KubernetesObject } from '../objects/resource.ts';
import type { Path } from '../round/refusal.ts';
import type { Refused } from '../simulation/outcome.ts';

/** So many are enough to begin with. */
const most = 100;

/** A value without what lies at a path; an entry that goes leaves no gap in its list. */
const without = (value: unknown, [first, ...rest]: Path): unknown => {
  if (Array.isArray(value)) {
    return rest.length === 0
      ? value.filter((_, index) => index !== first)
      : value.map((entry, index) => (index === first ? without(entry, rest) : entry));
  }
  const record = value as Record<string, unknown>;
  if (rest.length > 0) return { ...record, [first as string]: without(record[first as string], rest) };
  const { [first as string]: _, ...others } = record;

  return others;
};

/** Whether something lies at a path: a refusal may be for what was left out. */
const isThere = (value: unknown, path: Path): boolean => {
  let container = value;
  for (const key of path) {
    if (typeof container !== 'object' || container === null || !Object.hasOwn(container, key)) return false;
    container = (container as Record<string | number, unknown>)[key];
  }

  return true;
};

/** Where something was in the whole document, from where it is in one that has lost these entries and fields, in that order. */
const placeBefore = (path: Path, removed: Path[]): Path =>
  removed.reduceRight<Path>((place, gone) => {
    const depth = gone.length - 1;
    const [index, other] = [gone[depth], place[depth]];
    const isBeside = gone.slice(0, depth).every((key, position) => key === place[position]);
    if (!isBeside || typeof index !== 'number' || typeof other !== 'number' || other < index) return place;

    return [...place.slice(0, depth), other + 1, ...place.slice(depth + 1)];
  }, path);

/** The zone or component that a path leads into, as a path; undefined if it leads into none. */
const partAround = (path: Path): Path | undefined => {
  const last = path.findLastIndex(
    (key, index) => typeof key === 'number' && (path[index - 1] === 'zones' || path[index - 1] === 'components'),
  );

  return last < 0 ? undefined : path.slice(0, last + 1);
};

/** What of a document can still be looked at, and what it has lost for it. */
interface Rest {
  object: KubernetesObject;
  removed: Path[];
}

/** The document without that; undefined if it is then no document any more. */
const lesser = (
  { object, removed }: Rest,
  path: Path,
  fits: (object: KubernetesObject) => boolean,
): Rest | undefined => {
  if (!isThere(object, path)) return undefined;
  const smaller = without(object, path) as KubernetesObject;

  return fits(smaller) ? { object: smaller, removed: [...removed, path] } : undefined;
};

/** The same with the least taken away that a path leads to: the field or entry itself, else what it lies in. */
const withoutRefused = (rest: Rest, path: Path, fits: (object: KubernetesObject) => boolean): Rest | undefined => {
  for (let length = path.length; path[0] === 'spec' && length > 1; length -= 1) {
    const found = lesser(rest, path.slice(0, length), fits);
    if (found !== undefined) return found;
  }

  return undefined;
};

/**
 * A document without the zones and components that have a wrong field, from which the others can be looked at. Undefined if
 * something else is wrong: what is refused then may be so only because of it.
 *
 * @param wrong the places of all that does not fit the schema
 */
export const restBeside = (
  object: KubernetesObject,
  wrong: Path[],
  fits: (object: KubernetesObject) => boolean,
): Rest | undefined => {
  const parts = wrong.map(partAround);
  if (parts.some((part) => part === undefined)) return undefined;
  // The last first: what goes moves nothing that is still to go.
  const unique = new Map(parts.map((part) => [JSON.stringify(part), part as Path]));
  const outer = [...unique.values()].filter(
    (part) => ![...unique.values()].some((other) => other !== part && other.every((key, index) => key === part[index])),
  );
  const removed = outer.reverse();
  const rest = removed.reduce<unknown>((before, part) => without(before, part), object) as KubernetesObject;

  return fits(rest) ? { object: rest, removed } : undefined;
};

/**
 * Everything for which a document is refused, in the order in which it is found: what is refused is taken away, and the rest
 * is looked at again, until nothing is refused or nothing can be taken away.
 *
 * @param fits whether what is left fits the schema
 */
export const everyRefusal = (
  start: Rest,
  refusalOf: (object: KubernetesObject) => Refused | undefined,
  fits: (object: KubernetesObject) => boolean,
): Refused[] => {
  const found = new Map<string, Refused>();
  let rest: Rest | undefined = start;
  while (rest !== undefined && found.size < most) {
    const refused = refusalOf(rest.object);
    if (refused === undefined) break;
    const { reason, message, path } = refused;
    // With other figures it is the same once more: the sum of what is left.
    const key = message.replaceAll(/\d+/g, '#');
    if (!found.has(key)) found.set(key, { reason, message, path: placeBefore(path, rest.removed) });
    rest = withoutRefused(rest, refused.path, fits);
  }

  return [...found.values()];
};
