import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { documentsIn, example } from '../../support/examples.ts';
import { manifestsOf, squadWith, zonesWith } from '../../support/registered.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

const documents = documentsIn('package/install/remote');
interface ClusterRole extends KubernetesObject {
  rules?: Rule[];
  aggregationRule?: { clusterRoleSelectors: { matchLabels: Record<string, string> }[] };
}

const clusterRoles = documents.filter(({ kind }) => kind === 'ClusterRole') as ClusterRole[];

/** The rules of a role, and of all that it is made of by label. */
const rulesOf = (name: string): Rule[] => {
  const role = clusterRoles.find(({ metadata }) => metadata?.name === name);
  const selectors = role?.aggregationRule?.clusterRoleSelectors ?? [];
  const parts = clusterRoles.filter(({ metadata }) =>
    selectors.some(({ matchLabels }) =>
      Object.entries(matchLabels).every(([key, value]) => metadata?.labels?.[key] === value),
    ),
  );
  const rules = [...(role?.rules ?? []), ...parts.flatMap((part) => part.rules ?? [])];
  if (rules.length === 0) throw new Error(`there is no ClusterRole ${name}, or it allows nothing`);

  return rules;
};
const verbsOn = (rules: Rule[], resource: string): string[] => [
  ...new Set(rules.flatMap(({ resources, verbs }) => (resources.includes(resource) ? verbs : []))),
];

/** Every manifest that there can be on a cluster: all groups, every environment, by token and by group. */
const manifests = ['token', 'group'].flatMap((deployers) =>
  ['frontier', 'meadow'].flatMap((zone) => {
    const { spec, ...service } = example('Service', 'catalog');
    const zones = (spec?.zones as object[] | undefined)?.map((asked) => ({ ...asked, name: zone }));
    const { response } = simulate({ ...service, spec: { ...spec, zones } }, [
      ...zonesWith({ kubernetes: { deployers } }),
      squadWith('quasar', { ownerGroup: 'heads', guestGroup: 'audit', deployerGroup: 'ci' }),
    ]);
    expect(response.results).toEqual([]);

    return Object.values(manifestsOf(response.desired?.resources ?? {}));
  }),
);
const rolesBound = [
  ...new Set(
    manifests.flatMap(({ kind, roleRef }) => (kind === 'RoleBinding' ? [(roleRef as { name: string }).name] : [])),
  ),
].sort();

test('Squadkit may bind exactly the roles that it hands out, and each of them is there', () => {
  const bind = rulesOf('squadkit').filter(({ verbs }) => verbs.includes('bind'));

  expect(bind.flatMap(({ resourceNames }) => resourceNames ?? ['*']).sort()).toEqual(rolesBound);
  for (const name of rolesBound) expect(rulesOf(name), name).toBeDefined();
});

test('Squadkit may write exactly the kinds that it composes', () => {
  const plural = ({ kind }: KubernetesObject) =>
    kind === 'NetworkPolicy' ? 'networkpolicies' : `${kind.toLowerCase()}s`;
  const composed = [...new Set(manifests.map(plural))].sort();
  const rules = documents
    .filter(({ kind, metadata }) => ['ClusterRole', 'Role'].includes(kind) && metadata?.name === 'squadkit')
    .flatMap(({ rules: own }) => own as Rule[]);
  const writable = rules.flatMap(({ resources, verbs }) => (verbs.includes('create') ? resources : []));

  expect(writable.sort()).toEqual(composed);
  expect(rules.flatMap(({ verbs }) => verbs)).not.toContain('escalate');
  expect(rules.flatMap(({ verbs }) => verbs)).not.toContain('*');
});

describe.each(rolesBound)('%s', (name) => {
  const rules = rulesOf(name);

  test('has no wildcard, and no verb that gives more rights', () => {
    const words = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    for (const word of ['*', 'escalate', 'bind', 'impersonate']) expect(words).not.toContain(word);
  });

  test.each([
    'secrets',
    'roles',
    'rolebindings',
    'resourcequotas',
    'limitranges',
    'networkpolicies',
    'serviceaccounts',
  ])('writes no %s', (resource) => {
    expect(verbsOn(rules, resource).filter((verb) => !['get', 'list', 'watch'].includes(verb))).toEqual([]);
  });

  // A token, a container in a running pod, a pod on a node of choice, an address of choice.
  test.each(['serviceaccounts/token', 'pods/ephemeralcontainers', 'pods/binding', 'endpoints', 'endpointslices'])(
    'makes no %s',
    (resource) => {
      expect(verbsOn(rules, resource)).not.toContain('create');
      expect(verbsOn(rules, resource)).not.toContain('update');
      expect(verbsOn(rules, resource)).not.toContain('patch');
    },
  );

  test('reads Secrets only if it is for credentials, and then one by one', () => {
    expect(verbsOn(rules, 'secrets')).toEqual(name === 'squadkit:credentials' ? ['get'] : []);
  });
});

test('in production nobody gets into a pod', () => {
  for (const name of ['squadkit:view', 'squadkit:deployer']) {
    for (const resource of ['pods/exec', 'pods/attach', 'pods/portforward']) {
      expect(verbsOn(rulesOf(name), resource)).toEqual([]);
    }
  }
});

test('every policy is bound, and denies or, where it is only told, warns', () => {
  const policies = documents.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
  const bindings = documents.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');

  expect(policies.length).toBeGreaterThan(0);
  for (const { metadata, spec } of policies) {
    const isTold = metadata?.name === 'squadkit-further-kinds-told';
    expect(spec?.failurePolicy).toBe('Fail');
    const binding = bindings.find((candidate) => candidate.spec?.policyName === metadata?.name);
    expect(binding?.spec?.validationActions).toEqual([isTold ? 'Warn' : 'Deny']);
  }
});
