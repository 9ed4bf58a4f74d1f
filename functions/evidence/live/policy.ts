import { createHash } from 'node:crypto';
import { isMapping } from '../../objects/record.ts';
import type { KubernetesObject } from '../../objects/resource.ts';

/** What a policy of this version is: per field of its spec a hash, and the same of each binding by name. */
export interface ShippedPolicy {
  spec: Record<string, string>;
  bindings: Record<string, Record<string, string>>;
}

/**
 * What an API server adds when it stores a policy or a binding (admissionregistration.k8s.io/v1 of Kubernetes 1.35,
 * pkg/apis/admissionregistration/v1/defaults.go): it says nothing, so that a policy reads the same before and after.
 */
const isAdded = (key: string, value: unknown): boolean =>
  (key === 'matchPolicy' && value === 'Equivalent') ||
  (key === 'scope' && value === '*') ||
  (key === 'failurePolicy' && value === 'Fail') ||
  (/^(namespace|object)Selector$/.test(key) && isMapping(value) && Object.keys(value).length === 0);

/** A value with its keys in order and without what an API server adds. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (!isMapping(value)) return value;

  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !isAdded(key, inner))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, plain(inner)]),
  );
};

/** A hash of 64 bits for each field of a spec: enough to tell an accident from what was shipped, and who may write a policy needs no collision. */
export const hashesOf = ({ spec }: KubernetesObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(plain(spec ?? {}) as Record<string, unknown>).map(([field, value]) => [
      field,
      createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16),
    ]),
  );

/** Fields that differ, also those that only one of both has. */
const differing = (shipped: Record<string, string>, found: Record<string, string>): string[] =>
  [...new Set([...Object.keys(shipped), ...Object.keys(found)])].filter((field) => shipped[field] !== found[field]);

/**
 * What is wrong with a policy and its bindings, compared with what this version ships: a policy that is there may check
 * nothing, and a binding may select nobody. Bindings besides the shipped ones only refuse more.
 */
export const policyProblems = (
  what: string,
  shipped: ShippedPolicy,
  policy: KubernetesObject,
  bindings: KubernetesObject[],
): string[] => [
  ...differing(shipped.spec, hashesOf(policy)).map(
    (field) => `${what} is not the one of this version: \`spec.${field}\` differs`,
  ),
  ...Object.entries(shipped.bindings).flatMap(([name, hashes]) => {
    const binding = bindings.find(({ metadata }) => metadata?.name === name);
    if (binding === undefined) return [`binding \`${name}\` of ${what} is not there`];

    return differing(hashes, hashesOf(binding)).map(
      (field) => `binding \`${name}\` of ${what} is not the one of this version: \`spec.${field}\` differs`,
    );
  }),
];
