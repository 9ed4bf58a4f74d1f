import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../support/tree-problems.ts';

/** What this reader and that of an engine take for different things, or that only theirs takes. */
describe('what tells an engine how to apply our documents', () => {
  const inBase64 = (text: string): string => Buffer.from(text).toString('base64');
  const objects: Record<string, { apiVersion: string; kind: string; spec: string }> = {
    'a Kustomization': {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      spec: 'path: ./squads/galaxy, namePrefix: evil-',
    },
    'an Application': {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      spec: 'source: { path: squads, kustomize: { namePrefix: a- } }',
    },
    'an ApplicationSet': {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      spec: 'template: { spec: { source: { path: squads, helm: {} } } }',
    },
  };
  type Spelling = (parts: { apiVersion: string; kind: string; spec: string }) => string;
  const document: Spelling = ({ apiVersion, kind, spec }) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\nspec: { ${spec} }\n`;
  const within = (field: string, { apiVersion, kind, spec }: Parameters<Spelling>[0]): string =>
    `spec: { forProvider: { ${field}: { apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: a }, spec: { ${spec} } } } }\n`;
  const spellings: Record<string, Spelling> = {
    'as it is': document,
    'in an Object': (parts) =>
      `apiVersion: kubernetes.m.crossplane.io/v1alpha1\nkind: Object\nmetadata: { name: a }\n${within('manifest', parts)}`,
    'in what a composition makes': (parts) =>
      `apiVersion: example.org/v1\nkind: XSite\nmetadata: { name: a }\n${within('base', parts)}`,
    'in what a policy generates': ({ apiVersion, kind, spec }) =>
      `apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: { name: a }\nspec: { rules: [{ name: a, generate: { apiVersion: ${apiVersion}, kind: ${kind}, name: a, data: { spec: { ${spec} } } } }] }\n`,
    'with a brace at the margin': (parts) => document(parts).replace(/spec: \{ (.*) \}\n/, 'spec: {\n$1\n}\n'),
    'with a bracket at the margin': (parts) => `${document(parts)}more: [\na\n]\n`,
    'with its group in base64': (parts) => document({ ...parts, apiVersion: `!!binary ${inBase64(parts.apiVersion)}` }),
    'with its group in base64, folded': (parts) =>
      document({ ...parts, apiVersion: `!!binary |\n  ${inBase64(parts.apiVersion).replace(/.{10}/g, '$&\n  ')}` }),
    'with its kind in base64': (parts) => document({ ...parts, kind: `!!binary ${inBase64(parts.kind)}` }),
    'with all in base64': (parts) =>
      document({
        apiVersion: `!!binary ${inBase64(parts.apiVersion)}`,
        kind: `!!binary ${inBase64(parts.kind)}`,
        spec: parts.spec,
      }),
    'with a field in base64': (parts) => document(parts).replace('spec:', `!!binary ${inBase64('spec')}:`),
    'with its path in base64': (parts) =>
      document(parts)
        .replace(/path: ([^, ]*)/, (_, path: string) => `path: !!binary ${inBase64(path)}`)
        .replace('squads', 'x'),
    'with a tag of another name': (parts) =>
      `%TAG !y! tag:yaml.org,2002:\n---\n${document({ ...parts, apiVersion: `!y!binary ${inBase64(parts.apiVersion)}` })}`,
    'with escapes': (parts) => document({ ...parts, apiVersion: `"${parts.apiVersion.replace('.io', '\\x2eio')}"` }),
    'with an escaped line end': (parts) =>
      document({ ...parts, apiVersion: `"${parts.apiVersion.slice(0, -8)}\\\n  ${parts.apiVersion.slice(-8)}"` }),
    'with something put in': (parts) =>
      document({ ...parts, apiVersion: parts.apiVersion.replace(/(cd|proj)\./, '$${a:=$1}.') }),
    'behind a line separator in a comment': (parts) => `# a\u2028${document(parts)}`,
    'behind a return in a comment': (parts) => `# a\r${document(parts)}`,
    'behind a separator': (parts) =>
      `apiVersion: v1\n--- {apiVersion: ${parts.apiVersion}, kind: ${parts.kind}, spec: { ${parts.spec} }}\n`,
    'behind a broken document': (parts) => `a: {\n}\n---\n${document(parts)}`,
    'beside what holds itself': (parts) => `${document(parts)}more: &a { b: *a }\n`,
    'with aliases that multiply': (parts) =>
      `${document(parts)}a: &a [x]\n${[...'bcdefgh'].map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]\n`).join('')}`,
    'with an alias to nothing': (parts) => `${document(parts)}---\na: *nothing\n`,
    'with a field twice': (parts) => `${document(parts)}spec: { path: ./apps }\n`,
    'with a tab': (parts) => document(parts).replace('metadata:', '\tmetadata:'),
  };
  const files = [
    'platform/f.yaml',
    'f.yml',
    'clusters/hub/f.json',
    'squads/galaxy/f.yaml',
    'squads/galaxy/more/f.YAML',
  ];

  test.each(Object.entries(spellings))('is a problem %s', (_, spell) => {
    const cases = Object.entries(objects).flatMap(([what, parts]) =>
      files.map((file) => ({ what, file, text: spell(parts) })),
    );

    expect(
      cases.filter(({ file, text }) => !problemsOf({ [file]: text }).some((found) => found.startsWith(file))),
    ).toEqual([]);
  });

  test.each([
    ['resources: [\n../squads/galaxy/billing.yaml\n]\nnamePrefix: a-\n'],
    [`!!binary ${inBase64('resources')}: [../squads/galaxy/billing.yaml]\nnamePrefix: a-\n`],
    ['# \u2028resources: [../squads/galaxy/billing.yaml]\nnamePrefix: a-\n'],
    ['resources: [other.yaml]\n---\nresources: [../squads/galaxy/billing.yaml]\n'],
  ])('is one also in a kustomization: %j', (text) => {
    const found = problemsOf({ 'hub/kustomization.yaml': text, 'hub/other.yaml': 'a: b\n' });

    expect(found.filter((each) => each.startsWith('hub/kustomization.yaml'))).not.toEqual([]);
  });

  test('is left alone where no engine reads it', () => {
    expect(
      problemsOf({
        'charts/shop/Chart.yaml': 'name: shop\n',
        'charts/shop/templates/rollout.yaml':
          '{{ if .Values.a }}\napiVersion: argoproj.io/v1alpha1\n{{ end }}\nkind: Rollout\n  a: b\n',
        'mkdocs.yml': 'site: https://argoproj.io\nplugins: !!python/name:a.b\n',
        'clusters/a.yaml': document({
          apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
          kind: 'Kustomization',
          spec: 'path: ./apps, prune: true',
        }),
        'apps/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: a-\n',
        'apps/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
      }),
    ).toEqual([]);
  });
});
