import { afterAll, describe, expect, test } from 'vitest';
import type * as z from 'zod/mini';
import { approvalsSpec } from '../../../functions/documents/approvals.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { serviceSpec } from '../../../functions/service/schema.ts';
import { squadSpec } from '../../../functions/squad/schema.ts';
import { zoneSpec } from '../../../functions/zone/schema.ts';
import { definitions } from '../../../package/definition.ts';
import type { Schema } from '../../../package/schema.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { requestFor } from '../../support/request.ts';

/** Words of the schema library, of JavaScript and of JSON Schema: nobody who writes a document has to know them. */
const jargon =
  /invalid|expected|received|undefined|null\b|NaN|unrecogni[sz]ed|too (big|small)|must match|pattern|regex|\bstring\b|\bobject\b|\barray\b|boolean|integer|\benum\b|\brecord\b|zod|union|\[object|schema|>=|<=|\bJSON\b/i;

/** Whatever somebody may write where something else belongs. */
const wrong: Record<string, unknown> = {
  'an empty value': null,
  'a number': 7,
  'a number that is not whole': 1.5,
  'a number below all': -1,
  'a number beyond all': 1e21,
  'an empty text': '',
  'a text': 'Not Like This!',
  'a long text': 'x'.repeat(70_000),
  yes: true,
  'an empty list': [],
  'a list of numbers': [1],
  'a list of one': ['Not Like This!'],
  'a long list': Array.from({ length: 200 }, (_, index) => `entry${index}`),
  'the same twice': ['same', 'same'],
  'a list of lists': [[]],
  'no fields': {},
  'other fields': { other: { more: 1 } },
  'a field with a long name': { ['x'.repeat(400)]: 'a' },
};

/** Paths of every field of a schema; `[]` stands for an entry of a list, `{}` for a name that may be any. */
const fieldsOf = (schema: Schema, path: string[] = []): string[][] => [
  ...(path.length > 0 ? [path] : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => fieldsOf(inner, [...path, name])),
  ...(schema.items === undefined ? [] : fieldsOf(schema.items, [...path, '[]'])),
];

/** A value with something else in that place; what is missing on the way is made. */
const placed = (value: unknown, [first, ...rest]: string[], inner: unknown): unknown => {
  if (first === undefined) return inner;
  if (first === '[]') {
    const list = Array.isArray(value) ? value : [undefined];
    return [placed(list[0], rest, inner), ...list.slice(1)];
  }
  const record = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return { ...record, [first]: placed((record as Record<string, unknown>)[first], rest, inner) };
};

const registry = exampleRegistry();
const schemas: Record<string, z.ZodMiniType> = { Service: serviceSpec, Zone: zoneSpec, Squad: squadSpec };
const whole: Record<string, KubernetesObject> = {
  Service: example('Service', 'billing'),
  Zone: example('Zone', 'frontier'),
  Squad: example('Squad', 'galaxy'),
};

const counts = { fields: 0, cases: 0, refused: 0, sentences: new Set<string>() };

/** Every sentence about a value, with the sentences of its parts. */
const sentencesOf = (schema: z.ZodMiniType, value: unknown): string[] => {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
};

describe.each(definitions.map(({ spec }) => spec))('every field of a $names.kind', ({ names: { kind }, versions }) => {
  const spec = versions[0]?.schema.openAPIV3Schema.properties?.spec as Schema;
  const { crossplane: _, ...properties } = spec.properties ?? {};
  const fields = fieldsOf({ ...spec, properties });

  test.each(fields.map((path) => ({ name: path.join('.'), path })))('$name: is refused in our words', ({ path }) => {
    counts.fields += 1;
    for (const [what, value] of Object.entries(wrong)) {
      const changed = placed(whole[kind]?.spec, path, value);
      const sentences = sentencesOf(schemas[kind] as z.ZodMiniType, changed);
      counts.cases += 1;
      counts.refused += sentences.length > 0 ? 1 : 0;
      for (const sentence of sentences) {
        counts.sentences.add(sentence);
        expect(sentence, what).not.toMatch(jargon);
        expect(sentence.length, what).toBeGreaterThan(8);
        expect(sentence.length, what).toBeLessThan(500);
      }
      // The same as the hub says it, of whatever is wrong in it.
      const { results } = compose(requestFor({ ...whole[kind], spec: changed } as KubernetesObject, {}, registry));
      for (const { message } of results) expect(message.replace(/"[^"]*"/g, ''), what).not.toMatch(jargon);
    }
  });
});

test('the rules of approval too', () => {
  const shape = { handles: { squad: '@a' }, rules: [{ documents: ['Service'], risk: 'none', approvers: ['squad'] }] };
  const paths = [
    ['handles'],
    ['handles', 'squad'],
    ['rules'],
    ['rules', '[]'],
    ...Object.keys(shape.rules[0] ?? {}).map((name) => ['rules', '[]', name]),
    ['rules', '[]', 'approvers', '[]'],
  ];
  for (const path of paths) {
    for (const value of Object.values(wrong)) {
      counts.cases += 1;
      for (const sentence of sentencesOf(approvalsSpec, placed(shape, path, value)))
        expect(sentence).not.toMatch(jargon);
    }
  }
});

test('what is there that nobody asked for, and what is not there', () => {
  for (const [kind, schema] of Object.entries(schemas)) {
    const other = sentencesOf(schema, { ...whole[kind]?.spec, ['a "name" that is long '.repeat(9)]: 1 });
    expect(other).toHaveLength(1);
    expect(other[0]).not.toMatch(jargon);
    for (const sentence of sentencesOf(schema, {})) expect(sentence).toMatch(/^it (is missing|has to be)/);
  }
});

afterAll(() => {
  console.log(
    `${counts.fields} fields x ${Object.keys(wrong).length} values and the rules of approval: ${counts.cases} cases, ${counts.refused} refused, ${counts.sentences.size} sentences`,
  );
});
