// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what is tried
import { describe, expect, test } from 'vitest';
import { readTree } from '../../../functions/tree/read.ts';

const problemsOf = (text: string, path: string): string[] =>
  readTree([{ path, bytes: text.length, read: () => Buffer.from(text) }]).problems.map(({ message }) => message);

const inBase64 = (text: string): string => Buffer.from(text).toString('base64');

/** A document with what it is said so, and in each of the shapes that Kubernetes takes. */
const shapes: Record<string, (apiVersion: string, kind: string) => string> = {
  alone: (apiVersion, kind) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: sneaky, namespace: galaxy }\n`,
  'after another': (apiVersion, kind) =>
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n---\nkind: ${kind}\napiVersion: ${apiVersion}\nmetadata: { name: sneaky }\n`,
  'in a list': (apiVersion, kind) =>
    `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: ${apiVersion}\n    kind: ${kind}\n    metadata: { name: sneaky }\n`,
  'with an alias': (apiVersion, kind) =>
    `a: &a ${apiVersion}\nb: &b ${kind}\napiVersion: *a\nkind: *b\nmetadata: { name: sneaky }\n`,
  'merged in': (apiVersion, kind) =>
    `a: &a\n  apiVersion: ${apiVersion}\n  kind: ${kind}\n<<: *a\nmetadata: { name: sneaky }\n`,
  'with a brace at the margin': (apiVersion, kind) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {\nname: sneaky\n}\n`,
  'beside a comment about us': (apiVersion, kind) =>
    `# squadkit.io/v1alpha1\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: sneaky }\n`,
};
const paths = ['squads/galaxy/s.yaml', 'squads/galaxy/more/s.yml', 'platform/s.yaml', 's.yaml', 'apps/a.json'];

const silent = (said: [string, string][], folders = paths): string[] =>
  folders.flatMap((path) =>
    Object.entries(shapes).flatMap(([shape, write]) =>
      said
        .filter(([apiVersion, kind]) => problemsOf(write(apiVersion, kind), path).length === 0)
        .map(([apiVersion, kind]) => `${apiVersion} ${kind} ${shape} in ${path}`),
    ),
  );

