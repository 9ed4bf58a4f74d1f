import { isMapping, ownField } from './record.ts';
import type { KubernetesObject } from './resource.ts';
import { isSame } from './same.ts';

/** A value that is not the same before and after; undefined where it is not there at all. */
export interface Difference {
  path: string;
  before: unknown;
  after: unknown;
}

/** What becomes of a composed resource. `kept`: Squadkit lets go of it, and what it stands for stays. */
export interface ResourceChange {
  name: string;
  kind: string;
  action: 'create' | 'change' | 'delete' | 'keep';
  before: KubernetesObject | undefined;
  after: KubernetesObject | undefined;
  differences: Difference[];
}

/** Lists whose entries have names are compared by name: an entry that moves is no difference. */
const byName = (list: unknown): Record<string, unknown> | undefined => {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const names = list.map((entry) => (isMapping(entry) && typeof entry.name === 'string' ? entry.name : undefined));
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;

  return Object.fromEntries(list.map((entry, index) => [names[index], entry]));
};

/** The fields of a mapping, or the entries of a list that all have a name of their own, by name. */
export const fieldsOf = (value: unknown): Record<string, unknown> | undefined =>
  isMapping(value) ? value : byName(value);

/** Every difference between two JSON values, by path. */
export const differences = (before: unknown, after: unknown, path = ''): Difference[] => {
  if (isSame(before, after)) return [];
  const [left, right] = [fieldsOf(before), fieldsOf(after)];
  if (left === undefined || right === undefined) return [{ path, before, after }];

  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    differences(ownField(left, key), ownField(right, key), path === '' ? key : `${path}.${key}`),
  );
};

/** Whether Crossplane deletes what a managed resource stands for when the resource goes. Plain objects just go. */
export const isRetained = ({ spec }: KubernetesObject): boolean => {
  const policies = spec?.managementPolicies;
  return Array.isArray(policies) && !policies.includes('*') && !policies.includes('Delete');
};

/** What becomes of each resource that is not the same before and after, sorted by name. */
export const resourceChanges = (
  before: Record<string, KubernetesObject>,
  after: Record<string, KubernetesObject>,
): ResourceChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((name): ResourceChange[] => {
    const [left, right] = [ownField(before, name), ownField(after, name)];
    const kind = (right ?? left)?.kind ?? '';
    if (left === undefined) return [{ name, kind, action: 'create', before: left, after: right, differences: [] }];
    if (right === undefined) {
      const action = isRetained(left) ? 'keep' : 'delete';
      return [{ name, kind, action, before: left, after: right, differences: [] }];
    }
    const found = differences(wanted(left), wanted(right));

    return found.length === 0 ? [] : [{ name, kind, action: 'change', before: left, after: right, differences: found }];
  });

/** What Squadkit asks for; the rest of an object is the cluster's. */
export const wanted = ({ status: _, metadata = {}, ...object }: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: Object.fromEntries(
    ['name', 'namespace', 'labels', 'annotations'].flatMap((field) =>
      metadata[field] === undefined ? [] : [[field, metadata[field]]],
    ),
  ),
});
