import type { KubernetesObject } from '../../objects/resource.ts';

/** What may be in an object of a cluster though nobody asked for it: of which kinds, where, and with which value. */
export interface Expected {
  kinds: RegExp;
  path: RegExp;
  /** `owner` is the whole object. Without it any value will do. */
  is?: (value: unknown, owner: KubernetesObject) => boolean;
}

/** What may be there though nobody wants it, by its path. */
export type IsExpected = (path: string, value: unknown) => boolean;

/** Whether it is one of these values. */
export const equals =
  (...values: unknown[]) =>
  (value: unknown): boolean =>
    values.some((wanted) => JSON.stringify(wanted) === JSON.stringify(value));

/**
 * Where a value is that is not expected, by paths that are as short as can be: a value of which all parts are unexpected is told
 * as one. `partsOf` says what its parts are, by name.
 */
export const unexpectedIn = (
  value: unknown,
  path: string,
  isExpected: IsExpected,
  partsOf: (value: unknown) => Record<string, unknown> | undefined,
): string[] => {
  if (isExpected(path, value)) return [];
  const entries = Object.entries(partsOf(value) ?? {});
  const found = entries.map(([key, inner]) => unexpectedIn(inner, `${path}.${key}`, isExpected, partsOf));

  return found.every(([first, ...more], index) => first === `${path}.${entries[index]?.[0]}` && more.length === 0)
    ? [path]
    : found.flat();
};

/** A namespace bears its own name, which nobody can take from it. */
export const ownName: Expected = {
  kinds: /^Namespace$/,
  path: /^metadata\.labels\.kubernetes\.io\/metadata\.name$/,
  is: (value, { metadata }) => value === metadata?.name,
};

/** Whether a value at a path of an object is one of these. */
export const isOneOf = (list: readonly Expected[], path: string, value: unknown, owner: KubernetesObject): boolean =>
  list.some(({ kinds, path: where, is }) => kinds.test(owner.kind) && where.test(path) && (is?.(value, owner) ?? true));
