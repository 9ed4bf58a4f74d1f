import { isMapping, mapValues, ownField } from '../../objects/record.ts';
import { type IsExpected, unexpectedIn } from './expected.ts';

const nothing: IsExpected = () => false;

/**
 * The paths at which what is there is not what is wanted, in both directions: what is there besides may do more than all that
 * is wanted. `other` is what would be wanted with other values of what only the running servers know, such as a port: where it
 * differs from `wanted`, any value of the same type fits. `isExpected` knows what servers write by themselves.
 */
export const deviations = (
  wanted: unknown,
  found: unknown,
  other: unknown = wanted,
  isExpected: IsExpected = nothing,
  path = '',
): string[] => {
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (isMapping(wanted)) {
    if (!isMapping(found)) return [path];
    const asked = Object.entries(wanted).filter(([, value]) => value !== undefined);
    const besides = Object.entries(found).filter(
      ([key, value]) => value !== undefined && value !== null && ownField(wanted, key) === undefined,
    );
    return [
      ...asked.flatMap(([key, value]) =>
        deviations(
          value,
          ownField(found, key),
          isMapping(other) && Object.hasOwn(other, key) ? other[key] : value,
          isExpected,
          below(key),
        ),
      ),
      ...besides.flatMap(([key, value]) => unexpectedIn(value, below(key), isExpected, mappingOf)),
    ];
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found) || found.length !== wanted.length) return [path];
    return wanted.flatMap((value, index) =>
      deviations(
        value,
        found[index],
        Array.isArray(other) && index in other ? other[index] : value,
        isExpected,
        `${path}[${index}]`,
      ),
    );
  }
  const isKnownAtRunTime = other !== wanted;

  return wanted === found || (isKnownAtRunTime && typeof found === typeof wanted) || isSameQuantity(wanted, found)
    ? []
    : [path];
};

const mappingOf = (value: unknown) => (isMapping(value) ? value : undefined);

/** Lists of objects without names as mappings by position, so that a difference is told by its place: `rules.2.verbs`. */
export const byPosition = (value: unknown): unknown => {
  if (isMapping(value)) return mapValues(value, byPosition);
  if (!Array.isArray(value)) return value;
  const entries = value.map(byPosition);

  return entries.length > 0 && entries.every((entry) => isMapping(entry) && entry.name === undefined)
    ? Object.fromEntries(entries.entries())
    : entries;
};

/** Those of Kubernetes (apimachinery v0.35, pkg/api/resource/suffix.go); what has a fraction is none of ours. */
const factors: Record<string, number> = {
  m: 1e-3,
  ...Object.fromEntries(['k', 'M', 'G', 'T', 'P', 'E'].map((unit, index) => [unit, 1000 ** (index + 1)])),
  ...Object.fromEntries(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit, index) => [unit, 1024 ** (index + 1)])),
};
const quantity = new RegExp(`^(\\d+)(${Object.keys(factors).join('|')})?$`);

/** `1000` and `1k`, `1024Gi` and `1Ti`: a cluster writes quantities in its own way. */
const isSameQuantity = (wanted: unknown, found: unknown): boolean => {
  const amount = amountOf(wanted);
  return amount !== undefined && amount === amountOf(found);
};

const amountOf = (value: unknown): number | undefined => {
  const [, digits, unit = ''] = (typeof value === 'string' && quantity.exec(value)) || [];
  return digits === undefined ? undefined : Number(digits) * (factors[unit] ?? 1);
};
