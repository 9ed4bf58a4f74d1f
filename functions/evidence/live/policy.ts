import { differences } from '../../objects/difference.ts';
import { isMapping } from '../../objects/record.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { byPosition } from './compare.ts';

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

/**
 * A text of CEL, or for people, with one space for each run of white space outside of quotes: kustomize 5.7 doubles the
 * line ends of folded texts that are indented further, and CEL means the same.
 */
const respaced = (text: string): string =>
  text.replaceAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\s+/g, (found) => (/^\s/.test(found) ? ' ' : found)).trim();

/** A value without what an API server adds, as spaced by nobody. */
const plain = (value: unknown, key = ''): unknown => {
  if (Array.isArray(value)) return value.map((inner) => plain(inner));
  if (typeof value === 'string') return /^(expression|message|messageExpression)$/.test(key) ? respaced(value) : value;
  if (!isMapping(value)) return value;

  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => !isAdded(name, inner))
      .map(([name, inner]) => [name, plain(inner, name)]),
  );
};

/** Where the spec of a policy or a binding is not the one of this version: also what only one of both has. */
export const admissionDifferences = (shipped: KubernetesObject, found: KubernetesObject): string[] =>
  differences(byPosition(plain({ spec: shipped.spec })), byPosition(plain({ spec: found.spec }))).map(
    ({ path }) => path,
  );

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
