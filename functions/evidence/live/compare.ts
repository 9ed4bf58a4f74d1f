import { isMapping, mapValues, ownField } from '../../objects/record.ts';

/**
 * The paths at which what is there is not what is wanted; what is there besides is the cluster's. `other` is what would be
 * wanted with other values of what only the running servers know, such as a port: where it differs from `wanted`, any
 * value of the same type fits.
 */
export const deviations = (wanted: unknown, found: unknown, other: unknown = wanted, path = ''): string[] => {
  if (isMapping(wanted)) {
    if (!isMapping(found)) return [path];
    return Object.entries(wanted).flatMap(([key, value]) =>
      value === undefined
        ? []
        : deviations(
            value,
            ownField(found, key),
            isMapping(other) && Object.hasOwn(other, key) ? other[key] : value,
            path === '' ? key : `${path}.${key}`,
          ),
    );
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found) || found.length !== wanted.length) return [path];
    return wanted.flatMap((value, index) =>
      deviations(
        value,
        found[index],
        Array.isArray(other) && index in other ? other[index] : value,
        `${path}[${index}]`,
      ),
    );
  }
  const isKnownAtRunTime = other !== wanted;

  return wanted === found || (isKnownAtRunTime && typeof found === typeof wanted) || isSameQuantity(wanted, found)
    ? []
    : [path];
};

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
