import type { Schema } from '../../package/schema.ts';
import { recipient } from './backups.ts';
import { otherCertificate } from './examples.ts';

/** Names of fields, of entries of an object, and places in a list. */
type Path = (string | number)[];

/** Documents that differ from another in one field in the same way; `field` is its path in the schema: `components[].name`. */
export interface SingleChange {
  field: string;
  how: 'gone' | 'other' | 'more';
  /** One of them is enough; those that are no such document are among them. */
  documents: unknown[];
}

/** Other values of every kind of text that a document has; those that do not fit are refused. */
const otherTexts = [
  otherCertificate(),
  ...['v1.34', '45d', '2026-11-03T00:00:00Z', '10.9.0.0/16', '10.9.0.9/32', 'https://other.example.org:6443'],
  ...[
    'https://other.example.org',
    'other.example.org',
    '/other',
    '30 4 * * 1',
    'main/other.spike',
    'other',
    'app=other',
  ],
  ...['registry.example.org/other:v1', 'fedcba987654', '00000000-0000-4000-8000-000000000002', 'pg_stat_statements'],
  ...['eu-west-2', 'Other', recipient.replace(/.{3}$/, 'zzz'), '3128', 'shop'],
];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);

/** The document with another value at a path; undefined takes away what is there. */
const withValue = (document: unknown, path: Path, value: unknown): unknown => {
  const copy = structuredClone(document);
  const last = path.at(-1) as string | number;
  const around = at(copy, path.slice(0, -1));
  if (value !== undefined) (around as Record<string | number, unknown>)[last] = value;
  else if (Array.isArray(around)) around.splice(Number(last), 1);
  else delete (around as Record<string | number, unknown>)[last];

  return copy;
};

const others = (schema: Schema, value: unknown): unknown[] => {
  if (schema.enum !== undefined) return schema.enum.filter((other) => other !== value);
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1, value - 1, value * 2];
  if (typeof value === 'string') return otherTexts.filter((other) => other !== value);

  return [];
};

/** Every field that a schema knows, by its path. */
export const fieldsIn = (schema: Schema, field = ''): string[] => {
  const extra = schema.additionalProperties as Schema | undefined;
  const inner = [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => fieldsIn(property, `${field}.${name}`)),
    ...(schema.items ? fieldsIn(schema.items, `${field}[]`) : []),
    ...(isRecord(extra) ? fieldsIn(extra as Schema, `${field}{}`) : []),
  ];

  return [...(field === '' ? [] : [field.replace(/^\./, '')]), ...inner];
};

/**
 * Every way in which a document can differ from another one in a single field of its schema: it is another value, it is gone,
 * or a list or an object has an entry more.
 */
export function* singleChanges(
  schema: Schema,
  document: unknown,
  path: Path = [],
  field = '',
): Generator<SingleChange> {
  const value = at(document, path);
  const name = field.replace(/^\./, '');
  if (path.length > 0) {
    yield { field: name, how: 'gone', documents: [withValue(document, path, undefined)] };
    yield {
      field: name,
      how: 'other',
      documents: others(schema, value).map((other) => withValue(document, path, other)),
    };
  }
  if (Array.isArray(value) && schema.items) {
    yield {
      field: name,
      how: 'more',
      documents: others(schema.items, value[0]).map((other) => withValue(document, path, [...value, other])),
    };
    for (const index of value.keys()) yield* singleChanges(schema.items, document, [...path, index], `${field}[]`);
  }
  if (!isRecord(value)) return;
  const extra = schema.additionalProperties as Schema | undefined;
  for (const [key, inner] of Object.entries(value)) {
    const property = schema.properties?.[key];
    if (property) yield* singleChanges(property, document, [...path, key], `${field}.${key}`);
    else if (isRecord(extra)) yield* singleChanges(extra as Schema, document, [...path, key], `${field}{}`);
    if (property === undefined)
      yield { field: name, how: 'more', documents: [withValue(document, [...path, 'further'], inner)] };
  }
}
