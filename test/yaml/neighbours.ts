import { noise, numbersFrom, type Shape, service, spellings } from './shapes.ts';

/** What one reader takes and another refuses, wherever it stands. No alias is inside of its own anchor: that ends Kustomize. */
const refusable = [
  ...['a.b', 'ä', 'a/b', 'a:b', 'a!', 'a+b', 'a@b', '.', 'a_b-9', '0', 'A'].map((name) => `&${name} text`),
  ...['a.b', 'ä', 'a/b'].map((name) => `[&${name} text, *${name}]`),
  ...['&a.b {b: c}', '&a.b [c]', '&a.b "c"', '&a.b\n  b: c', '&a.b |\n  text', '[&k b, *k]', '&a.b'],
  ...['.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '.NaN', '.NAN', '.Nan', '+.nan', '.iNf'],
  ...['[.inf]', '{b: -.inf}', '"\\x2einf"', "'.nan'", '|\n  .inf', '&k .inf', '!!str .inf', '!!float .inf', '! .nan'],
  ...[
    'int',
    'float',
    'bool',
    'null',
    'timestamp',
    'binary',
    'map',
    'seq',
    'set',
    'omap',
    'merge',
    'str',
    'other',
  ].flatMap((tag) => [`!!${tag} x`, `!!${tag} "@@"`, `!!${tag} 5`, `!!${tag} [x]`, `!!${tag} {x: y}`]),
  ...['!a!b x', '!<tag:yaml.org,2002:int> x', '!<!x> y', '!x%41 y', '!!binary |\n  @@\n', '!!binary aGk'],
  ...[
    '{? [a] : b}',
    '{? {a: b} : c}',
    '{[a]: b}',
    '{? a : b}',
    '? [a]\n: b',
    '? {a: b}\n: c',
    '? a\n: b',
    '? |\n  a\n: b',
  ],
  ...['[&k [b], {*k : c}]', '[&k b, {*k : c}]', '[&k b, {<<: *k}]', '[&k {b: c}, {<<: *k}]', '{<<: [b]}', '{<<: 1}'],
];

type Slot = (value: string) => string;

const indented = (value: string, indent: string): string => value.replaceAll('\n', `\n${indent}`);

/** A document of somebody else, with that value somewhere. */
const neighbour = (more: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n${more}`;
const slots: Record<string, Slot> = {
  value: (value) => neighbour(`data:\n  a: ${indented(value, '    ')}\n`),
  item: (value) => neighbour(`data:\n  - ${indented(value, '    ')}\n`),
  'in braces': (value) => neighbour(`data: { a: ${indented(value, '    ')}, b: c }\n`),
  key: (value) => neighbour(`data:\n  ${value}: b\n`),
  label: (value) => neighbour(`  labels:\n    a: ${indented(value, '      ')}\n`),
  field: (value) => neighbour(`more: ${indented(value, '  ')}\n`),
};

/** Lines between documents, in every order. */
const lines = ['---\n', '...\n', '# c\n', '\n', '... # c\n', 'null\n'];
const between = lines.flatMap((one) => [
  one,
  ...lines.flatMap((two) => [one + two, ...lines.map((three) => one + two + three)]),
]);

const two = service(undefined, '', 'two');

const next = numbersFrom(20261129);
const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(next() * values.length)] as Value;

/** A document of somebody else with something put into it anywhere, or taken out. */
const mutated = (): string => {
  const text = (slots[pick(Object.keys(slots))] as Slot)(pick([...spellings, ...tabbed]));
  const at = Math.floor(next() * (text.length + 1));
  const put = pick([...noise, '\t', '\n\t', '.inf', '&a.b ', '!!int ']).replace('*a', '');

  return text.slice(0, at) + put + text.slice(at + Math.floor(next() * 3));
};

const tabbed = [
  ...[
    '-\ta',
    '- \ta',
    '-\t- a',
    '- a\n-\tb',
    '?\ta',
    '? a\n:\tb',
    '\t# c',
    'b\t',
    '\n\tb',
    '\n  \tb',
    '[\ta]',
    '{\n\tb: c}',
  ],
  ...[
    '|\n  \ta',
    '>\n  \ta',
    '|-\n  a\n\t\n  b',
    '|\n \t\n  a',
    '|\n  a\n  \tb',
    '|2\n  \ta',
    '|\n  a\n\t',
    '\t|\n  a',
    '"\ta"',
  ],
];

/** Objects that are none to kubectl, and such that are. */
const objects = [
  ...['a/b/c', 'a//b', '/v1', 'v1/', 'apps/v1', '5', '[]'].map(
    (apiVersion) => `apiVersion: ${apiVersion}\nkind: ConfigMap\nmetadata: { name: a }\n`,
  ),
  ...['name', 'namespace', 'generateName', 'uid', 'resourceVersion', 'selfLink', 'labels', 'annotations', 'finalizers']
    .concat(['ownerReferences', 'managedFields', 'generation', 'creationTimestamp', 'deletionTimestamp'])
    .flatMap((field) =>
      ['5', 'x', '"2026-01-01T00:00:00Z"', '[]', '[x]', '[{}]', '[5]', '{}', '{ a: b }', '{ a: 5 }', '1.5', 'null'].map(
        (value) =>
          `apiVersion: v1\nkind: ConfigMap\nmetadata: { ${field === 'name' ? '' : 'name: a, '}${field}: ${value} }\n`,
      ),
    ),
  ...['5', '[]', '{}', 'x', 'null'].map((metadata) => `apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\n`),
  ...['', 'null', '5', '{ metadata: { name: a } }', '{ apiVersion: v1, kind: ConfigMap }', '{ apiVersion: v1 }']
    .concat([
      '{ apiVersion: v1, kind: List, items: [] }',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, uid: 5 } }',
    ])
    .concat([
      '{ apiVersion: a/b/c, kind: ConfigMap, metadata: { name: a } }',
      '{ apiVersion: v1, kind: A, metadata: { name: a } }',
    ])
    .flatMap((item) => ['List', 'FooList', 'Foo'].map((kind) => `apiVersion: v1\nkind: ${kind}\nitems: [${item}]\n`)),
];

/** Documents of somebody else beside one of ours, and one of ours with the same, in files. */
export const neighbourShapes: Shape[] = [
  ...Object.values(slots).flatMap((slot) =>
    [...spellings, ...refusable, ...tabbed].flatMap((value) => [
      `${slot(value)}---\n${two}`,
      `${two}---\n${slot(value)}`,
    ]),
  ),
  ...(['name', 'description', 'key', 'connections', 'spec', 'metadata', 'top'] as const).flatMap((slot) =>
    refusable.map((value) => service(slot, value, 'one')),
  ),
  ...Array.from({ length: 2000 }, () => `${mutated()}---\n${two}`),
  ...between.flatMap((some) => [some + two, two + some, `${two}${some}---\n${service(undefined, '', 'one')}`]),
  ...objects.flatMap((object) => [`${object}---\n${two}`, `${two}---\n${object}`]),
].map((text, index) => ({ name: `beside-${index}.yaml`, text }));
