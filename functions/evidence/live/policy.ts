import { differences } from '../../objects/difference.ts';
import { isMapping } from '../../objects/record.ts';
import type { KubernetesObject } from '../../objects/resource.ts';

/** A policy of this version, and its bindings. */
export interface ShippedPolicy {
  policy: KubernetesObject;
  bindings: KubernetesObject[];
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

/** Where the spec of a policy or a binding is not the one of this version: also what only one of both has. */
export const admissionDifferences = (shipped: KubernetesObject, found: KubernetesObject): string[] =>
  differences(plain({ spec: shipped.spec }), plain({ spec: found.spec })).map(({ path }) => path);

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
  ...admissionDifferences(shipped.policy, policy).map(
    (path) => `${what} is not the one of this version: \`${path}\` differs`,
  ),
  ...shipped.bindings.flatMap((own) => {
    const name = own.metadata?.name;
    const binding = bindings.find(({ metadata }) => metadata?.name === name);
    if (binding === undefined) return [`binding \`${name}\` of ${what} is not there`];

    return admissionDifferences(own, binding).map(
      (path) => `binding \`${name}\` of ${what} is not the one of this version: \`${path}\` differs`,
    );
  }),
];
