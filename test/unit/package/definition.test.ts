import { expect, test } from 'vitest';
import { definitions } from '../../../package/definition.ts';
import type { Schema } from '../../../package/schema.ts';

/** Every field of a schema with its path. */
const fields = (path: string, schema: Schema): [string, Schema][] => [
  [path, schema],
  ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => fields(`${path}.${name}`, property)),
  ...(schema.items ? fields(`${path}[]`, schema.items) : []),
];

const specFields = definitions.flatMap(({ spec: { names, versions } }) =>
  fields(`${names.kind}.spec`, versions[0]?.schema.openAPIV3Schema.properties?.spec ?? {}),
);
const statusFields = definitions.flatMap(({ spec: { names, versions } }) =>
  fields(`${names.kind}.status`, versions[0]?.schema.openAPIV3Schema.properties?.status ?? {}),
);

test('kubectl explain is the manual: every field has a description', () => {
  const silent = [...specFields, ...statusFields].filter(
    ([path, { description }]) => description === undefined && !path.endsWith('[]'),
  );

  expect(specFields.length).toBeGreaterThan(40);
  expect(silent.map(([path]) => path)).toEqual([]);
});

// The API server refuses rules over lists and texts without an end, and so would a database.
test('every text and every list of a spec has a bound', () => {
  const unbounded = specFields.filter(
    ([, schema]) =>
      (schema.type === 'string' && !schema.maxLength && !schema.enum && !schema.pattern) ||
      (schema.type === 'array' && !schema.maxItems),
  );

  expect(unbounded.map(([path]) => path)).toEqual([]);
});

test('lists of named things are maps, so that two writers do not overwrite each other', () => {
  const lists = specFields.filter(([, { items }]) => items?.properties?.name !== undefined);

  expect(lists.map(([path, schema]) => [path, schema['x-kubernetes-list-map-keys']])).toEqual([
    ['Service.spec.zones', ['name']],
    ['Service.spec.zones[].components', ['name']],
    ['Zone.spec.components', ['name']],
  ]);
});

test('no name can be taken for one of Kubernetes', () => {
  for (const { spec } of definitions) {
    expect(spec.names.categories).toEqual(['squadkit']);
    expect(['svc', 'ns', 'po', 'sq']).not.toContain(spec.names.shortNames[0]);
  }
});

// A pattern becomes a text in a rule, and CEL knows other escapes than a regular expression: the API server would refuse
// the whole definition.
test('no rule has a backslash', () => {
  const rules = specFields.flatMap(([, schema]) => schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule);

  expect(rules.length).toBeGreaterThan(5);
  expect(rules.filter((rule) => rule.includes('\\'))).toEqual([]);
});
