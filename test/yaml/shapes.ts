/** A file as somebody may commit it. */
export interface Shape {
  name: string;
  text: string;
}

/** The same numbers for the same seed, on every machine: mulberry32. */
export const numbersFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

/** How a value may be written, whatever it is. */
export const spellings = [
  'billing',
  'e1',
  'E5',
  'e10',
  '1e3',
  '0x1F',
  '0o17',
  '017',
  '08',
  '0b11',
  '1_000',
  '_1',
  '1_',
  '+5',
  '-0',
  '-5',
  '.5',
  '5.',
  '1.50',
  '1.5',
  '0.1',
  '.inf',
  '-.INF',
  '.nan',
  '~',
  'null',
  'Null',
  'nULL',
  '',
  'y',
  'Y',
  'n',
  'yes',
  'Yes',
  'yEs',
  'no',
  'on',
  'off',
  'ON',
  'true',
  'True',
  'tRUE',
  'false',
  '2026-01-01',
  '2026-1-1',
  '2026-01-01T10:00:00Z',
  '2026-01-01 10:00:00',
  '12:30:45',
  '190:20:30',
  '1:1',
  '10.0.0.1',
  '10.0.0.0/8',
  '2001:db8::5',
  '::1',
  '0.0',
  '00',
  '0',
  '12',
  '99999999999999999999',
  '123456789012345',
  '1234567890123456',
  '1.7976931348623157e308',
  '=',
  '<<',
  '"billing"',
  "'billing'",
  "'it''s'",
  '"a\\x62c"',
  '"a\\u0062c"',
  '"a\\U00000062c"',
  '"a\\u001bb"',
  '"a\\u0007b"',
  '"a\\u0085b"',
  '"a\\u0000b"',
  '"a\\u009fb"',
  '"a\\u007fb"',
  '"a\\u2028b"',
  '"a\\u202eb"',
  '"a\\ufeffb"',
  '"a\\ufffdb"',
  '"a\\x1bb"',
  '"\\a\\b\\f\\v\\r"',
  '"a\\/b"',
  '"a\\_b"',
  '"a\\Nb"',
  '"a\\Lb"',
  '"a\\eb"',
  '"a\\0b"',
  '"a\\ b"',
  '"a\\tb"',
  '"a\\nb"',
  '"a\\\n  b"',
  '"a\n  b"',
  '"a\n\n  b"',
  '"a  \n  b"',
  '"\\ud83d\\ude00"',
  '"\\ud83d"',
  '"a\\qb"',
  "'a\n  b'",
  'a\n  b',
  'a # b',
  'a#b',
  '"a"#b',
  '"a" #b',
  'a: b',
  'a:b',
  'a:',
  '- a',
  '-a',
  '? a',
  '?a',
  ':a',
  '@a',
  '`a`',
  '%a',
  '!a',
  '!!str 5',
  '!!int "5"',
  '!!int 5',
  '!!float 5',
  '!!bool "true"',
  '!!null ""',
  '!!binary aGVsbG8=',
  '!!timestamp 2026-01-01',
  '! 5',
  '!<tag:yaml.org,2002:str> 5',
  '!local a',
  '&a billing',
  '&a "b"',
  '*a',
  '*unknown',
  '|\n  a\n  b',
  '|-\n  a\n  b',
  '|+\n  a\n\n',
  '>\n  a\n  b',
  '>-\n  a\n\n  b',
  '|2\n    a\n   b',
  '|1\n  a',
  '|\n\n  a',
  '|\n   \n  a',
  '|\n\ta',
  '> # c\n  a',
  '|  \n  a',
  '|x\n  a',
  '{}',
  '[]',
  '{a: b}',
  '[a, b]',
  '[a, b,]',
  '{a: b,}',
  '{a, b}',
  '{a: , b: }',
  '[a b, "c"d]',
  '{"a":1}',
  '{a:1}',
  '[,]',
  '{? a : b}',
  '[a: b]',
  '[? a]',
  '{<<: {a: b}}',
  '{a: 1, <<: {a: 2, b: 3}}',
  '{<<: {a: 2}, a: 1}',
  '{<<: [{a: 1}, {a: 2}]}',
  '{"<<": {a: 1}}',
  "{'<<': {a: 1}}",
  '{a: 1, a: 2}',
  '{"a": 1, a: 2}',
  '{1: a}',
  '{1: a, "1": b}',
  '{true: a}',
  '{yes: a}',
  '{~: a}',
  '{null: a}',
  '{1.0: a}',
  '{[a]: b}',
  '{2026-01-01: a}',
  '{\ta: b}',
  'a\tb',
  'a \t# b',
  '"\t"',
  '\ta',
  'é',
  '\u00a0',
  'a\u0085b',
  'a\u2028b',
  'a\u2029b',
  '# c',
  'squadkit.io/v1alpha1',
  '"squadkit\\x2eio/v1alpha1"',
  '"squad\\\n  kit.io/v1alpha1"',
  '"squadkit.\\u0069o/v1alpha1"',
  '!!binary c3F1YWRraXQuaW8vdjFhbHBoYTE=',
  '&b squadkit.io/v1alpha1',
  '!!str squadkit.io/v1alpha1',
  '>-\n  squadkit.io/v1alpha1',
  '|-\n  squadkit.io/v1alpha1',
  "'squadkit.io/v1alpha1'",
  'squadkit.io/v1alpha1 # x',
  'squadkit.io/v1alpha1\t# x',
] as const;

