import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { policyProblems } from '../../../functions/evidence/live/policy.ts';
import { policies } from '../../../functions/evidence/register/policies.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';

const folder = join(import.meta.dirname, '../../../package/install/hub');
const installed = readdirSync(folder)
  .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
  .map((document) => document.toJS() as KubernetesObject)
  .filter(({ apiVersion }) => apiVersion.startsWith('admissionregistration.k8s.io/'));
const names = Object.keys(policies);
type Fields = Record<string, unknown>;

const policyOf = (name: string) =>
  installed.find(
    ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata?.name === name,
  ) as KubernetesObject;
const bindingsOf = (name: string) => installed.filter(({ spec }) => spec?.policyName === name);
const withSpec = (object: KubernetesObject, change: (spec: Fields) => Fields): KubernetesObject => ({
  ...object,
  spec: change(structuredClone(object.spec) as Fields),
});

/** What an API server adds to what it stores, and other orders of the same keys. */
const stored = (object: KubernetesObject): KubernetesObject =>
  withSpec(object, (spec) => {
    const constraints = spec.matchConstraints as { resourceRules: Fields[] } | undefined;
    return {
      ...(constraints && { failurePolicy: 'Fail' }),
      ...Object.fromEntries(Object.entries(spec).reverse()),
      ...(constraints && {
        matchConstraints: {
          namespaceSelector: {},
          objectSelector: {},
          matchPolicy: 'Equivalent',
          ...constraints,
          resourceRules: constraints.resourceRules.map((rule) => ({ scope: '*', ...rule })),
        },
      }),
    };
  });

const weaker: Record<string, (spec: Fields) => Fields> = {
  'whose validations are true': (spec) => ({ ...spec, validations: [{ expression: 'true' }] }),
  'with one validation fewer': (spec) => ({ ...spec, validations: (spec.validations as unknown[]).slice(1) }),
  'whose conditions never hold': (spec) => ({ ...spec, matchConditions: [{ name: 'never', expression: 'false' }] }),
  'that lets pass what it cannot check': (spec) => ({ ...spec, failurePolicy: 'Ignore' }),
  'that matches only the version it names': (spec) => ({
    ...spec,
    matchConstraints: { ...(spec.matchConstraints as Fields), matchPolicy: 'Exact' },
  }),
  'that reads other parameters': (spec) => ({ ...spec, paramKind: { apiVersion: 'v1', kind: 'Secret' } }),
  'that matches nothing': (spec) => ({ ...spec, matchConstraints: { resourceRules: [] } }),
  'that leaves everything out': (spec) => ({
    ...spec,
    matchConstraints: {
      ...(spec.matchConstraints as Fields),
      excludeResourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }],
    },
  }),
  'that selects no namespace': (spec) => ({
    ...spec,
    matchConstraints: { ...(spec.matchConstraints as Fields), namespaceSelector: { matchLabels: { no: 'where' } } },
  }),
  'with a variable that is always true': (spec) => ({ ...spec, variables: [{ name: 'isGitOps', expression: 'true' }] }),
};
const weakerBinding: Record<string, (spec: Fields) => Fields> = {
  'that only warns': (spec) => ({ ...spec, validationActions: ['Warn'] }),
  'that selects nobody': (spec) => ({ ...spec, matchResources: { objectSelector: { matchLabels: { no: 'body' } } } }),
  'of another policy': (spec) => ({ ...spec, policyName: 'squadkit-other' }),
  'that reads another list': (spec) => ({
    ...spec,
    paramRef: { name: 'mine', namespace: 'default', parameterNotFoundAction: 'Allow' },
  }),
};

let tried = 0;
afterAll(() => console.log(`${tried} policies and bindings compared`));
const problems = (name: string, policy = policyOf(name), bindings = bindingsOf(name)) => {
  tried += 1;
  const shipped = policies[name];
  if (!shipped) throw new Error(`${name} is not shipped`);
  return policyProblems('it', shipped, policy, bindings);
};

describe.each(names)('%s', (name) => {
  test('holds as it is, as an API server stores it, and with a binding more', () => {
    expect(problems(name)).toEqual([]);
    expect(problems(name, stored(policyOf(name)), bindingsOf(name).map(stored))).toEqual([]);
    const more = { ...(bindingsOf(name)[0] as KubernetesObject), metadata: { name: 'more' } };
    expect(problems(name, policyOf(name), [...bindingsOf(name), more])).toEqual([]);
  });

  test.each(Object.entries(weaker))('one %s does not hold', (_, change) => {
    expect(problems(name, stored(withSpec(policyOf(name), change)))).not.toEqual([]);
  });

  test.each(Object.entries(weakerBinding))('a binding %s does not hold', (_, change) => {
    for (const index of bindingsOf(name).keys()) {
      const changed = bindingsOf(name).map((binding, at) =>
        at === index ? stored(withSpec(binding, change)) : binding,
      );
      expect(problems(name, policyOf(name), changed)).not.toEqual([]);
    }
  });

  test('without one of its bindings it does not hold', () => {
    for (const index of bindingsOf(name).keys()) {
      expect(
        problems(
          name,
          policyOf(name),
          bindingsOf(name).filter((_, at) => at !== index),
        ),
      ).toEqual([expect.stringContaining('is not there')]);
    }
  });
});