describe('what is put in for a part of what a document is', () => {
  const ours = [
    ...[
      'squadkit.${t:=io}/v1alpha1',
      '${t:=squadkit}.io/v1alpha1',
      '${API}',
      '${G}/v1alpha1',
      'squadkit.io${t:=/}v1alpha1',
    ],
    ...[
      '${a}${b}',
      'plan.${a:=squadkit}.io/v1alpha1',
      '${a:=${b:=squadkit.io}}/v1alpha1',
      '"squadkit.$\\x7bt:=io}/v1alpha1"',
    ],
    ...["'${t:=squadkit.io/v1alpha1}'", 'sq${a:=uadki}t.${b:=io}/${c:=v1alpha1}'],
  ];
  const kinds = ['Service', 'Zone', '${K}', 'Ser${a:=vi}ce', '"$\\x7bK}"'];
  const engines: [string, string][] = [
    ['kustomize.toolkit.${t:=flux}cd.io/v1', 'Kustomization'],
    ['${API}', 'Kustomization'],
    ['${t:=argoproj}.io/v1alpha1', 'Application'],
    ['argoproj.io/v1alpha1', '${K}'],
    ['source.toolkit.${t}/v1', 'Git${t:=Repository}'],
  ];

  test('is a problem wherever the document may become ours, or an engine may read it', () => {
    const all = [
      ...ours.flatMap((apiVersion) => kinds.map((kind): [string, string] => [apiVersion, kind])),
      ...engines,
    ];
    console.log(`${all.length * Object.keys(shapes).length * paths.length} documents that may become others`);

    expect(silent(all)).toEqual([]);
  });

  test.each([
    ['a field', '${a:=apiVersion}: squadkit.io/v1alpha1\nkind: Service\nmetadata: { name: a }\n'],
    ['a field, and its value', '${a}: ${b}\nkind: Service\nmetadata: { name: a }\n'],
    ['both fields', '${a:=api}Version: squadkit.io/v1alpha1\n${b:=kind}: Service\nmetadata: { name: a }\n'],
    ['the items of a list', 'apiVersion: v1\nkind: List\n${a:=items}:\n  - { apiVersion: "${b}", kind: Zone }\n'],
  ])('is one also for %s', (_, text) => {
    for (const path of paths) expect(problemsOf(text, path), path).not.toEqual([]);
  });

  test.each(['name: "a${b}"', 'namespace: "${b:=quasar}"', 'name: "$\\x7bb}"', '"${a:=name}": b'])(
    "is one in the name of anything in a squad's folder: %s",
    (field) => {
      const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { ${field} }\n`;

      expect(problemsOf(text, 'squads/galaxy/s.yaml')).toEqual([
        expect.stringContaining('something is put in for a part of metadata'),
      ]);
      expect(problemsOf(text, 'platform/s.yaml')).toEqual([]);
    },
  );

  test('is left alone where the document cannot become one of those', () => {
    const others: [string, string][] = [
      ['apps/${v}', 'Deployment'],
      ['${API}', 'Deployment'],
      ['squadkit.example.${domain}/v1', 'Service'],
      ['v1', '${K}'],
      ['example.${domain}/v1', 'Kustomization'],
    ];
    const all = ['platform/s.yaml', 's.yaml'].flatMap((path) =>
      others.flatMap(([apiVersion, kind]) => problemsOf(shapes.alone?.(apiVersion, kind) ?? '', path)),
    );

    expect(all).toEqual([]);
    expect(
      problemsOf(
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "${HOME}" }\n',
        'squads/galaxy/a.yaml',
      ),
    ).toEqual([]);
    expect(
      problemsOf(
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: "${cluster}-apps" }\n',
        'clusters/a.yaml',
      ),
    ).toEqual([]);
  });
});

describe('a tag on what a document is', () => {
  const spellings = (text: string): string[] => [
    `!!binary ${inBase64(text)}`,
    `!!binary "${inBase64(text)}"`,
    `!<tag:yaml.org,2002:binary> ${inBase64(text)}`,
    `!!binary |-\n        ${inBase64(text)}`,
    `!!binary "${inBase64(text).slice(0, 4)}\\x${inBase64(text).charCodeAt(4).toString(16)}${inBase64(text).slice(5)}"`,
    `!other ${text}`,
  ];

  test('is a problem, whatever the document may be', () => {
    const groups = [
      'squadkit.io/v1alpha1',
      'kustomize.toolkit.fluxcd.io/v1',
      'argoproj.io/v1alpha1',
      '${API}',
      'apps/v1',
    ];
    const all = [
      ...groups.flatMap(spellings).map((apiVersion): [string, string] => [apiVersion, 'Service']),
      ...['Kustomization', 'Service'].flatMap(spellings).map((kind): [string, string] => ['example.org/v1', kind]),
    ];

    expect(silent(all)).toEqual([]);
  });

  test.each([
    '!!binary YXBpVmVyc2lvbg==: squadkit.io/v1alpha1',
    '!!binary a2luZA==: Kustomization',
    '!x kind: Service',
  ])('is one on the name of a field too: %s', (field) => {
    for (const path of paths) expect(problemsOf(`a: b\n${field}\n`, path), path).not.toEqual([]);
  });

  test.each([
    'a: !reference [b, c]\n',
    'apiVersion: !!str v1\nkind: ConfigMap\nmetadata: { name: a }\n',
    'a: "!b: c"\n',
    'on: !!bool true\n',
  ])('of ordinary kind is left alone outside of squads: %j', (text) =>
    expect(problemsOf(text, 'apps/a.yaml')).toEqual([]),
  );
});
