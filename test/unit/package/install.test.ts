import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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

const filesIn = (directory: string): string[] =>
  readdirSync(join('package', 'install', directory)).filter(
    (name) => name.endsWith('.yaml') && name !== 'kustomization.yaml',
  );

const read = (directory: string): Installed[] => {
  const path = join('package', 'install', directory);

  return filesIn(directory)
    .flatMap((file) => readFileSync(join(path, file), 'utf8').split(/^---$/m))
    .map((document) => ({ ...parse(document), text: document.trim() }));
};

/** Bindings that let pass while their list is missing. */
const goesOn = [
  ...['squadkit-writers', 'squadkit-writers-identities', 'squadkit-crossplane-kinds', 'squadkit-system-roles'],
  ...['squadkit-pods', 'squadkit-ingresses', 'squadkit-volumes', 'squadkit-delivery-engines'],
  ...['squadkit-services-annotations', 'squadkit-identity-namespaces-named', 'squadkit-identity-objects-named'],
];

/** Bindings that hold for one name whatever the list says; another binding of the same policy reads it. */
const withoutList = ['squadkit-identity-namespaces', 'squadkit-identity-objects'];

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
        expect(bound.validationActions).toEqual([name === 'squadkit-further-kinds-told' ? 'Warn' : 'Deny']);
        // Who is named in a list that does not exist is nobody; only the list itself can then be made, and what is not
        // Squadkit's goes on.
        if (spec.paramKind && !withoutList.includes(metadata.name)) {
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

/** What a kustomization takes of other folders. */
const others: Record<string, string[]> = {
  hub: ['../packages'],
  'gitops/flux': ['../platform'],
  'gitops/argocd': ['../platform'],
};

test.each(['packages', 'remote', ...Object.keys(others), 'gitops/platform'])(
  'kubectl apply -k of %s applies every file of it',
  (directory) => {
    const kustomization = parse(readFileSync(join('package', 'install', directory, 'kustomization.yaml'), 'utf8'));
    const { resources } = kustomization as { resources: string[] };

    expect(resources.filter((name) => !name.startsWith('../')).sort()).toEqual(filesIn(directory).sort());
    expect(resources.filter((name) => name.startsWith('../'))).toEqual(others[directory] ?? []);
  },
);

test('kubectl apply -k of monitoring applies every file of it, but for the two that are for Prometheus and kube-state-metrics', () => {
  const of = (folder: string) => parse(readFileSync(join('package', 'install', folder, 'kustomization.yaml'), 'utf8'));
  const { resources, configMapGenerator } = of('monitoring');
  const shown = configMapGenerator.flatMap(({ files }: { files: string[] }) => files);

  expect([...resources, ...shown, 'rules.yaml'].sort()).toEqual(filesIn('monitoring').sort());
  expect(of('monitoring/operator').resources.sort()).toEqual(filesIn('monitoring/operator').sort());
});

test('no kustomization takes a folder that it lies in itself, which kustomize refuses as a cycle', () => {
  const root = join('package', 'install');
  const folders = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file) === 'kustomization.yaml')
    .map((file) => join(root, dirname(file)));
  const cycles = folders.flatMap((folder) => {
    const { resources } = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as { resources: string[] };

    return resources.map((name) => join(folder, name)).filter((taken) => `${folder}/`.startsWith(`${taken}/`));
  });

  expect(folders.length).toBeGreaterThan(6);
  expect(cycles).toEqual([]);
});

describe('the packages that are declared', () => {
  const declared = read('packages');
  const packages = declared.filter(({ spec }) => spec.package);
  const runtimes = declared.filter(({ kind }) => kind === 'DeploymentRuntimeConfig');
  const { spec } = parse(readFileSync('crossplane.yaml', 'utf8'));
  const dependencies = spec.dependsOn as { kind: string; package: string; version: string }[];

  test.each(dependencies)('$kind $package is one of them, in a version that the configuration takes', (dependency) => {
    const [, registry = '', organization, name] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(dependency.package) ?? [];
    const own = packages.find(
      ({ kind, metadata }) => kind === dependency.kind && metadata.name === `${organization}-${name}`,
    );
    const [, version = ''] = new RegExp(`^${registry}/${organization}/${name}:(v.+)$`).exec(own?.spec.package) ?? [];
    const [lowest = ''] = dependency.version.replace('>=', '').split(' ');

    expect(version.split('.').slice(0, 2)).toEqual(lowest.split('.').slice(0, 2));
    expect(version.localeCompare(lowest, 'en', { numeric: true })).toBeGreaterThanOrEqual(0);
  });

  test('there are no others but the configuration, and the Composition finds the function', () => {
    const { pipeline } = parse(readFileSync('apis/services/composition.yaml', 'utf8')).spec;
    const functions = packages.filter(({ kind }) => kind === 'Function').map(({ metadata }) => metadata.name);

    expect(packages).toHaveLength(dependencies.length + 1);
    expect(functions).toEqual([pipeline[0].functionRef.name]);
  });

  test('each of them but the configuration has a runtime configuration, and each of these is used', () => {
    const used = packages.flatMap(({ spec: { runtimeConfigRef } }) => runtimeConfigRef?.name ?? []);

    expect(used.sort()).toEqual(runtimes.map(({ metadata }) => metadata.name).sort());
    expect(used).toHaveLength(dependencies.length);
  });

  test('nobody names a hub for others', () => {
    const named = runtimes.filter(({ spec: { deploymentTemplate } }) =>
      JSON.stringify(deploymentTemplate).includes('SQUADKIT_HUB'),
    );

    expect(named).toEqual([]);
  });

  test.each(runtimes.map((runtime) => [runtime.metadata.name, runtime.spec] as const))(
    '%s passes the restricted standard, says what it takes, and has a ServiceAccount of its own',
    (name, { serviceAccountTemplate, deploymentTemplate }) => {
      const pod = deploymentTemplate.spec.template.spec;
      const [container] = pod.containers;

      expect(serviceAccountTemplate.metadata.name).toBe(name);
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
      expect(container.name).toBe('package-runtime');
      expect(container.securityContext).toEqual({
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      });
      expect(container.resources).toMatchObject({
        requests: { cpu: expect.stringMatching(/m$/), memory: expect.stringMatching(/Mi$/) },
        limits: { memory: expect.stringMatching(/Mi$/) },
      });
    },
  );
});
