import { describe, expect, test } from 'vitest';
import { readTree } from '../../../functions/tree/read.ts';
import { exampleTree, squadkit } from '../../support/squadkit.ts';

type Mapping = Record<string, unknown>;

const metadata = { name: 'prairie' };
const documents: Record<string, Mapping> = {
  Service: {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    metadata: { name: 'ledger', namespace: 'galaxy' },
    spec: { environments: {} },
  },
  Squad: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', metadata, spec: { group: 'a' } },
  Zone: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', metadata, spec: {} },
  Approvals: { apiVersion: 'plan.squadkit.io/v1alpha1', kind: 'Approvals', metadata, spec: {} },
};

const inBase64 = (text: string): string => Buffer.from(text).toString('base64');
const folded = (text: string): string => inBase64(text).replace(/.{40}/g, '$&\n');
const yaml = (document: Mapping): string =>
  Object.entries(document)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');

/** How a document is said inside of another: as it is, and as texts that something reads later. */
const forms: Record<string, (document: Mapping) => unknown> = {
  'as it is': (document) => document,
  'in a list': (document) => ({ apiVersion: 'v1', kind: 'List', items: [document] }),
  'in a list inside a list': (document) => ({ kind: 'List', items: [{ kind: 'List', items: [document] }] }),
  'as YAML': yaml,
  'as the second document of a text': (document) => `apiVersion: v1\nkind: ConfigMap\n---\n${yaml(document)}`,
  'as JSON': (document) => JSON.stringify(document),
  'as JSON in JSON': (document) => JSON.stringify({ text: JSON.stringify(document) }),
  'as YAML, escaped': (document) => yaml(document).replace('squadkit.io', 'squadkit\\x2eio'),
  'as a template': (document) => `{{- range .all }}\n${yaml(document)}{{- end }}\n`,
  'in base64': (document) => inBase64(yaml(document)),
  'in base64, on several lines': (document) => folded(yaml(document)),
  'in base64, after something else': (document) => inBase64(`# \n${yaml(document)}`),
};

/** What holds it: an object of a controller that applies what is in it, or that another one reads. */
const wrappers: Record<string, (inside: unknown) => Mapping> = {
  'an Object of Crossplane': (manifest) => ({
    apiVersion: 'kubernetes.m.crossplane.io/v1alpha1',
    kind: 'Object',
    spec: { forProvider: { manifest } },
  }),
  'a ResourceSet': (inside) => ({
    apiVersion: 'fluxcd.controlplane.io/v1',
    kind: 'ResourceSet',
    spec: { resources: [inside] },
  }),
  'a ConfigMap': (inside) => ({ apiVersion: 'v1', kind: 'ConfigMap', data: { 'a.yaml': inside } }),
  'values of a HelmRelease': (inside) => ({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    spec: { values: { extraObjects: [inside] } },
  }),
  'values of a HelmChart': (valuesContent) => ({
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    spec: { valuesContent },
  }),
  'a Template of OpenShift': (inside) => ({
    apiVersion: 'template.openshift.io/v1',
    kind: 'Template',
    objects: [inside],
  }),
  'a policy that generates': (data) => ({
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    spec: { rules: [{ generate: { data } }] },
  }),
  'a Composition': (base) => ({
    apiVersion: 'apiextensions.crossplane.io/v1',
    kind: 'Composition',
    spec: { pipeline: [{ input: { resources: [{ base }] } }] },
  }),
  'an Application': (inside) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    spec: { source: { helm: { valuesObject: { a: { b: { c: [[inside]] } } } } } },
  }),
  'a file of values': (extra) => ({ replicas: 1, extra }),
};

/** How the file around it is written. */
const files: Record<string, (wrapper: Mapping) => { path: string; text: string }> = {
  'in YAML': (wrapper) => ({ path: 'platform/a.yaml', text: yaml(wrapper) }),
  'in JSON': (wrapper) => ({ path: 'a.json', text: JSON.stringify(wrapper) }),
  'after another document': (wrapper) => ({ path: 'a.yml', text: `kind: Namespace\n---\n${yaml(wrapper)}` }),
  'in a list': (wrapper) => ({ path: 'a.yaml', text: yaml({ apiVersion: 'v1', kind: 'List', items: [wrapper] }) }),
  'with an alias': (wrapper) => ({
    path: 'a.yaml',
    text: `${yaml({ ...wrapper })}\nmore: { other: &a { b: c }, again: *a }\n`,
  }),
};

