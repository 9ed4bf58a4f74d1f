import { ownField } from './record.ts';

/** Whether two JSON values are the same, whatever the order of their keys; a field that is undefined is not there. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((value, index) => isSame(value, b[index]))
    );
  }

  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key in left) if (!isSame(left[key], ownField(right, key))) return false;
  for (const key in right) if (right[key] !== undefined && ownField(left, key) === undefined) return false;

  return true;
};
