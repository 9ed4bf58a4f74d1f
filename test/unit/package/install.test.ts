import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { example, exampleRegistry } from '../../support/examples.ts';

interface Installed {
  kind: string;
  metadata: { name: string };
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: policies, bindings and roles are read here as their YAML reads.
  spec?: any;
}

const read = (directory: string): Installed[] => {
  const path = join('package', 'install', directory);

  return readdirSync(path)
    .flatMap((file) => readFileSync(join(path, file), 'utf8').split(/^---$/m))
    .map((document) => ({ ...parse(document), text: document.trim() }));
};

/** Bindings that let pass while their list is missing. */
const goesOn = [
  ...['squadkit-writers', 'squadkit-writers-identities', 'squadkit-crossplane-kinds', 'squadkit-system-roles'],
  ...['squadkit-pods', 'squadkit-ingresses'],
];

describe.each(['hub', 'remote'])('what the platform applies on the %s', (directory) => {
  const installed = read(directory);
  const policies = installed.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
  const bindings = installed.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');

  test.each(policies.map((policy) => [policy.metadata.name, policy] as const))(
    'policy %s says what it protects, and refuses even when it fails',
    (name, { text, spec }) => {
      expect(text).toMatch(/^# Protects: /);
      expect(spec.failurePolicy).toBe('Fail');
      for (const { reason, message } of spec.validations) {
        expect(reason).toBe('Forbidden');
        expect(message).toMatch(/^(commit it to Git|ask an (SRE|administrator)|leave |use )/);
      }
      const own = bindings.filter((binding) => binding.spec.policyName === name);
      expect(own.length).toBeGreaterThan(0);
      for (const { metadata, spec: bound } of own) {
        expect(bound.validationActions).toEqual(['Deny']);
        // Who is named in a list that does not exist is nobody; only the list itself can then be made, and what is not
        // Squadkit's goes on.
        if (spec.paramKind) {
          expect(bound.paramRef.parameterNotFoundAction).toBe(goesOn.includes(metadata.name) ? 'Allow' : 'Deny');
        }
      }
    },
  );

  test('no binding is left without its policy', () => {
    const names = policies.map(({ metadata }) => metadata.name);

    expect(bindings.filter(({ spec }) => !names.includes(spec.policyName))).toEqual([]);
  });
});

test('every managed resource that is composed is protected against being written by hand', () => {
  const policy = read('hub').find(
    ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === 'squadkit-managed-resources',
  );
  const groups = policy?.spec.matchConstraints.resourceRules.flatMap((rule: { apiGroups: string[] }) => rule.apiGroups);
  const composed = ['billing', 'catalog'].flatMap((name) =>
    Object.values(simulate(example('Service', name), exampleRegistry()).observed).map(
      ({ resource }) => String(resource?.apiVersion).split('/')[0],
    ),
  );
  const managed = [...new Set(composed)].filter((group) => group?.endsWith('.crossplane.io'));

  expect(managed.length).toBeGreaterThan(1);
  expect(groups).toEqual(expect.arrayContaining(managed));
});