/** Which value is written so. */
const slots = [
  'apiVersion',
  'kind',
  'name',
  'namespace',
  'label',
  'annotation',
  'description',
  'readers',
  'connections',
  'extension',
  'provider',
  'key',
  'spec',
  'metadata',
  'top',
  'before',
  'items',
] as const;

type Slot = (typeof slots)[number];

/** A Service with one value written otherwise. */
export const service = (slot: Slot | undefined, value: string, name: string): string => {
  const at = (here: Slot, usual: string, indent: string): string =>
    here === slot ? value.replaceAll('\n', `\n${indent}`) : usual;
  const more = (here: Slot, indent: string): string =>
    here === slot ? `${indent}more: ${at(here, '', indent)}\n` : '';

  return `${more('before', '')}apiVersion: ${at('apiVersion', 'squadkit.io/v1alpha1', '')}
kind: ${at('kind', 'Service', '')}
metadata:
  name: ${at('name', name, '  ')}
  namespace: ${at('namespace', 'galaxy', '  ')}
  labels: { team: ${at('label', 'shop', '    ')} }
${more('metadata', '  ')}${slot === 'annotation' ? `  annotations:\n    note: ${at('annotation', '', '    ')}\n` : ''}spec:
  description: ${at('description', 'What it is', '  ')}
  ${slot === 'key' ? at('key', '', '  ') : 'dataClass'}: internal
${more('spec', '  ')}  zones:
    - name: frontier
      components:
        - name: spike
          provider: ${at('provider', 'postgres', '          ')}
          postgres:
            connections: ${at('connections', '20', '            ')}
            readers: ${at('readers', 'true', '            ')}
            extensions: [${slot === 'extension' ? value : 'pg_trgm'}, pgcrypto]
${slot === 'items' ? `items: ${value}\n` : ''}${more('top', '')}`;
};

const indented = (text: string, indent: string): string => text.replace(/^(?=.)/gm, indent);
const item = (text: string): string => indented(text, '    ').replace(/^ {4}/, '  - ');

const object = (name: string): string =>
  `{"apiVersion":"squadkit.io/v1alpha1","kind":"Service","metadata":{"name":"${name}","namespace":"galaxy"},"spec":{"zones":[]}}`;

