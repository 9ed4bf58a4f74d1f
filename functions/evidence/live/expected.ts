import type { KubernetesObject } from '../../objects/resource.ts';

/** What may be in an object of a cluster though nobody asked for it: of which kinds, where, and with which value. */
export interface Expected {
  kinds: RegExp;
  path: RegExp;
  /** `owner` is the whole object. Without it any value will do. */
  is?: (value: unknown, owner: KubernetesObject) => boolean;
}

/** Whether it is one of these values. */
export const equals =
  (...values: unknown[]) =>
  (value: unknown): boolean =>
    values.some((wanted) => JSON.stringify(wanted) === JSON.stringify(value));

/** Whether a value at a path of an object is one of these. */
export const isOneOf = (list: readonly Expected[], path: string, value: unknown, owner: KubernetesObject): boolean =>
  list.some(({ kinds, path: where, is }) => kinds.test(owner.kind) && where.test(path) && (is?.(value, owner) ?? true));
