import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject, ObjectReference } from '../../control-plane/objects.ts';
import { groupOf, type Served } from './discover.ts';
import type { Tried } from './send.ts';

/** One stone of a wall: a binding, one sentence of a policy, or one rule of what a policy looks at. */
export interface Stone {
  name: string;
  /** The policy that it belongs to. */
  policy: string;
  /** Whether an API server that serves this has anything that it looks at. */
  isServed(served: Served[]): boolean;
  remove(cluster: Cluster): Promise<unknown>;
  restore(cluster: Cluster): Promise<unknown>;
  /** Whether a refusal may have come from it. */
  isIn(refusal: Pick<Tried, 'message'> & Partial<Tried>): boolean;
}

interface Rule {
  apiGroups: string[];
  resources: string[];
}

const isBinding = ({ kind }: KubernetesObject) => kind === 'ValidatingAdmissionPolicyBinding';

const bindingStone = (binding: KubernetesObject): Stone => ({
  name: `binding ${binding.metadata.name}`,
  policy: binding.spec.policyName,
  isServed: () => true,
  remove: (cluster) => cluster.delete(binding),
  restore: (cluster) => cluster.apply(binding),
  isIn: ({ message }) => message.includes(`with binding '${binding.metadata.name}'`),
});

/** A policy with something else in the place of what it says. */
const changed = (
  policy: KubernetesObject,
  name: string,
  spec: object,
  isIn: Stone['isIn'],
  isServed: Stone['isServed'] = () => true,
): Stone => {
  const { metadata, spec: before } = policy;
  const back = Object.fromEntries(Object.keys(spec).map((field) => [field, before[field]]));

  return {
    name: `${name} of ${metadata.name}`,
    policy: metadata.name,
    isServed,
    remove: (cluster) => cluster.patch(policy as ObjectReference, { spec }),
    restore: (cluster) => cluster.patch(policy as ObjectReference, { spec: back }),
    isIn: (tried) => tried.message.includes(`'${metadata.name}'`) && isIn(tried),
  };
};

/** A policy of one sentence stands and falls with its bindings. */
const sentences = (policy: KubernetesObject): Stone[] => {
  const all = policy.spec.validations as { expression: string; message: string }[];
  if (all.length < 2) return [];

  return all.map(({ message }, index) =>
    changed(
      policy,
      `sentence ${index + 1}`,
      { validations: all.map((one, other) => (other === index ? { ...one, expression: 'true' } : one)) },
      (tried) => tried.message.includes(message),
    ),
  );
};

type Looked = Pick<Tried['attempt'], 'group' | 'resource' | 'subresource'>;

const matches = ({ apiGroups, resources }: Rule, { group, resource, subresource }: Looked): boolean =>
  (apiGroups.includes('*') || apiGroups.includes(group)) &&
  resources.some((pattern) => {
    const [kind, door] = pattern.split('/');
    if (kind !== '*' && kind !== resource) return false;

    return door === undefined ? subresource === '' : door === '*' || door === subresource;
  });

const serves = (isLooked: (one: Looked) => boolean) => (served: Served[]) =>
  served.some(({ apiVersion, name }) => {
    const [resource = '', subresource = ''] = name.split('/');

    return isLooked({ group: groupOf(apiVersion), resource, subresource });
  });

/**
 * What a policy looks at, one resource less each time; a policy that looks at one only stands with its bindings. `pods/*`
 * is `pods` too (k8s.io/apiserver v0.35, plugin/policy/matching/rules.go): where both are written, `pods` goes with it, and
 * what goes by itself are the doors.
 */
const rules = (policy: KubernetesObject): Stone[] => {
  const all = policy.spec.matchConstraints.resourceRules as Rule[];
  const each = all.flatMap((rule, index) => rule.resources.map((resource) => ({ rule, index, resource })));
  if (each.length < 2) return [];

  return each.map(({ rule, index, resource }) => {
    const hasDoors = rule.resources.includes(`${resource}/*`);
    const isDoors = resource.endsWith('/*') && rule.resources.includes(resource.slice(0, -2));
    const gone = [resource, ...(hasDoors ? [`${resource}/*`] : [])];
    const rest = { ...rule, resources: rule.resources.filter((other) => !gone.includes(other)) };
    const less = all
      .map((one, other) => (other === index ? rest : one))
      .filter(({ resources }) => resources.length > 0);
    const looked = { ...rule, resources: gone };
    const isLooked = (one: Looked) => matches(looked, one) && !(isDoors && one.subresource === '');

    return changed(
      policy,
      `${gone.join(' and ')} in ${rule.apiGroups[0] || 'core'}${rule.apiGroups.length > 1 ? ' …' : ''}`,
      { matchConstraints: { resourceRules: less } },
      ({ attempt }) => attempt !== undefined && isLooked(attempt),
      serves(isLooked),
    );
  });
};

/** What only warns refuses nobody, whether it stands or not. */
const isDenying = ({ spec }: KubernetesObject) => spec.validationActions.includes('Deny');

/** Everything that can be taken out of these policies by itself, so that the rest stands. */
export const stonesOf = (installed: KubernetesObject[], { withRules }: { withRules: boolean }): Stone[] => {
  const bindings = installed.filter((object) => isBinding(object) && isDenying(object));
  const policies = installed.filter(
    ({ kind, metadata }) =>
      kind === 'ValidatingAdmissionPolicy' && bindings.some(({ spec }) => spec.policyName === metadata.name),
  );

  return [...bindings.map(bindingStone), ...policies.flatMap(sentences), ...(withRules ? policies.flatMap(rules) : [])];
};