/** How documents lie in a file: `one` has the odd value, `two` is an ordinary Service. */
const layouts: Record<string, (one: string, two: string) => string> = {
  alone: (one) => one,
  two: (one, two) => `${two}---\n${one}`,
  'two, the other way': (one, two) => `${one}---\n${two}`,
  'many separators': (one, two) => `---\n---\n${one}---\n# nothing\n---\n\n${two}---\n`,
  'separators with comments': (one, two) => `# a\n--- # b\n${one}---   \n${two}---\t\n`,
  'a document behind the separator': (one, two) =>
    `${one}--- {apiVersion: squadkit.io/v1alpha1, kind: Service}\n---\n${two}`,
  'text behind the separator': (one, two) => `${one}---two\n${two}`,
  'four dashes': (one, two) => `${one}----\n${two}`,
  'an end': (one, two) => `${one}...\n---\n${two}`,
  'an end without separator': (one, two) => `${one}...\n${two}`,
  'an end with a comment': (one, two) => `${one}... # c\n---\n${two}`,
  directive: (one) => `%YAML 1.1\n---\n${one}`,
  'directive of tags': (one) => `%TAG ! tag:yaml.org,2002:\n---\n${one}`,
  'directive later': (one, two) => `${one}...\n%YAML 1.2\n---\n${two}`,
  'byte order mark': (one) => `\ufeff${one}`,
  'byte order mark and separator': (one, two) => `\ufeff---\n${one}---\n${two}`,
  'byte order mark in the middle': (one, two) => `${one}---\n\ufeff${two}`,
  'lines of Windows': (one, two) => `${one}---\n${two}`.replaceAll('\n', '\r\n'),
  'lines of old Macs': (one) => one.replaceAll('\n', '\r'),
  'a return in a comment': (one) => `# a\r${one}`,
  'a return at the end': (one) => `${one}# a\rkind: Zone\n`,
  'next line in a comment': (one) => `# a\u0085kind: Zone\n${one}`,
  'line separator in a comment': (one) => `# a\u2028kind: Zone\n${one}`,
  'no last line end': (one) => one.trimEnd(),
  'a template in a comment': (one) => `# {{ if .Values.x }}\n${one}`,
  'trailing text': (one) => `${one}---\nfoo\n`,
  'trailing list': (one) => `${one}---\n- a\n`,
  'trailing number': (one) => `${one}---\n5\n`,
  'trailing null': (one) => `${one}---\nnull\n`,
  'trailing mapping': (one) => `${one}---\na: b\n`,
  'other kinds around': (one) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, labels: { a: yes } }\n---\n${one}`,
  list: (one, two) => `apiVersion: v1\nkind: List\nitems:\n${item(one)}${item(two)}`,
  'list of services': (one, two) =>
    `apiVersion: squadkit.io/v1alpha1\nkind: ServiceList\nitems:\n${item(one)}${item(two)}`,
  'list of another kind': (one, two) => `apiVersion: v1\nkind: ConfigMapList\nitems:\n${item(one)}${item(two)}`,
  'list that is none by its kind': (one, two) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nitems:\n${item(one)}${item(two)}`,
  'list in a list': (one) =>
    `apiVersion: v1\nkind: List\nitems:\n${item(`apiVersion: v1\nkind: List\nitems:\n${item(one)}`)}`,
  'list without kinds': () =>
    'apiVersion: squadkit.io/v1alpha1\nkind: ServiceList\nitems:\n  - metadata: { name: one, namespace: galaxy }\n    spec: { zones: [] }\n',
  'empty list': () => 'apiVersion: squadkit.io/v1alpha1\nkind: ServiceList\nitems: []\n',
  'anchor in another document': (one, two) =>
    `${two.replace('metadata:', 'metadata: &m')}---\n${one.replace(/metadata:[\s\S]*spec:/, 'metadata: *m\nspec:')}`,
  'anchor in one document': (one) => `more: &z [frontier]\n${one}also: *z\n`,
  'merged in first': (one) =>
    `more: &m { apiVersion: squadkit.io/v1alpha1, kind: Service }\n<<: *m\n${one.replace(/^apiVersion.*\nkind.*\n/m, '')}`,
  'merged in last': (one) => `${one}more: &m { kind: Zone }\n<<: *m\n`,
  'key twice': (one) => `${one}kind: Zone\n`,
  'key twice, once in quotes': (one) => `${one}"kind": Zone\n`,
  'quoted keys': (one) =>
    one.replace('kind:', '"kind":').replace('spec:', "'spec':").replace('apiVersion:', '"api\\x56ersion":'),
  'complex keys': (one) => one.replace('kind: Service', '? kind\n: Service'),
  'tagged keys': (one) => one.replace('kind:', '!!str kind:').replace('apiVersion:', '!!str apiVersion:'),
  'tagged document': (one) => `--- !!map\n${one}`,
  'indented document': (one) => indented(one, '  '),
  'indented by a tab': (one) => one.replace('  namespace', '\tnamespace'),
  'in a block of text': (one) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  a: |\n${indented(one, '    ')}`,
  'a separator in a block of text': (one) => one.replace('spec:', 'note: |\n  a\n  ---\n  b\nspec:'),
  'a separator at the margin in quotes': (one) => one.replace('spec:', 'note: "a\n--- b\n  c"\nspec:'),
  'in braces': () =>
    '{apiVersion: squadkit.io/v1alpha1, kind: Service, metadata: {name: one, namespace: galaxy}, spec: {zones: []}}\n',
  'in braces over lines': () =>
    '{\n  apiVersion: squadkit.io/v1alpha1, # c\n  kind: Service,\n  metadata: {name: one, namespace: galaxy},\n  spec: {zones: [],},\n}\n',
};

/** The same for JSON. */
const jsonLayouts: Record<string, (value: string) => string> = {
  one: () => object('one'),
  two: () => `${object('one')}\n${object('two')}\n`,
  'two with a separator': () => `${object('one')}\n---\n${object('two')}\n`,
  'two without a space': () => `${object('one')}${object('two')}`,
  'and YAML': () =>
    `${object('one')}\n---\napiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: { name: two, namespace: galaxy }\n`,
  'trailing comma': () => object('one').replace('[]}', '[],}'),
  'trailing text': () => `${object('one')} foo`,
  comment: () => `// a\n${object('one')}`,
  'comment of YAML': () => `# a\n${object('one')}`,
  'key twice': () => object('one').replace('"kind"', '"kind":"Zone","kind"'),
  'key twice in another case': () => object('one').replace('"kind"', '"Kind":"Zone","kind"'),
  escapes: () => object('one').replace('squadkit.io', 'squadkit\\u002eio').replace('/', '\\/'),
  'escaped key': () => object('one').replace('"kind"', '"\\u006bind"'),
  'byte order mark': () => `\ufeff${object('one')}`,
  list: () => `{"apiVersion":"v1","kind":"List","items":[${object('one')},${object('two')}]}`,
  array: () => `[${object('one')}]`,
  value: (value) => object('one').replace('"zones":[]', `"zones":[],"description":${value}`),
  'value, over lines': (value) => object('one').replace('"zones":[]', `"zones":[],\n"description": ${value}\n`),
};