const problemsOf = (path: string, text: string): string[] =>
  readTree([{ path, bytes: text.length, read: () => Buffer.from(text) }]).problems.map(
    ({ line, message }) => `${line}: ${message}`,
  );

describe('a document for us inside of another one', () => {
  test('is a problem at its place, whatever is around it and however it is said', () => {
    const silent: string[] = [];
    let cases = 0;
    for (const [holder, wrap] of Object.entries(wrappers)) {
      for (const [how, say] of Object.entries(forms)) {
        for (const [what, document] of Object.entries(documents)) {
          for (const [where, write] of Object.entries(files)) {
            const { path, text } = write(wrap(say(document)));
            const told = problemsOf(path, text).filter((message) => message.includes('is inside of'));
            cases += 1;
            if (told.length !== 1 || !/\d: .*put it into a file of its own/.test(told[0] ?? '')) {
              silent.push(`${what} ${how} in ${holder} ${where}: ${told.length}`);
            }
          }
        }
      }
    }
    console.log(`${cases} documents inside of others`);

    expect(silent.slice(0, 10)).toEqual([]);
  });

  test.each([
    ['a reference', { compositeTypeRef: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone' } }],
    ['an owner', { ownerReferences: [{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', name: 'a', uid: 'b' }] }],
    [
      'what Flux looks at',
      { healthCheckExprs: [{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', current: 'true', failed: 'false' }] },
    ],
    ['what Flux waits for', { healthChecks: [{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', name: 'a' }] }],
    ['a Usage', { of: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', resourceRef: { name: 'a' } } }],
    ['a label', { selector: { 'squadkit.io/squad': 'galaxy' } }],
    ['words', { description: 'write apiVersion: squadkit.io/v1alpha1 above it' }],
    ['a comment in a text', { text: '# apiVersion: squadkit.io/v1alpha1\na: b\n' }],
    ['what kubectl writes', { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(documents.Zone) }],
    ['another group', { a: { apiVersion: 'squadkit.io.example.org/v1', kind: 'Zone', spec: {} } }],
  ])('is not %s', (_, spec) => {
    const text = yaml({ apiVersion: 'example.org/v1', kind: 'Other', metadata: { name: 'a' }, spec });

    expect(problemsOf('platform/a.yaml', text)).toEqual([]);
  });

  test.each([
    ['what a composition completes', { base: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone' } }],
    ['a template that is no YAML', { text: '{{ if .a }}\napiVersion: squadkit.io/v1alpha1\n{{ end }}\n' }],
    ['a template that is YAML', { text: "a: '{{ .a }}'\nb: |\n  - squadkit.io/v1alpha1\n" }],
    [
      'JSON in JSON, escaped in both',
      { text: JSON.stringify({ a: '{"apiVersion":"squadkit\\u002eio/v1","spec":{}}' }) },
    ],
  ])('is also %s', (_, spec) => {
    expect(problemsOf('a.yaml', yaml({ apiVersion: 'example.org/v1', kind: 'Other', spec }))).toHaveLength(1);
  });

  test('has a group that is put in later', () => {
    const resources = [{ apiVersion: '<< inputs.group >>/v1alpha1', kind: 'Zone', metadata }];
    const set = {
      apiVersion: 'fluxcd.controlplane.io/v1',
      kind: 'ResourceSet',
      spec: { inputs: [{ group: 'squadkit.io' }], resources },
    };

    expect(problemsOf('a.yaml', yaml(set))).toEqual([expect.stringContaining('Zone prairie is inside of ResourceSet')]);
  });
});

describe('what brings documents from elsewhere', () => {
  const kinds = {
    'source.toolkit.fluxcd.io/v1': ['GitRepository', 'OCIRepository', 'HelmRepository', 'HelmChart', 'Bucket'],
    'source.extensions.fluxcd.io/v1beta1': ['ArtifactGenerator'],
    'kustomize.toolkit.fluxcd.io/v1': ['Kustomization'],
    'helm.toolkit.fluxcd.io/v2': ['HelmRelease'],
    'image.toolkit.fluxcd.io/v1': ['ImageUpdateAutomation'],
    'fluxcd.controlplane.io/v1': ['FluxInstance', 'ResourceSet', 'ResourceSetInputProvider'],
    'infra.contrib.fluxcd.io/v1alpha2': ['Terraform'],
    'argoproj.io/v1alpha1': ['Application', 'ApplicationSet', 'AppProject', 'Workflow'],
    'helm.cattle.io/v1': ['HelmChart', 'HelmChartConfig'],
    'fleet.cattle.io/v1alpha1': ['GitRepo', 'Bundle'],
    'kubernetes.m.crossplane.io/v1alpha1': ['Object'],
    'kubernetes.crossplane.io/v1alpha2': ['Object'],
    'helm.m.crossplane.io/v1beta1': ['Release'],
    'apiextensions.crossplane.io/v1': ['Composition', 'CompositeResourceDefinition'],
    'pkg.crossplane.io/v1': ['Configuration', 'Provider', 'Function'],
    'kappctrl.k14s.io/v1alpha1': ['App'],
    'kyverno.io/v1': ['ClusterPolicy', 'Policy'],
    'kro.run/v1alpha1': ['ResourceGraphDefinition'],
    'core.oam.dev/v1beta1': ['Application'],
    'addons.cluster.x-k8s.io/v1beta1': ['ClusterResourceSet', 'HelmChartProxy'],
    'work.open-cluster-management.io/v1': ['ManifestWork'],
  };
  const harmless = {
    v1: ['ConfigMap', 'Secret'],
    'apps/v1': ['Deployment'],
    'notification.toolkit.fluxcd.io/v1': ['Receiver'],
    'argoproj.io/v1alpha1': ['Rollout'],
    'backstage.io/v1alpha1': ['Component'],
    'kustomize.config.k8s.io/v1beta1': ['Kustomization'],
  };
  const shapes: Record<string, (object: Mapping) => string> = {
    alone: yaml,
    'in a list': (object) => yaml({ apiVersion: 'v1', kind: 'List', items: [object] }),
    'in a list inside a list': (object) => yaml({ kind: 'List', items: [{ kind: 'AnyList', items: [object] }] }),
    'in JSON': (object) => JSON.stringify(object),
    'after another document': (object) => `apiVersion: v1\nkind: ConfigMap\n---\n${yaml(object)}`,
    escaped: (object) => JSON.stringify(object).replace('.io', '\\u002eio'),
  };
  const each = (all: Record<string, string[]>, folder: string) =>
    Object.entries(all).flatMap(([apiVersion, names]) =>
      names.flatMap((kind) =>
        Object.entries(shapes).map(([shape, write]) => ({
          at: `${kind} of ${apiVersion} ${shape} in ${folder}`,
          problems: problemsOf(`${folder}/a.yaml`, write({ apiVersion, kind, metadata: { name: 'other' } })),
        })),
      ),
    );

  test("is a problem in a squad's folder, and the platform's own business elsewhere", () => {
    const inside = ['squads/galaxy', 'squads/galaxy/more', 'hub/squads/galaxy'].flatMap((folder) =>
      each(kinds, folder),
    );
    const elsewhere = [
      ...['clusters/hub', 'platform', 'apps/galaxy'].flatMap((folder) => each(kinds, folder)),
      ...each(harmless, 'squads/galaxy'),
    ];
    console.log(`${inside.length} objects that bring others into a squad's folder, ${elsewhere.length} that may be`);

    expect(
      inside.filter(({ problems }) => !(problems.length === 1 && problems[0]?.includes('brings documents'))),
    ).toEqual([]);
    expect(elsewhere.filter(({ problems }) => problems.length > 0)).toEqual([]);
  });
});

test('the plan of a tree with both fails, and says where', async () => {
  const tree = exampleTree({
    'platform/values.yaml': yaml({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { a: yaml(documents.Zone ?? {}) },
    }),
    'squads/galaxy/web.yaml': yaml({ apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata }),
  });
  const { status, error } = await squadkit(['plan', tree], { [tree]: 'tree' });

  expect(error).toContain('tree/platform/values.yaml:4:');
  expect(error).toContain('Zone prairie is inside of ConfigMap prairie, at data.a,');
  expect(error).toContain('tree/squads/galaxy/web.yaml:1:1: HelmRelease prairie brings documents');
  expect(status).toBe(1);
});