/** What is put anywhere into a file, to find what nobody thought of. */
export const noise = [
  ' ',
  '  ',
  '\n',
  '\r',
  '\r\n',
  '\t',
  '#',
  ' #',
  ':',
  ': ',
  '-',
  '- ',
  '---',
  '---\n',
  '\n---\n',
  '...',
  '\n...\n',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '\\',
  '|',
  '>',
  '&a ',
  '*a',
  '!',
  '!!str ',
  '?',
  '? ',
  '%',
  '@',
  '`',
  '~',
  '<<: ',
  '=',
  '\u0000',
  '\u0007',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\u{1f600}',
  '0',
  'e',
  '_',
  '.',
  'x',
  '{{',
  '}}',
  '\\x',
  '\\u002e',
];

/** Texts as people and attackers may write them, the same ones for the same seed. */
export const shapesFrom = (seed: number, count: number): Shape[] => {
  const next = numbersFrom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(next() * values.length)] as Value;
  const mutated = (text: string): string => {
    const at = Math.floor(next() * (text.length + 1));
    const cut = next() < 0.3 ? Math.floor(next() * 4) : 0;
    return text.slice(0, at) + (next() < 0.85 ? pick(noise) : '') + text.slice(at + cut);
  };

  return Array.from({ length: count }, (_, index) => {
    const kind = next();
    if (kind < 0.12) {
      const text = jsonLayouts[pick(Object.keys(jsonLayouts))]?.(pick(spellings)) ?? '';
      return { name: `${index}.json`, text: next() < 0.3 ? mutated(text) : text };
    }
    const two = service(undefined, '', 'two');
    const one = service(kind < 0.85 ? pick(slots) : undefined, pick(spellings), 'one');
    const text = next() < 0.45 ? one : (layouts[pick(Object.keys(layouts))]?.(one, two) ?? '');
    const name = next() < 0.05 ? `${index}.json` : `${index}.yaml`;
    if (kind < 0.6) return { name, text };

    return { name, text: next() < 0.5 ? mutated(text) : mutated(mutated(text)) };
  });
};

/** How many ways of each axis there are, for those who read what a run says. */
export const axes = {
  spellings: spellings.length,
  slots: slots.length,
  layouts: Object.keys(layouts).length,
  'layouts of JSON': Object.keys(jsonLayouts).length,
  noise: noise.length,
};
